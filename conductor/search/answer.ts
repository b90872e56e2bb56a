// Owns the text of an extractive answer: the best quotes with their citation marks, and nothing that no quote says.
import type { PlacedCandidate } from './merge.ts';
import type { SearchPlan } from './plan.ts';

/** The answer when there is nothing to quote: the one claim that needs no citation. */
export const NOTHING_FOUND = 'Nothing in the input answers this question.';
/** Quotes written out in the answer; the rest is only cited. */
const QUOTES_MAX = 5;
/** Characters of one quote in the answer; the citation names the whole. */
const QUOTE_CHARS_MAX = 600;

export interface ExtractiveAnswer {
  /** The answer; `[n]` names the n-th of the candidates in `order`. */
  readonly text: string;
  /** Indices of the given candidates, in the order in which the answer cites them. */
  readonly order: readonly number[];
}

/** Builds the answer from merged candidates, best first. Empty text when there is nothing to quote. */
export function answerFrom(candidates: readonly PlacedCandidate[], plan: Pick<SearchPlan, 'hints'>): ExtractiveAnswer {
  const counted = plan.hints.includes('count');
  const lines = candidates.slice(0, QUOTES_MAX).map((candidate, index) => {
    const count = counted && candidate.count !== undefined ? `${numberOfLines(candidate.count)}: ` : '';
    return `${count}${clip(candidate.quote)} [${index + 1}]`;
  });
  return { text: lines.join('\n'), order: candidates.map((_, index) => index) };
}

function numberOfLines(count: number): string {
  return count === 1 ? '1 line like this' : `${count} lines like this`;
}

function clip(quote: string): string {
  const line = quote.replace(/\s+/g, ' ').trim();
  if (line.length <= QUOTE_CHARS_MAX) return line;
  return `${line.slice(0, QUOTE_CHARS_MAX).replace(/[\ud800-\udbff]$/, '')}…`;
}
