// Searches parts of the input for a text or a pattern while they stream by: every line that matches is counted, the first ones are
// given, each with its bytes and lines in the user's file. A line too long to quote gives a passage round each match instead.
import { QUOTE_CHARS_MAX } from '../../../../protocol/limits.ts';
import { countFeeds } from '../../../cut/chunks.ts';
import type { Corpus } from '../../../ports.ts';
import { cutQuote } from '../../fit.ts';
import type { Hit, SearchResult } from '../world.ts';
import { type Block, blocksOf, characterEnd } from './blocks.ts';
import type { Finder, Match } from './finders.ts';
import { openPart, type Part } from './parts.ts';

const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;
/** A longer line is quoted in passages. In bytes: a line of so many is at most as many characters. */
const LINE_BYTES_MAX = QUOTE_CHARS_MAX;
/** Of a longer line, what is quoted before and behind a match. */
const BEFORE_BYTES = 256;
const BEHIND_BYTES = 768;

export interface Scan {
  readonly finder: Finder;
  /** Line ends in what is looked for. */
  readonly feedsInMatch: number;
  readonly hitsMax: number;
  readonly blockBytes?: number;
}

/** @throws PylonError `input-unreadable` | `input-changed` | what the signal was aborted with */
export async function scan(
  corpus: Corpus,
  parts: readonly Part[],
  by: Scan,
  signal: AbortSignal,
): Promise<SearchResult> {
  const hits: Hit[] = [];
  let matches = 0;
  let bytesScanned = 0;
  for (const part of parts) {
    const { startByte, startLine, endByte, file } = part;
    const blockBytes = by.blockBytes === undefined ? {} : { blockBytes: by.blockBytes };
    const blocking = { startByte, startLine, feedsInMatch: by.feedsInMatch, ...blockBytes };
    let seenByte = startByte;
    for await (const block of blocksOf(openPart(corpus, part), blocking)) {
      signal.throwIfAborted();
      for (const place of placesIn(block, by.finder, seenByte)) {
        matches++;
        seenByte = place.nextByte;
        if (hits.length < by.hitsMax) hits.push(hitOf(file, block, place));
      }
    }
    bytesScanned += endByte - startByte;
  }
  return { hits, matches, bytesScanned };
}

/** What is told of a match: the lines it stands on, or a passage of a long one. Offsets of the block. */
interface Place {
  readonly start: number;
  readonly end: number;
  readonly line: number;
  /** Of the file: matches that begin before it belong to this one. */
  readonly nextByte: number;
}

function* placesIn(block: Block, finder: Finder, seenByte: number): Generator<Place> {
  const { bytes, startByte, until } = block;
  const next = finder(bytes);
  let line = block.startLine;
  let counted = 0;
  for (let from = Math.max(block.from, seenByte - startByte); from < until; ) {
    const match = next(from);
    if (match === undefined || match.start >= until) return;
    const { start, end, nextOffset } = placeOf(bytes, match);
    line += countFeeds(bytes.subarray(counted, start));
    counted = start;
    yield { start, end, line, nextByte: startByte + nextOffset };
    from = nextOffset;
  }
}

function placeOf(bytes: Buffer, match: Match): { start: number; end: number; nextOffset: number } {
  const lineStart = match.start === 0 ? 0 : bytes.lastIndexOf(LINE_FEED, match.start - 1) + 1;
  // What ends with its line feed ends on the line before it.
  const feed = bytes.indexOf(LINE_FEED, Math.max(match.start, match.end - 1));
  const lineEnd = feed < 0 ? bytes.length : feed;
  if (lineEnd - lineStart <= LINE_BYTES_MAX)
    return { start: lineStart, end: withoutReturn(bytes, lineStart, lineEnd), nextOffset: lineEnd + 1 };
  const start = Math.max(lineStart, characterEnd(bytes, match.start - BEFORE_BYTES));
  const wanted = Math.min(match.end, match.start + LINE_BYTES_MAX - BEFORE_BYTES - BEHIND_BYTES) + BEHIND_BYTES;
  const end = wanted >= lineEnd ? withoutReturn(bytes, start, lineEnd) : characterEnd(bytes, wanted);
  return { start, end, nextOffset: Math.max(end, match.start + 1) };
}

function withoutReturn(bytes: Buffer, start: number, end: number): number {
  return end > start && bytes[end - 1] === CARRIAGE_RETURN ? end - 1 : end;
}

function hitOf(file: number, { bytes, startByte }: Block, { start, end, line }: Place): Hit {
  const quoted = bytes.subarray(start, end);
  return {
    file,
    startByte: startByte + start,
    endByte: startByte + end,
    startLine: line,
    endLine: line + countFeeds(quoted),
    text: cutQuote(quoted.toString('utf8')),
    score: 1,
  };
}
