// Owns the order among the best: five ways of saying the same thing answer less than five things.
import { CANDIDATES_PER_CHUNK_MAX } from '../../protocol/limits.ts';

/** How much of its score a quote loses when all its words were already said. */
const REPETITION_WEIGHT = 0.3;
/**
 * Only the first ones are reordered. Not more than every chunk hands over: these are the same however the input was
 * cut, and so is their order.
 */
const REORDERED = CANDIDATES_PER_CHUNK_MAX;

/** Reorders the first of a list sorted by score so that each adds something to those before it. */
export function diversify<Quoted extends { readonly quote: string; readonly score: number }>(
  ranked: readonly Quoted[],
): Quoted[] {
  const rest = ranked.slice(0, REORDERED).map((candidate) => ({ candidate, words: wordsOf(candidate.quote), said: 0 }));
  const ordered: Quoted[] = [];
  while (rest.length > 0) {
    let next = 0;
    for (let index = 1; index < rest.length; index++) if (worth(rest[index]!) > worth(rest[next]!)) next = index;
    const [chosen] = rest.splice(next, 1);
    ordered.push(chosen!.candidate);
    for (const other of rest) other.said = Math.max(other.said, similarity(chosen!.words, other.words));
  }
  return [...ordered, ...ranked.slice(REORDERED)];
}

function worth(entry: { readonly candidate: { readonly score: number }; readonly said: number }): number {
  return entry.candidate.score * (1 - REPETITION_WEIGHT * entry.said);
}

function wordsOf(quote: string): Set<string> {
  return new Set(quote.toLowerCase().match(/\p{L}{3,}/gu) ?? []);
}

/** Shared words among all words of both (Jaccard). */
function similarity(one: ReadonlySet<string>, other: ReadonlySet<string>): number {
  let shared = 0;
  for (const word of one) if (other.has(word)) shared++;
  return shared === 0 ? 0 : shared / (one.size + other.size - shared);
}
