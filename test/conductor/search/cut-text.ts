// Cuts a text as a conductor does (at given places, with overlap and context) and ranks it whole or in pieces.
import { type ChunkContext, HeadingTracker } from '../../../conductor/search/context.ts';
import type { TextKind } from '../../../conductor/search/kind.ts';
import { mergeCandidates, type PlacedCandidate } from '../../../conductor/search/merge.ts';
import { overlapEnd, overlapStart } from '../../../conductor/search/overlap.ts';
import { encodePlan, parsePlan, type SearchPlan } from '../../../conductor/search/plan.ts';
import { analyseQuery } from '../../../conductor/search/query.ts';
import { rankChunk } from '../../../conductor/search/rank.ts';
import { CorpusStatistics } from '../../../conductor/search/statistics.ts';

export interface Piece {
  readonly text: string;
  readonly context: ChunkContext;
  readonly start: number;
}

/** `cuts`: character offsets, each the begin of a line or of a window of a long line. */
export function cutText(text: string, kind: TextKind, cuts: readonly number[]): Piece[] {
  const borders = [...new Set([0, ...cuts, text.length])].sort((one, other) => one - other);
  return borders.slice(0, -1).map((start, index) => {
    const end = borders[index + 1]!;
    const lineStart = text.lastIndexOf('\n', start - 1) + 1;
    const atLine = lineStart === start;
    const from = atLine ? overlapStart(text, start, kind) : start;
    const to = text[end - 1] === '\n' ? overlapEnd(text, end, kind) : end;
    const headings = new HeadingTracker();
    if (kind === 'prose') headings.observeAll(text.slice(0, from));
    const context: ChunkContext = {
      kind,
      headings: headings.headings,
      fenced: headings.fenced,
      offsetInLine: atLine ? 0 : start - lineStart,
      coreStart: start - from,
      coreEnd: end - from,
    };
    return { text: text.slice(from, to), context, start: from };
  });
}

export function planOf(text: string, query: string): SearchPlan {
  const statistics = new CorpusStatistics(analyseQuery(query));
  statistics.observe(text);
  statistics.endFile();
  return parsePlan(encodePlan(statistics.plan()));
}

export interface Placed extends PlacedCandidate {
  readonly start: number;
}

/** What the whole pipeline cites, with the text cut at `cuts`. */
export function cite(text: string, kind: TextKind, query: string, cuts: readonly number[]): Placed[] {
  const plan = planOf(text, query);
  const placed = cutText(text, kind, cuts).flatMap((piece) =>
    rankChunk(piece.text, plan, piece.context).map((candidate) => ({
      file: 0,
      startLine: 1,
      startByte: piece.start + candidate.startOffset,
      start: piece.start + candidate.startOffset,
      score: candidate.score,
      groupKey: candidate.groupKey,
      quote: candidate.quote,
    })),
  );
  return mergeCandidates(placed, 12);
}
