// A corpus in memory, read in pieces of a chosen size so that chunking meets awkward borders.
import type { Corpus } from '../../conductor/ports.ts';

export function textCorpus(texts: Record<string, string | Buffer>, pieceBytes = 4_099): Corpus {
  const contents = Object.values(texts).map((text) => Buffer.from(text));
  return {
    files: Object.keys(texts).map((path, index) => ({ path, bytes: contents[index]!.length })),
    async *open(file) {
      const bytes = contents[file]!;
      for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes);
    },
    async read(file, startByte, endByte) {
      return contents[file]!.subarray(startByte, endByte);
    },
  };
}
