// A file as blocks of whole lines while it streams by, so that a search sees every line in one piece. Only a line longer than a block
// is cut, and then blocks overlap: what could be found across the cut is found in the second one.
import { countFeeds } from '../../../cut/chunks.ts';

const LINE_FEED = 10;
/** Bytes of a block: large enough to be fast, small beside the memory of a run. */
const BLOCK_BYTES = 524_288;
/** What two blocks of one line have in common: the longest match, and what is quoted round it, on both sides. */
const OVERLAP_BYTES = 16_384;

export interface Block {
  readonly bytes: Buffer;
  /** Of its first byte, in the file. */
  readonly startByte: number;
  /** 1-based line of its first byte. */
  readonly startLine: number;
  /** Matches begin at or behind this offset: what is before was looked at with the block before. */
  readonly from: number;
  /** Matches begin before this offset: what is behind is looked at with the next block. */
  readonly until: number;
}

export interface Blocking {
  /** Of the first byte of the stream, in its file. */
  readonly startByte: number;
  readonly startLine: number;
  /** Line ends that a match may have in it: so many lines are looked at again with the next block. */
  readonly feedsInMatch: number;
  readonly blockBytes?: number;
}

/** The blocks of a stream of bytes, in order. */
export async function* blocksOf(pieces: AsyncIterable<Uint8Array>, blocking: Blocking): AsyncGenerator<Block> {
  const { feedsInMatch, blockBytes = BLOCK_BYTES } = blocking;
  let held: Buffer[] = [];
  let heldBytes = 0;
  let startByte = blocking.startByte;
  let startLine = blocking.startLine;
  let from = 0;
  let wanted = blockBytes;
  /** The block ends before `end`; the next one begins at `next`, and looks for matches from `until` on. */
  const block = (bytes: Buffer, end: number, until: number, next: number): Block => {
    const made = { bytes: bytes.subarray(0, end), startByte, startLine, from, until };
    startByte += next;
    startLine += countFeeds(bytes.subarray(0, next));
    from = until - next;
    const rest = bytes.subarray(next);
    held = rest.length > 0 ? [rest] : [];
    heldBytes = rest.length;
    wanted = blockBytes + rest.length;
    return made;
  };
  for await (const piece of pieces) {
    held.push(Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength));
    heldBytes += piece.byteLength;
    if (heldBytes < wanted) continue;
    const bytes = held.length === 1 ? held[0]! : Buffer.concat(held);
    const feed = bytes.lastIndexOf(LINE_FEED);
    if (feed >= 0) {
      const until = Math.max(from, startOfLines(bytes, feed, feedsInMatch));
      yield block(bytes, feed + 1, until, until);
      continue;
    }
    // One line that goes on: the next block has half of the overlap as what stands before its matches.
    const end = characterEnd(bytes, bytes.length);
    const until = characterEnd(bytes, end - OVERLAP_BYTES / 2);
    yield block(bytes, end, until, characterEnd(bytes, end - OVERLAP_BYTES));
  }
  const bytes = Buffer.concat(held);
  if (bytes.length > from) yield block(bytes, bytes.length, bytes.length, bytes.length);
}

/** Where the last `lines` lines before the line feed at `feed` begin; behind the line feed for none. */
function startOfLines(bytes: Buffer, feed: number, lines: number): number {
  let start = feed + 1;
  for (let line = 0; line < lines && start > 0; line++)
    start = start < 2 ? 0 : bytes.lastIndexOf(LINE_FEED, start - 2) + 1;
  return start;
}

/** The last place at or before `at` that is not inside a character of UTF-8. */
export function characterEnd(bytes: Buffer, at: number): number {
  if (at <= 0 || at > bytes.length) return Math.max(0, Math.min(at, bytes.length));
  let lead = at - 1;
  while (lead > 0 && lead > at - 4 && (bytes[lead]! & 0xc0) === 0x80) lead--;
  const first = bytes[lead]!;
  const length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc0 ? 2 : 1;
  return length > 1 && lead + length > at ? lead : at;
}
