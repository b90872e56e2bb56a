// What of a conversation is the question, and what is input. The rule is in docs/chat.md: the last message of the user asks; files and
// long texts are read; what the assistant said is no evidence.
import { isAbsolute } from 'node:path';
import { PylonError } from '../../../protocol/errors.ts';
import { QUERY_CHARS_MAX } from '../../../protocol/limits.ts';
import type { MessageTexts } from '../../input/message-texts.ts';
import { contentOf, isLong, type Said } from './content.ts';
import { ChatRefusal } from './failure.ts';
import { InputTexts } from './input-texts.ts';
import { type FoundQuestion, findQuestion } from './question.ts';
import type { ReadRequest } from './request.ts';
import type { ChatMessage } from './schemas.ts';

export interface ChatInput {
  readonly query: string;
  /** Absolute path → the name that citations show. */
  readonly names: Readonly<Record<string, string>>;
}

/** The part of a message that asks: of several texts the last short one, of one what stands at its begin or end. */
interface Asking {
  readonly said: Said;
  /** Undefined: all of it is the question. */
  readonly found: FoundQuestion | undefined;
}

async function askingOf(inputs: InputTexts, texts: readonly Said[]): Promise<Asking | undefined> {
  const short = texts.length > 1 ? texts.findLast((said) => !isLong(said)) : undefined;
  if (short !== undefined) return { said: short, found: undefined };
  const said = texts.at(-1);
  const found = said && findQuestion(await inputs.ends(said.words));
  return said && found && { said, found };
}

/** What is read of a message that does not ask any more, or never did. */
async function readMessage(
  inputs: InputTexts,
  message: ChatMessage,
  index: number,
  isQuestioned: boolean,
): Promise<void> {
  if (message.role === 'assistant') return;
  const { texts, files } = contentOf(message, index);
  for (const { data, name, param } of files) await inputs.addFile(data, name, param);
  const isInstruction = message.role === 'system' || message.role === 'developer';
  // What an earlier message asked would be found again as the best evidence there is.
  const asking = message.role === 'user' && isQuestioned ? await askingOf(inputs, texts) : undefined;
  for (const said of texts) {
    if (isInstruction && !isLong(said)) continue;
    if (said !== asking?.said) await inputs.add(said);
    else if (asking.found !== undefined && (files.length === 0 || isLong(said))) await inputs.add(said, asking.found);
  }
}

function tooLong(param: string): ChatRefusal {
  return new ChatRefusal('query-too-long', param, {
    reason: 'neither the first nor the last lines of the message are short enough to be the question',
    next: 'ask in a text part of its own, or in `pylon.question`',
  });
}

/** The question of the last message; what else it has is read. */
async function readLast(inputs: InputTexts, message: ChatMessage, index: number, hasFiles: boolean): Promise<string> {
  const param = `messages[${index}].content`;
  const { texts, files } = contentOf(message, index);
  for (const { data, name, param: place } of files) await inputs.addFile(data, name, place);
  const [first] = texts;
  if (first === undefined)
    throw new ChatRefusal('query-empty', param, { next: 'ask something in the last message of the user' });
  const isAlone = texts.length === 1 && !isLong(first);
  if (isAlone && (hasFiles || !inputs.isEmpty)) return (first.words as string).trim();
  const asking = await askingOf(inputs, texts);
  if (asking === undefined) throw tooLong(param);
  for (const said of texts) if (said !== asking.said) await inputs.add(said);
  if (asking.found === undefined) return (asking.said.words as string).trim();
  await inputs.add(asking.said, asking.found);
  return asking.found.question;
}

function checkFiles(files: readonly string[]): void {
  for (const [index, file] of files.entries())
    if (!isAbsolute(file))
      throw new ChatRefusal('request-invalid', `pylon.files[${index}]`, {
        value: file,
        reason: 'it is not an absolute path',
      });
}

/** @throws ChatRefusal naming the field. @throws PylonError `input-missing` | `home-unwritable` */
export async function readConversation(
  { messages, question, files }: ReadRequest,
  texts: MessageTexts,
  nextText: number,
): Promise<ChatInput> {
  checkFiles(files);
  const inputs = new InputTexts(texts, nextText);
  const last = question === undefined ? messages.findLastIndex(({ role }) => role === 'user') : -1;
  if (question === undefined && last < 0)
    throw new ChatRefusal('query-empty', 'messages', {
      reason: 'there is no message of a user',
      next: 'ask in a message of role user',
    });
  for (const [index, message] of messages.entries())
    if (index !== last) await readMessage(inputs, message, index, question === undefined);
  const query = question?.trim() ?? (await readLast(inputs, messages[last]!, last, files.length > 0));
  if (query === '') throw new ChatRefusal('query-empty', 'pylon.question', { next: 'ask something' });
  if (query.length > QUERY_CHARS_MAX)
    throw new ChatRefusal('query-too-long', 'pylon.question', { value: `${query.length} characters` });
  if (inputs.isEmpty && files.length === 0)
    throw new PylonError('input-missing', {
      reason: 'the conversation has a question and nothing that it could be asked of',
      next: 'send the text before or behind the question, as a file part, or name files in `pylon.files`',
    });
  return { query, names: { ...inputs.names, ...Object.fromEntries(files.map((file) => [file, file])) } };
}
