// An input of any size that is never in memory: each line is computed from its number, all of the same length.
import type { Corpus } from '../../../../conductor/ports.ts';

const LINE = 64;
const PIECE_LINES = 4_096;

/** Line `index` (from 0), LINE bytes with its line feed, in scripts of one, two, three and four bytes. */
export function madeLine(index: number): string {
  const words = `${index} user-${index % 97} ${['ascii', 'naïve', '日本語', '🙂🙂'][index % 4]} `;
  const rest = LINE - 1 - Buffer.byteLength(words);
  return `${words}${'.'.repeat(rest)}\n`;
}

/** A corpus of so many files with so many lines each. */
export function madeCorpus(paths: readonly string[], linesEach: number): Corpus {
  const bytes = linesEach * LINE;
  const lines = (from: number, to: number) =>
    Buffer.from(Array.from({ length: to - from }, (_, at) => madeLine(from + at)).join(''));
  return {
    files: paths.map((path) => ({ path, bytes })),
    async *open() {
      for (let line = 0; line < linesEach; line += PIECE_LINES)
        yield lines(line, Math.min(linesEach, line + PIECE_LINES));
    },
    async read(_, startByte, endByte) {
      const first = Math.floor(startByte / LINE);
      const block = lines(first, Math.ceil(endByte / LINE));
      return block.subarray(startByte - first * LINE, endByte - first * LINE);
    },
  };
}
