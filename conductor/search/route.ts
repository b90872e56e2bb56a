// Owns the extractive Router: which chunks to ask first when a budget does not cover all of them.
import type { ChunkContext } from './context.ts';
import type { SearchPlan } from './plan.ts';
import { rankChunk } from './rank.ts';

/** Lines that speak for a chunk; the first counts most, so that one strong line beats many weak ones. */
const LINES = 3;

/** How promising a chunk is: comparable over all chunks of a run, 0 when it holds nothing of the question. */
export function scoreChunkForRouting(text: string, plan: SearchPlan, context: ChunkContext): number {
  return rankChunk(text, plan, context, { candidates: LINES }).reduce(
    (sum, candidate, index) => sum + candidate.score / 4 ** index,
    0,
  );
}
