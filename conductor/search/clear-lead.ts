// Whether one group of lines clearly answers a question: it holds most of what was asked for, and is far better than the next one. Only
// then it is safe to look no further.
import type { PlacedCandidate } from './merge.ts';
import type { SearchPlan } from './plan.ts';
import { stemOf, tokenise } from './tokens.ts';

/** The best is so many times as good as the next. */
export const LEAD_MIN = 1.5;
/** Share of the question's words that the best lines hold. */
export const SHARE_MIN = 0.6;

export interface Lead {
  readonly isClear: boolean;
  /** The figures, in words. */
  readonly words: string;
}

/** How many of the words of the question stand in the text, of 1. */
function shareIn(text: string, plan: Pick<SearchPlan, 'terms'>): number {
  const concepts = new Map(plan.terms.map(({ stem, concept }) => [stem, concept]));
  const all = new Set(plan.terms.filter(({ weight }) => weight >= 1).map(({ concept }) => concept));
  const found = new Set<number>();
  for (const { text: token } of tokenise(text)) {
    const concept = concepts.get(stemOf(token));
    if (concept !== undefined && all.has(concept)) found.add(concept);
  }
  return all.size === 0 ? 0 : found.size / all.size;
}

/** @param ranked groups of lines, the best first, each group once */
export function leadOf(ranked: readonly PlacedCandidate[], plan: Pick<SearchPlan, 'terms'>): Lead {
  const [best, next] = ranked;
  if (best === undefined || best.score <= 0) return { isClear: false, words: 'no line holds a word of the question' };
  const share = shareIn(best.quote, plan);
  const lead = next === undefined || next.score <= 0 ? Number.POSITIVE_INFINITY : best.score / next.score;
  const words = `the best lines hold ${Math.round(share * 100)} % of its words and are ${
    Number.isFinite(lead) ? `${lead.toFixed(1)} times as good as the next` : 'the only ones'
  }`;
  return { isClear: share >= SHARE_MIN && lead >= LEAD_MIN, words };
}
