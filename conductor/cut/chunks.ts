// Cuts one file into chunks while it streams by: at most `chunkBytes` each, together exactly the file's
// bytes, cut at a blank line, a record or function start, or a line end, in that order of preference.
import { isUtf8 } from 'node:buffer';
import { LINE_WINDOW_CHARS } from '../search/units.ts';

/** A place in a file, as a chunk tells it. */
export type ChunkPlace = Pick<Chunk, 'startByte' | 'startLine' | 'offsetInLine'>;

/** One piece of a file. `before` and `after` are neighbouring lines, there to be read but not asked about. */
export interface Chunk {
  readonly startByte: number;
  readonly bytes: Buffer;
  /** 1-based line of the first byte. */
  readonly startLine: number;
  /** UTF-16 units of the first line that come before the first byte; not 0 only inside a line longer than a chunk. */
  readonly offsetInLine: number;
  readonly before: Buffer;
  readonly after: Buffer;
}

const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;
/** A good boundary in the last fifth is worth a shorter chunk; further back it would only mean more jobs. */
const SEARCH_FROM = 0.8;
/** Neighbouring lines longer than this are not carried along. */
export const NEIGHBOUR_LINE_BYTES_MAX = 2_048;

/** First bytes of a line that continues the record or block above it. */
const CONTINUES = new Set([...' \t})]>|*'].map((char) => char.charCodeAt(0)));

/** Bytes of the last `lines` whole lines of a buffer that ends a line; empty when it does not. */
export function tailLines(bytes: Buffer, lines: number): Buffer {
  let start = bytes.length;
  if (start === 0 || bytes[start - 1] !== LINE_FEED) return bytes.subarray(start);
  for (let line = 0; line < lines && start > 0; line++) {
    const previous = start < 2 ? -1 : bytes.lastIndexOf(LINE_FEED, start - 2);
    if (start - (previous + 1) > NEIGHBOUR_LINE_BYTES_MAX) break;
    start = previous + 1;
  }
  return bytes.subarray(start);
}

/** Bytes of the first `lines` whole lines of a buffer (its end counts as a line end when `last`). */
export function headLines(bytes: Buffer, lines: number, last: boolean): Buffer {
  let end = 0;
  for (let line = 0; line < lines && end < bytes.length; line++) {
    const feed = bytes.indexOf(LINE_FEED, end);
    const next = feed < 0 ? (last ? bytes.length : end) : feed + 1;
    if (next === end || next - end > NEIGHBOUR_LINE_BYTES_MAX) break;
    end = next;
  }
  return bytes.subarray(0, end);
}

function isBlankAt(bytes: Buffer, index: number): boolean {
  return bytes[index] === LINE_FEED || (bytes[index] === CARRIAGE_RETURN && bytes[index + 1] === LINE_FEED);
}

/** Where to cut the first `limit` bytes: after the line feed that ends the best place, or 0 when there is no line end. */
function lineCut(bytes: Buffer, limit: number): number {
  const lastFeed = bytes.lastIndexOf(LINE_FEED, limit - 1);
  if (lastFeed < 0) return 0;
  const floor = limit * SEARCH_FROM;
  let record = 0;
  for (let feed = lastFeed; feed >= floor; ) {
    const next = feed + 1;
    const previous = bytes.lastIndexOf(LINE_FEED, feed - 1);
    if (isBlankAt(bytes, previous + 1) && previous >= 0) return next;
    const first = bytes[next];
    if (record === 0 && first !== undefined && !CONTINUES.has(first) && !isBlankAt(bytes, next)) record = next;
    if (previous < 0) break;
    feed = previous;
  }
  return record || lastFeed + 1;
}

/** Where to cut inside a line longer than a chunk: between two windows, or between two characters where the text is not UTF-8. */
function windowCut(bytes: Buffer, limit: number, offsetInLine: number): number {
  let end = limit;
  while (end > limit - 4 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end--;
  const head = bytes.subarray(0, end);
  if (!isUtf8(head)) return end;
  const text = head.toString('utf8');
  let cut = Math.floor((offsetInLine + text.length) / LINE_WINDOW_CHARS) * LINE_WINDOW_CHARS - offsetInLine;
  const splitsPair = (at: number) => text.charCodeAt(at) >= 0xdc00 && text.charCodeAt(at) <= 0xdfff;
  if (cut < text.length && splitsPair(cut)) cut++;
  return cut <= 0 ? end : Buffer.byteLength(text.slice(0, cut));
}

/** How large chunks are. */
export interface ChunkSize {
  readonly chunkBytes: number;
  /** Most lines of a chunk; as many as fit when absent. */
  readonly linesMax?: number;
}

/** Feed it one file's bytes in pieces of any size; it hands back chunks as soon as they are certain. */
export class Chunker {
  readonly #chunkBytes: number;
  readonly #linesMax: number;
  readonly #overlapLines: number;
  readonly #lookAhead: number;
  #pending: Buffer[] = [];
  #pendingBytes = 0;
  #startByte = 0;
  #startLine = 1;
  #offsetInLine = 0;
  #before: Buffer = Buffer.alloc(0);

  /**
   * @param overlapLines neighbouring lines handed along on each side; 0 for logs
   * @param place where in the file its bytes begin; at its start when absent
   */
  constructor(size: ChunkSize, overlapLines: number, place?: ChunkPlace) {
    this.#chunkBytes = size.chunkBytes;
    this.#linesMax = size.linesMax ?? Number.POSITIVE_INFINITY;
    this.#overlapLines = overlapLines;
    this.#startByte = place?.startByte ?? 0;
    this.#startLine = place?.startLine ?? 1;
    this.#offsetInLine = place?.offsetInLine ?? 0;
    this.#lookAhead = overlapLines * NEIGHBOUR_LINE_BYTES_MAX + 4;
  }

  /** Takes the next bytes of the file. */
  *push(bytes: Uint8Array): Generator<Chunk> {
    this.#pending.push(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
    this.#pendingBytes += bytes.byteLength;
    if (this.#pendingBytes < this.#chunkBytes + this.#lookAhead + 1) return;
    let rest = this.#take();
    while (rest.length >= this.#chunkBytes + this.#lookAhead + 1) rest = yield* this.#cut(rest, false);
    this.#give(rest);
  }

  /** Ends the file: hands back what is left. */
  *end(): Generator<Chunk> {
    let rest = this.#take();
    while (rest.length > 0) rest = yield* this.#cut(rest, true);
  }

  #take(): Buffer {
    const all = this.#pending.length === 1 ? this.#pending[0]! : Buffer.concat(this.#pending);
    this.#pending = [];
    this.#pendingBytes = 0;
    return all;
  }

  #give(rest: Buffer): void {
    if (rest.length > 0) this.#pending.push(rest);
    this.#pendingBytes = rest.length;
  }

  *#cut(rest: Buffer, last: boolean): Generator<Chunk, Buffer> {
    const limit = this.#limit(rest);
    const whole = last && rest.length <= limit;
    const cut = whole ? rest.length : lineCut(rest, limit) || windowCut(rest, limit, this.#offsetInLine);
    const bytes = rest.subarray(0, cut);
    const after = rest.subarray(cut);
    yield {
      startByte: this.#startByte,
      bytes,
      startLine: this.#startLine,
      offsetInLine: this.#offsetInLine,
      before: this.#before,
      after: bytes.at(-1) === LINE_FEED ? headLines(after, this.#overlapLines, last) : after.subarray(0, 0),
    };
    this.#advance(bytes);
    return after;
  }

  /** Most bytes of the next chunk. */
  #limit(rest: Buffer): number {
    if (this.#linesMax >= this.#chunkBytes) return this.#chunkBytes;
    let end = 0;
    for (let line = 0; line < this.#linesMax && end < this.#chunkBytes; line++) {
      const feed = rest.indexOf(LINE_FEED, end);
      if (feed < 0) return this.#chunkBytes;
      end = feed + 1;
    }
    return Math.min(end, this.#chunkBytes);
  }

  #advance(bytes: Buffer): void {
    this.#startByte += bytes.length;
    const lastFeed = bytes.lastIndexOf(LINE_FEED);
    this.#startLine += countFeeds(bytes);
    if (lastFeed < 0) this.#offsetInLine += bytes.toString('utf8').length;
    else this.#offsetInLine = lastFeed + 1 === bytes.length ? 0 : bytes.toString('utf8', lastFeed + 1).length;
    if (this.#overlapLines === 0) return;
    const short = bytes.length < this.#lookAhead && this.#before.length > 0;
    this.#before = Buffer.from(tailLines(short ? Buffer.concat([this.#before, bytes]) : bytes, this.#overlapLines));
  }
}

/** Line feeds in a buffer. */
export function countFeeds(bytes: Uint8Array): number {
  let feeds = 0;
  for (let at = bytes.indexOf(LINE_FEED); at >= 0; at = bytes.indexOf(LINE_FEED, at + 1)) feeds++;
  return feeds;
}

/** Lines of a text, where an unfinished last line counts as one. */
export function linesIn(bytes: Buffer): number {
  const feeds = countFeeds(bytes);
  return bytes.at(-1) === LINE_FEED ? feeds : feeds + 1;
}
