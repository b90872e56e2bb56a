// The content of a message, taken apart: its texts and its files. What is neither is refused, in words of its own.
import { QUERY_CHARS_MAX } from '../../../protocol/limits.ts';
import { ChatRefusal } from './failure.ts';
import { LongText } from './json-spooler.ts';
import type { ChatMessage, ContentPart } from './schemas.ts';

export type Words = string | LongText;

/** A text of a message, and what it is called there. */
export interface Said {
  readonly words: Words;
  readonly name: string;
}

/** Why parts that are no text are refused. */
const REFUSED: Readonly<Record<string, string>> = {
  image_url: 'images are not read here: describe them in words',
  input_audio: 'sound is not read here: send a transcript',
};

export interface Content {
  readonly texts: readonly Said[];
  readonly files: readonly { readonly data: Words; readonly name: string; readonly param: string }[];
}

function isWords(value: unknown): value is Words {
  return typeof value === 'string' || value instanceof LongText;
}

function isBlank(words: Words): boolean {
  return typeof words === 'string' && words.trim() === '';
}

/** One part of a message, taken apart. @throws ChatRefusal for what is no text */
function take(
  part: ContentPart,
  param: string,
  name: string,
  into: { texts: Said[]; files: Content['files'][number][] },
) {
  const { type, text, file } = part as {
    type: string;
    text?: unknown;
    file?: { file_data?: unknown; filename?: unknown; file_id?: unknown };
  };
  if (type === 'text') {
    if (!isWords(text))
      throw new ChatRefusal('request-invalid', `${param}.text`, { reason: `${param}.text: must be text` });
    if (!isBlank(text)) into.texts.push({ words: text, name: `${name}.txt` });
    return;
  }
  if (type !== 'file') {
    const reason = REFUSED[type] ?? 'content of this type is not read here';
    throw new ChatRefusal('request-invalid', param, { value: type, reason, next: 'send text or files of text' });
  }
  const data = file?.file_data;
  if (!isWords(data)) {
    const reason =
      file?.file_id === undefined
        ? 'the file has no file_data'
        : 'there is no place here where files are kept: file_id names none';
    throw new ChatRefusal('request-invalid', `${param}.file`, {
      reason,
      next: 'send file_data, or name a file of this machine in `pylon.files`',
    });
  }
  const called = typeof file?.filename === 'string' && file.filename.trim() !== '' ? file.filename : `${name}.txt`;
  into.files.push({ data, name: called, param: `${param}.file.file_data` });
}

/** @param index of the message. @throws ChatRefusal for what is no text */
export function contentOf({ content }: ChatMessage, index: number): Content {
  const into: { texts: Said[]; files: Content['files'][number][] } = { texts: [], files: [] };
  const name = `message-${index + 1}`;
  if (isWords(content))
    return isBlank(content) ? into : { texts: [{ words: content, name: `${name}.txt` }], files: [] };
  const parts = content ?? [];
  for (const [number, part] of parts.entries())
    take(part, `messages[${index}].content[${number}]`, parts.length === 1 ? name : `${name}-${number + 1}`, into);
  return into;
}

/** Long enough to be a text and no instruction. */
export function isLong({ words }: Said): boolean {
  return words instanceof LongText || words.length > QUERY_CHARS_MAX;
}
