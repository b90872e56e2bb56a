// Owns how the candidates of all chunks become one list: near-identical lines once, best first, ties by position. The
// same candidates give the same list in whatever order the chunks come back.
import { diversify } from './diversity.ts';

/** A candidate at its place in the user's input. */
export interface PlacedCandidate {
  /** Index of the file, in the order the files were given. */
  readonly file: number;
  /** First line (1-based) and byte of the quote in its file. */
  readonly startLine: number;
  readonly startByte: number;
  readonly score: number;
  readonly groupKey: string;
  readonly quote: string;
  /** Lines of the input that are the same but for values, this one included; only where it was counted exactly. */
  readonly count?: number | undefined;
}

function before(one: PlacedCandidate, other: PlacedCandidate): number {
  const order = other.score - one.score || one.file - other.file || one.startByte - other.startByte;
  return order || (one.groupKey < other.groupKey ? -1 : one.groupKey > other.groupKey ? 1 : 0);
}

/**
 * Merges candidates of all chunks into at most `limit`. Order: by score, but among the first ones a quote that says
 * something new comes before one that repeats a better one (`diversity.ts`).
 */
export function mergeCandidates<Placed extends PlacedCandidate>(candidates: Iterable<Placed>, limit: number): Placed[] {
  const best = new Map<string, Placed>();
  for (const candidate of candidates) {
    const known = best.get(candidate.groupKey);
    if (!known || before(candidate, known) < 0) best.set(candidate.groupKey, candidate);
  }
  const ranked = [...best.values()].sort(before);
  return diversify(ranked).slice(0, limit);
}
