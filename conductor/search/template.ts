// Owns when two lines are "the same line with other values". In a log, the template of a line is its text with every
// run that holds a digit (times, addresses, ids, numbered paths) and every quoted string made one mark: logs repeat
// templates thousands of times. In prose and code every difference counts.
import type { TextKind } from './kind.ts';

const WORD = 1;
const DIGIT = 2;
const GLUE = 3;
const QUOTE = 4;
const CLASS = new Uint8Array(128);
for (let code = 0; code < 26; code++) CLASS[97 + code] = CLASS[65 + code] = WORD;
for (let digit = 0; digit < 10; digit++) CLASS[48 + digit] = DIGIT;
for (const glue of '_-.:/@+#') CLASS[glue.charCodeAt(0)] = GLUE;
for (const quote of '\'"`') CLASS[quote.charCodeAt(0)] = QUOTE;

const MARK = 0x2a;
const SPACE = 0x20;
/** A quoted string longer than this is text, not a value. */
const QUOTED_CHARS_MAX = 100;

/** The second half of the hash that `templateHash` returned last. */
let low = 0;

function classAt(text: string, index: number): number {
  const code = text.charCodeAt(index);
  return code < 128 ? CLASS[code]! : WORD;
}

/** Where the quoted string that opens at `index` ends (after its closing quote), or -1 when it is an apostrophe or open. */
function quotedEnd(text: string, index: number, end: number): number {
  if (index > 0 && (classAt(text, index - 1) === WORD || classAt(text, index - 1) === DIGIT)) return -1;
  const quote = text.charCodeAt(index);
  const last = Math.min(end, index + QUOTED_CHARS_MAX);
  for (let at = index + 1; at < last; at++) if (text.charCodeAt(at) === quote) return at + 1;
  return -1;
}

/** A 32-bit hash of the template of the log line text[start, end). White space counts not at all, however long. */
export function templateHash(text: string, start: number, end: number): number {
  let high = 0x811c9dc5 | 0;
  low = 0x1234567;
  const mix = (code: number) => {
    high = Math.imul(high ^ code, 0x01000193);
    low = Math.imul(low + code, 0x5bd1e995) ^ (low >>> 15);
  };
  let index = start;
  while (index < end) {
    const kind = classAt(text, index);
    if (kind === 0 || kind === QUOTE) {
      const quoted = kind === QUOTE ? quotedEnd(text, index, end) : -1;
      const code = text.charCodeAt(index);
      index = quoted > 0 ? quoted : index + 1;
      if (quoted > 0) mix(MARK);
      else if (code > SPACE) mix(code);
      continue;
    }
    const runStart = index;
    let valued = false;
    while (index < end) {
      const next = classAt(text, index);
      if (next === 0 || next === QUOTE) break;
      if (next === DIGIT) valued = true;
      index++;
    }
    if (valued) mix(MARK);
    else {
      for (let at = runStart; at < index; at++) mix(text.charCodeAt(at));
      mix(SPACE);
    }
  }
  return high;
}

function plainHash(text: string, start: number, end: number): number {
  let high = 0x811c9dc5 | 0;
  low = 0x1234567;
  for (let index = start; index < end; index++) {
    const code = text.charCodeAt(index);
    if (code <= SPACE) continue;
    high = Math.imul(high ^ code, 0x01000193);
    low = Math.imul(low + code, 0x5bd1e995) ^ (low >>> 15);
  }
  return high;
}

function hex(word: number): string {
  return (word >>> 0).toString(16).padStart(8, '0');
}

/** The name of what text[start, end) says: 16 hex characters, the same for lines that are the same but for values. */
export function templateKey(text: string, start: number, end: number, kind: TextKind): string {
  const high = kind === 'log' ? templateHash(text, start, end) : plainHash(text, start, end);
  return hex(high) + hex(low);
}
