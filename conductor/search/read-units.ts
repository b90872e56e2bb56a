// Owns the reading of one chunk: its lines, the terms each of them holds, and the headings above them.
import { type ChunkContext, HeadingTracker, NEIGHBOUR_CHARS_MAX } from './context.ts';
import { FailureMatcher } from './failures.ts';
import type { Ranker, Unit } from './ranker.ts';
import type { TermMatcher } from './tokens.ts';
import { UnitCursor } from './units.ts';

const NO_HITS = new Int32Array(0);

/** All lines of a chunk's text, blank ones too, in order. */
export function readUnits(text: string, ranker: Ranker, context: ChunkContext): Unit[] {
  const units: Unit[] = [];
  const { matcher } = ranker;
  const cursor = new UnitCursor(text, context.offsetInLine);
  const headings = context.kind === 'prose' ? HeadingTracker.from(context) : undefined;
  let above = headings ? headingHits(matcher, headings) : NO_HITS;
  while (cursor.next()) {
    const { start, end, line } = cursor;
    const tokens = matcher.scan(text, start, end);
    const failing = matcher instanceof FailureMatcher && matcher.settle();
    const hits = matcher.hitCount === 0 ? NO_HITS : matcher.hitTerm.slice(0, matcher.hitCount);
    const social = !cursor.windowed && end - start <= NEIGHBOUR_CHARS_MAX;
    units.push({ start, end, line, tokens, hits, above, social, failing });
    if (headings?.observe(text, start, end)) above = headingHits(matcher, headings);
  }
  return units;
}

function headingHits(matcher: TermMatcher, headings: HeadingTracker): Int32Array {
  const found = new Set<number>();
  for (const heading of headings.headings) {
    matcher.scan(heading, 0, heading.length);
    if (matcher instanceof FailureMatcher) matcher.settle();
    for (let index = 0; index < matcher.hitCount; index++) found.add(matcher.hitTerm[index]!);
  }
  return found.size === 0 ? NO_HITS : Int32Array.from(found);
}
