// Parts of the input: the bytes of one file that are to be cut, with the place where each part begins, so that what is cut from a
// part names the same lines as what is cut from the whole.
import type { Corpus } from '../ports.ts';
import { type ChunkPlace, countFeeds } from './chunks.ts';

/** Bytes [startByte, endByte) of a file. */
export interface Part {
  readonly file: number;
  readonly startByte: number;
  readonly endByte: number;
}

/** One part as it streams by. */
export interface Piece {
  readonly place: ChunkPlace;
  readonly bytes: AsyncIterable<Uint8Array>;
}

/** Bytes that are read at a time. */
const READ_BYTES = 262_144;
const START: ChunkPlace = { startByte: 0, startLine: 1, offsetInLine: 0 };

async function* between(corpus: Corpus, { file, startByte, endByte }: Part): AsyncGenerator<Uint8Array> {
  for (let at = startByte; at < endByte; at += READ_BYTES)
    yield await corpus.read(file, at, Math.min(endByte, at + READ_BYTES));
}

/** The lines before a part are counted from where the part before it began. */
async function placeAt(corpus: Corpus, file: number, startByte: number, from: ChunkPlace): Promise<ChunkPlace> {
  let { startLine } = from;
  let lineStart = from.startByte;
  let carried = from.offsetInLine;
  let at = from.startByte;
  for await (const bytes of between(corpus, { file, startByte: at, endByte: startByte })) {
    const feed = bytes.lastIndexOf(10);
    if (feed >= 0) {
      startLine += countFeeds(bytes);
      lineStart = at + feed + 1;
      carried = 0;
    }
    at += bytes.length;
  }
  // Decoded as one text: a character may lie across two reads.
  const head = lineStart === startByte ? undefined : await corpus.read(file, lineStart, startByte);
  const offsetInLine = carried + (head === undefined ? 0 : Buffer.from(head).toString('utf8').length);
  return { startByte, startLine, offsetInLine };
}

/** What is to be cut of one file: all of it, or its parts, in order. @throws PylonError `input-changed` | `input-unreadable` */
export async function* piecesOf(
  corpus: Corpus,
  file: number,
  parts: readonly Part[] | undefined,
): AsyncGenerator<Piece> {
  if (parts === undefined) {
    yield { place: START, bytes: corpus.open(file) };
    return;
  }
  let place = START;
  for (const part of parts) {
    if (part.file !== file || part.endByte <= part.startByte) continue;
    place = await placeAt(corpus, file, part.startByte, place);
    yield { place, bytes: between(corpus, part) };
  }
}
