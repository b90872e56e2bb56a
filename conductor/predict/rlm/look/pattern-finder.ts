// A pattern as something to look for in a block of bytes, line by line: it never sees a line end, and matches of nothing are none. Where
// texts are known that must stand in a match, only the lines that have one of them are decoded and looked at.
import { isUtf8 } from 'node:buffer';
import type { CompiledPattern } from '../world.ts';
import { caselessFinder, DecodedBlock, exactFinder, type Finder, type Match, type NextMatch } from './finders.ts';

const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;
/** Characters of one line that a pattern is given at once, where it names no number; of a longer line, windows that overlap by half. */
const WINDOW_CHARS = 8_192;

/** The matches of a pattern. A match longer than half a window may be missed in a line longer than a window. */
export function patternFinder(pattern: CompiledPattern): Finder {
  return (bytes) => {
    const likely = likelyPlaces(pattern, bytes);
    let line: OneLine | undefined;
    return (from) => {
      for (let at = from; at < bytes.length; ) {
        const place = likely === undefined ? at : likely(at);
        if (place === undefined) return undefined;
        if (line === undefined || place < line.start || place >= line.next) line = new OneLine(bytes, place);
        const found = line.find(pattern, Math.max(at, line.start), place);
        if (found !== undefined) return found;
        at = line.next;
      }
      return undefined;
    };
  };
}

/** The first place at or behind an offset that a text stands at without which there is no match; undefined when none is known. */
function likelyPlaces(pattern: CompiledPattern, bytes: Buffer): ((from: number) => number | undefined) | undefined {
  const { required, ignoresCase } = pattern;
  if (required === undefined) return undefined;
  // Bytes that are no UTF-8 are read as letters of one byte each: only of ASCII it is known how these are written.
  if (required.some((text) => /[^\p{ASCII}]/u.test(text)) && !isUtf8(bytes)) return undefined;
  const finders = required.map(
    (text) => new Ahead((ignoresCase === true ? caselessFinder(text) : exactFinder(text))(bytes)),
  );
  return (from) => {
    let first: number | undefined;
    for (const finder of finders) {
      const start = finder.startFrom(from);
      if (start !== undefined && (first === undefined || start < first)) first = start;
    }
    return first;
  };
}

/** Where a text is next: looked for once, and again only when that place is passed. */
class Ahead {
  readonly #next: NextMatch;
  #start: number | undefined = -1;

  constructor(next: NextMatch) {
    this.#next = next;
  }

  startFrom(from: number): number | undefined {
    if (this.#start !== undefined && this.#start < from) this.#start = this.#next(from)?.start;
    return this.#start;
  }
}

/** One line of a block, decoded once however many matches it has. */
class OneLine {
  readonly start: number;
  /** Where the next line begins. */
  readonly next: number;
  readonly #decoded: DecodedBlock;

  constructor(bytes: Buffer, within: number) {
    this.start = within === 0 ? 0 : bytes.lastIndexOf(LINE_FEED, within - 1) + 1;
    const feed = bytes.indexOf(LINE_FEED, within);
    const end = feed < 0 ? bytes.length : feed;
    this.next = end + 1;
    const isReturn = feed >= 0 && end > this.start && bytes[end - 1] === CARRIAGE_RETURN;
    this.#decoded = new DecodedBlock(bytes.subarray(this.start, isReturn ? end - 1 : end));
  }

  /** The first match that begins at or behind `from`. Before `likely` there is none but one that reaches it. */
  find(pattern: CompiledPattern, from: number, likely: number): Match | undefined {
    const window = pattern.windowChars ?? WINDOW_CHARS;
    const decoded = this.#decoded;
    const first = decoded.unitAt(from - this.start);
    const { text } = decoded;
    const reaching = text.length <= window ? first : Math.max(first, decoded.unitAt(likely - this.start) - window / 2);
    const found = findInLine(pattern, text, characterStart(text, Math.floor(reaching)), window);
    if (found === undefined) return undefined;
    const { start, end } = decoded.match(found.start, found.end);
    return { start: this.start + start, end: this.start + end };
  }
}

/**
 * In windows that overlap by half. Each begins with the character before it, so that `^` and `\\b` see that it is not the line's beginning;
 * what ends where a window ends is looked at again with more behind it.
 */
function findInLine(pattern: CompiledPattern, line: string, from: number, window: number): Match | undefined {
  const half = Math.floor(window / 2);
  for (let at = from; ; ) {
    const start = characterStart(line, Math.max(0, at - 1));
    const end = characterStart(line, Math.min(line.length, at + window));
    const found = pattern.find(line.slice(start, end), at - start);
    if (found !== undefined && found.end > found.start) {
      const [foundStart, foundEnd] = [start + found.start, start + found.end];
      if (foundEnd < end || end === line.length || foundStart <= at + half) return { start: foundStart, end: foundEnd };
      at = foundStart;
      continue;
    }
    if (end === line.length) return undefined;
    at = characterStart(line, end - half);
  }
}

/** The place itself, or the one before it where it is inside a pair of surrogates. */
function characterStart(text: string, at: number): number {
  return (text.codePointAt(at - 1) ?? 0) > 0xffff ? at - 1 : at;
}
