// The input of a simulated run: a log that is made while it is read, so that a million chunks need no memory. Each chunk
// is eight lines of one length, cut at no other place, and no two chunks are equal.
import type { Corpus } from '../../../conductor/ports.ts';
import { fractionOf } from './streams.ts';

const LINE_BYTES = 40;
export const LINES_PER_CHUNK = 8;
export const CHUNK_BYTES = LINE_BYTES * LINES_PER_CHUNK;
/** Chunks made at a time: pieces of 51 KB, as a file is read. */
const PIECE_CHUNKS = 160;

/** A line, and where its numbers stand in it: written into it as digits, for a million chunks are eight million lines. */
const LINE = Buffer.from('2026-01-01T00:00:00Z h000000 v=00000000\n', 'latin1');
const [SECOND_ENDS, HOST_ENDS, VALUE_ENDS] = [19, 28, 39] as const;

/** Writes a number's decimal digits, so many of them, that end before `end`. */
function writeDigits(bytes: Buffer, end: number, digits: number, value: number): void {
  let left = value;
  for (let at = end - 1; at >= end - digits; at--) {
    bytes[at] = 48 + (left % 10);
    left = Math.floor(left / 10);
  }
}

function linesOf(seed: number, from: number, to: number): Buffer {
  const bytes = Buffer.alloc((to - from) * LINE_BYTES, LINE);
  for (let line = from; line < to; line++) {
    const start = (line - from) * LINE_BYTES;
    writeDigits(bytes, start + SECOND_ENDS, 2, line % 60);
    writeDigits(bytes, start + HOST_ENDS, 6, line % 1_000_000);
    writeDigits(bytes, start + VALUE_ENDS, 8, Math.floor(fractionOf(seed, line) * 1e8));
  }
  return bytes;
}

/** @param chunks how many it will be cut into with a chunk size of CHUNK_BYTES */
export function simCorpus(seed: number, chunks: number): Corpus {
  const lines = chunks * LINES_PER_CHUNK;
  return {
    files: [{ path: 'sim.log', bytes: lines * LINE_BYTES }],
    async *open() {
      const step = PIECE_CHUNKS * LINES_PER_CHUNK;
      for (let line = 0; line < lines; line += step) yield linesOf(seed, line, Math.min(lines, line + step));
    },
    async read(_file, startByte, endByte) {
      const first = Math.floor(startByte / LINE_BYTES);
      const bytes = linesOf(seed, first, Math.ceil(endByte / LINE_BYTES));
      return bytes.subarray(startByte - first * LINE_BYTES, endByte - first * LINE_BYTES);
    },
  };
}
