// Lines of an input file round a citation, as the file is now, and whether the bytes cited are still those that were read.
// Bounded whatever the file has become: it may be gone, a pipe, or one line of ten gigabytes.
import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { PylonError } from '../../protocol/errors.ts';
import { errnoOf } from '../home.ts';

/** Read before and behind the place that is looked for. */
const BEFORE_BYTES_MAX = 262_144;
const BEHIND_BYTES_MAX = 1_048_576;
const LINES_MAX = 2_000;
/** A longer line is cut: nobody reads it in a window. */
const LINE_BYTES_MAX = 16_384;
/** Bytes that are counted through for the number of a line, about a second's work. */
const COUNTED_BYTES_MAX = 268_435_456;
/** A chunk has half a megabyte at most; who cites more is not believed or refuted. */
const SPAN_BYTES_MAX = 67_108_864;
const PIECE_BYTES = 262_144;
const NEWLINE = 10;

export interface CitedSpan {
  readonly startByte: number;
  readonly endByte: number;
  /** sha256 of exactly those bytes, as hex digits. */
  readonly contentHash: string;
}

export interface WantedLines {
  /** 1-based, inclusive. */
  readonly startLine: number;
  readonly endLine: number;
  /** Lines of context on either side. */
  readonly around: number;
  readonly span?: CitedSpan;
}

export interface SourceLines {
  /** Number of the first of `lines`. */
  readonly startLine: number;
  readonly lines: readonly string[];
  /** Of the file; known only where it is short. */
  readonly totalLines?: number;
  /** Some of what was wanted is cut. */
  readonly truncated: boolean;
  /** The cited bytes are those that were read; null where no span was given. */
  readonly matches: boolean | null;
}

/** A regular file, opened for reading; a pipe in its place does not make anybody wait. */
async function openInput(location: string, path: string): Promise<FileHandle> {
  let file: FileHandle;
  try {
    file = await open(location, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (cause) {
    const code = errnoOf(cause);
    if (code === 'ENOENT' || code === 'ENOTDIR') throw new PylonError('source-gone', { value: path, cause });
    throw new PylonError('input-unreadable', { value: path, reason: `the input cannot be read (${code})`, cause });
  }
  if ((await file.stat()).isFile()) return file;
  await file.close();
  throw new PylonError('source-gone', { value: path, reason: 'something that is not a file is in its place' });
}

async function read(file: FileHandle, startByte: number, endByte: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(endByte - startByte), 0, endByte - startByte, startByte);
  return buffer.subarray(0, bytesRead);
}

async function* pieces(file: FileHandle, startByte: number, endByte: number): AsyncGenerator<Buffer> {
  for (let at = startByte; at < endByte; ) {
    const piece = await read(file, at, Math.min(endByte, at + PIECE_BYTES));
    if (piece.length === 0) return;
    at += piece.length;
    yield piece;
  }
}

async function isAsRead(file: FileHandle, size: number, span: CitedSpan | undefined): Promise<boolean | null> {
  if (span === undefined || span.endByte - span.startByte > SPAN_BYTES_MAX) return null;
  if (span.endByte > size) return false;
  const hash = createHash('sha256');
  for await (const piece of pieces(file, span.startByte, span.endByte)) hash.update(piece);
  return hash.digest('hex') === span.contentHash;
}

/** Where a line begins, found by counting. @throws PylonError `input-changed` when there is no such line */
async function offsetOfLine(file: FileHandle, size: number, line: number, path: string): Promise<number> {
  if (line === 1) return 0;
  let [passed, offset] = [1, 0];
  for await (const piece of pieces(file, 0, Math.min(size, COUNTED_BYTES_MAX))) {
    for (let at = piece.indexOf(NEWLINE); at >= 0; at = piece.indexOf(NEWLINE, at + 1))
      if (++passed === line && offset + at + 1 < size) return offset + at + 1;
    offset += piece.length;
  }
  const reason =
    size > COUNTED_BYTES_MAX
      ? 'the file changed, and it is too large to count its lines'
      : `the file changed: it has less than ${line} lines now`;
  throw new PylonError('input-changed', { value: path, reason, next: 'bring it back as it was, or ask again' });
}

/** Part of a file, from a whole line on where that is near. */
interface Window {
  readonly bytes: Buffer;
  readonly beginsFile: boolean;
  readonly endsFile: boolean;
}

/** Where the line with the byte `at` begins; undefined when it began before the window. */
function lineBegin({ bytes, beginsFile }: Window, at: number): number | undefined {
  const newline = at === 0 ? -1 : bytes.lastIndexOf(NEWLINE, at - 1);
  return newline >= 0 || beginsFile ? newline + 1 : undefined;
}

function cut(window: Window, anchor: number, { startLine, endLine, around }: WantedLines) {
  const { bytes, endsFile } = window;
  const own = lineBegin(window, anchor);
  let [at, number, truncated] = [own ?? 0, startLine, own === undefined];
  while (own !== undefined && number > Math.max(1, startLine - around)) {
    const before = at === 0 ? undefined : lineBegin(window, at - 1);
    if (before === undefined) break; // a very long line: context is a kindness, not a promise
    at = before;
    number--;
  }
  const first = number;
  const lines: string[] = [];
  for (; number <= endLine + around && at < bytes.length; number++) {
    if (lines.length >= LINES_MAX) return { startLine: first, lines, truncated: true };
    const newline = bytes.indexOf(NEWLINE, at);
    const end = newline < 0 ? bytes.length : newline;
    if (end - at > LINE_BYTES_MAX || (newline < 0 && !endsFile)) truncated = true;
    lines.push(bytes.subarray(at, Math.min(end, at + LINE_BYTES_MAX)).toString('utf8'));
    at = end + 1;
  }
  return { startLine: first, lines, truncated: truncated || (number <= endLine && !endsFile) };
}

function linesOf(bytes: Buffer): number {
  let lines = bytes.length === 0 || bytes.at(-1) === NEWLINE ? 0 : 1;
  for (let at = bytes.indexOf(NEWLINE); at >= 0; at = bytes.indexOf(NEWLINE, at + 1)) lines++;
  return lines;
}

/**
 * @param location absolute. @param path the name that the user knows it by
 * @throws PylonError `source-gone` | `input-unreadable` | `input-changed` when it has no such line any more
 */
export async function readSource(location: string, path: string, wanted: WantedLines): Promise<SourceLines> {
  const file = await openInput(location, path);
  try {
    const { size } = await file.stat();
    const matches = await isAsRead(file, size, wanted.span);
    // Bytes that are as they were read stand where they stood, so that nothing need be counted.
    const isPlaced = matches === true && wanted.span !== undefined;
    const place = isPlaced ? wanted.span.startByte : await offsetOfLine(file, size, wanted.startLine, path);
    const [from, to] = [Math.max(0, place - BEFORE_BYTES_MAX), Math.min(size, place + BEHIND_BYTES_MAX)];
    const bytes = await read(file, from, to);
    const window = { bytes, beginsFile: from === 0, endsFile: to === size };
    const whole = window.beginsFile && window.endsFile ? { totalLines: linesOf(bytes) } : {};
    return { ...cut(window, place - from, wanted), ...whole, matches };
  } finally {
    await file.close();
  }
}
