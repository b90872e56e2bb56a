// The input of a simulated run: a log that is made while it is read, so that a million chunks need no memory. Each chunk
// is eight lines of one length, cut at no other place, and no two chunks are equal.
import type { Corpus } from '../../../conductor/ports.ts';
import { fractionOf } from './streams.ts';

const LINE_BYTES = 40;
export const LINES_PER_CHUNK = 8;
export const CHUNK_BYTES = LINE_BYTES * LINES_PER_CHUNK;
/** Chunks made at a time: pieces of 51 KB, as a file is read. */
const PIECE_CHUNKS = 160;

function lineOf(seed: number, line: number): string {
  const value = Math.floor(fractionOf(seed, line) * 1e8);
  const host = String(line % 1_000_000).padStart(6, '0');
  const second = String(line % 60).padStart(2, '0');
  return `2026-01-01T00:00:${second}Z h${host} v=${String(value).padStart(8, '0')}\n`;
}

function linesOf(seed: number, from: number, to: number): Buffer {
  let text = '';
  for (let line = from; line < to; line++) text += lineOf(seed, line);
  return Buffer.from(text, 'latin1');
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
