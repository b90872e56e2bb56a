// The question in a text that is a question and what it is about: its first or its last paragraph, or line where paragraphs are long.
// Works on the two ends of a text, so that it need not be held.
import { QUERY_CHARS_MAX } from '../../../protocol/limits.ts';

/** Bytes of either end that are looked at: the longest question in the longest characters, and what surrounds it. */
export const END_BYTES = 4 * QUERY_CHARS_MAX + 1_024;
/** A longer paragraph is text, and its own first or last line the question. */
const PARAGRAPH_CHARS_MAX = 1_024;

/** Both ends of a text; the same bytes where it is short. */
export interface Ends {
  readonly head: Buffer;
  readonly tail: Buffer;
  /** Of the whole text. */
  readonly bytes: number;
}

/** Where a question stands in a text: bytes, half-open. */
export interface FoundQuestion {
  readonly question: string;
  readonly startByte: number;
  readonly endByte: number;
}

/** Bytes from `start` to `end` of one of the ends, as Latin-1 so that a character is a byte. */
interface Block {
  readonly start: number;
  readonly end: number;
}

const BLANK_LINE = /\n[ \t\r]*\n/g;
const LINE_END = /\n/g;

/** ASCII alone: in Latin-1 the last byte of `à` looks like a space. */
const SPACES_BEFORE = /^[ \t\r\n]*/;
const SPACES_BEHIND = /[ \t\r\n]*$/;

function trimmed(text: string, { start, end }: Block): Block {
  const inner = text.slice(start, end);
  const from = start + SPACES_BEFORE.exec(inner)![0].length;
  return { start: from, end: Math.max(from, end - SPACES_BEHIND.exec(inner)![0].length) };
}

function firstBlock(text: string, separator: RegExp): Block {
  const { start } = trimmed(text, { start: 0, end: text.length });
  separator.lastIndex = start;
  const found = separator.exec(text);
  return trimmed(text, { start, end: found?.index ?? text.length });
}

function lastBlock(text: string, separator: RegExp): Block {
  const { end } = trimmed(text, { start: 0, end: text.length });
  let start = 0;
  separator.lastIndex = 0;
  for (let found = separator.exec(text); found !== null && found.index < end; found = separator.exec(text))
    start = found.index + found[0].length;
  return trimmed(text, { start: Math.min(start, end), end });
}

/** A question mark at the end of a word, also those of other scripts. */
function asks(question: string): boolean {
  return /[?？؟](?:["'”’»)\]]*)(?:\s|$)/.test(question);
}

interface Candidate extends FoundQuestion {
  readonly asks: boolean;
  /** Announces what follows it. */
  readonly introduces: boolean;
}

/** @param offset of the end in the whole text */
function candidate(
  end: Buffer,
  offset: number,
  pick: (text: string, separator: RegExp) => Block,
): Candidate | undefined {
  const text = end.toString('latin1');
  const words = ({ start, end: to }: Block) => end.toString('utf8', start, to);
  const paragraph = pick(text, BLANK_LINE);
  const isShort = words(paragraph).length <= PARAGRAPH_CHARS_MAX;
  const all = trimmed(text, { start: 0, end: text.length });
  const isWhole = paragraph.start === all.start && paragraph.end === all.end;
  const block = isShort && !isWhole ? paragraph : pick(text, LINE_END);
  const question = words(block);
  if (question === '' || question.length > QUERY_CHARS_MAX) return undefined;
  const place = { startByte: offset + block.start, endByte: offset + block.end };
  return { question, ...place, asks: asks(question), introduces: /[:：]$/.test(question) };
}

/**
 * The last paragraph if it asks something, else the first if it does or ends with a colon, else the last.
 * @returns undefined when neither is short enough to be a question
 */
export function findQuestion({ head, tail, bytes }: Ends): FoundQuestion | undefined {
  const last = candidate(tail, bytes - tail.length, lastBlock);
  const first = candidate(head, 0, firstBlock);
  if (last?.asks) return last;
  if (first !== undefined && (first.asks || first.introduces)) return first;
  return last ?? first;
}
