// The texts and files of a conversation as files that a run reads, each under the name that citations show.
import { open } from 'node:fs/promises';
import { preview } from '../../../protocol/text.ts';
import { homeError } from '../../home.ts';
import type { MessageTexts } from '../../input/message-texts.ts';
import type { Said, Words } from './content.ts';
import { ChatRefusal } from './failure.ts';
import { decodeFile } from './file-data.ts';
import { LongText } from './json-spooler.ts';
import { END_BYTES, type Ends, type FoundQuestion } from './question.ts';

/** More texts than this in one request are a mistake. */
const INPUTS_MAX = 1_000;
const NAME_CHARS_MAX = 255;
const [SPACE, LINE_FEED, CARRIAGE_RETURN] = [0x20, 0x0a, 0x0d];

export class InputTexts {
  readonly names: Record<string, string> = {};
  readonly #texts: MessageTexts;
  readonly #taken = new Set<string>();
  #next: number;

  constructor(texts: MessageTexts, nextText: number) {
    this.#texts = texts;
    this.#next = nextText;
  }

  get isEmpty(): boolean {
    return this.#taken.size === 0;
  }

  /** A text that is read. @param without a question that stands in it, whose place is left blank */
  async add({ words, name }: Said, without?: FoundQuestion): Promise<void> {
    if (words instanceof LongText) {
      const path = this.#texts.pathOf(words.index);
      if (without !== undefined) await blankOut(path, without);
      return this.#name(path, name);
    }
    const bytes = Buffer.from(words);
    if (without !== undefined) blank(bytes.subarray(without.startByte, without.endByte));
    const text = bytes.toString();
    if (text.trim() === '') return;
    const index = this.#next++;
    await this.#texts.write(index, text);
    this.#name(this.#texts.pathOf(index), name);
  }

  async addFile(data: Words, name: string, param: string): Promise<void> {
    const path = this.#texts.pathOf(this.#next++);
    const source = data instanceof LongText ? { path: this.#texts.pathOf(data.index) } : { text: data };
    const bytes = await decodeFile(source, path, param);
    if (bytes === 0) throw new ChatRefusal('input-empty', param, { value: name, reason: 'the file is empty' });
    this.#name(path, name);
  }

  /** The two ends of a text. */
  async ends(words: Words): Promise<Ends> {
    if (!(words instanceof LongText)) {
      const all = Buffer.from(words);
      return {
        head: all.subarray(0, END_BYTES),
        tail: all.subarray(Math.max(0, all.length - END_BYTES)),
        bytes: all.length,
      };
    }
    const { bytes } = words;
    const file = await open(this.#texts.pathOf(words.index), 'r');
    try {
      const length = Math.min(END_BYTES, bytes);
      const [head, tail] = [Buffer.alloc(length), Buffer.alloc(length)];
      await file.read(head, 0, length, 0);
      await file.read(tail, 0, length, bytes - length);
      return { head, tail, bytes };
    } finally {
      await file.close();
    }
  }

  #name(path: string, wanted: string): void {
    if (this.#taken.size >= INPUTS_MAX)
      throw new ChatRefusal('request-invalid', 'messages', { reason: `there are more than ${INPUTS_MAX} texts` });
    const base = preview(wanted.replace(/[\x00-\x1f\x7f]/g, ' ').trim(), NAME_CHARS_MAX) || 'file';
    let name = base;
    for (let count = 2; this.#taken.has(name); count++) name = `${base} (${count})`;
    this.#taken.add(name);
    this.names[path] = name;
  }
}

/** Line ends stay, so that the lines of the message keep their numbers. */
function blank(bytes: Buffer): void {
  for (const [at, byte] of bytes.entries()) if (byte !== LINE_FEED && byte !== CARRIAGE_RETURN) bytes[at] = SPACE;
}

async function blankOut(path: string, { startByte, endByte }: FoundQuestion): Promise<void> {
  const file = await open(path, 'r+').catch((thrown: unknown) => {
    throw homeError(thrown, path);
  });
  try {
    const bytes = Buffer.alloc(endByte - startByte);
    await file.read(bytes, 0, bytes.length, startByte);
    blank(bytes);
    await file.write(bytes, 0, bytes.length, startByte);
  } finally {
    await file.close();
  }
}
