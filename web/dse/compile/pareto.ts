// Candidates of a compile held against each other: what a step up in score costs. Pure.
import type { CompileCandidate, CompileReport } from '../../../protocol/dse/compile.ts';

/** What a better score is paid with; means per prediction. */
export const COSTS = ['sats', 'tokens', 'latency'] as const;
export type CostName = (typeof COSTS)[number];

/** How many predictions a candidate made: one for each example it was tried on. */
function predictionsOf({ scores }: CompileCandidate): number {
  return Math.max(1, Object.keys(scores).length);
}

export function costOf(candidate: CompileCandidate, name: CostName): number {
  const { usage, costMsat, latencyMs } = candidate;
  if (name === 'sats') return costMsat / 1_000;
  if (name === 'latency') return latencyMs;
  return (usage.input_tokens + usage.output_tokens) / predictionsOf(candidate);
}

export interface ParetoDot {
  readonly candidate: CompileCandidate;
  readonly x: number;
  readonly y: number;
}

/** Those that were tried on all of `dev`. */
export function dotsOf(candidates: readonly CompileCandidate[], cost: CostName): readonly ParetoDot[] {
  return candidates.flatMap((candidate) =>
    candidate.devScore === null ? [] : [{ candidate, x: costOf(candidate, cost), y: candidate.devScore }],
  );
}

/** From the cheapest on, those that are better than all that cost less. */
export function frontierLine(dots: readonly ParetoDot[]): readonly ParetoDot[] {
  const line: ParetoDot[] = [];
  for (const dot of dots.toSorted((left, right) => left.x - right.x || right.y - left.y))
    if (dot.y > (line.at(-1)?.y ?? Number.NEGATIVE_INFINITY)) line.push(dot);
  return line;
}

/** The chosen one first, then by score, those that were not tried on all of `dev` last. */
export function ranked({
  candidates,
  chosen,
}: Pick<CompileReport, 'candidates' | 'chosen'>): readonly CompileCandidate[] {
  const rank = ({ paramsHash, devScore }: CompileCandidate) =>
    paramsHash === chosen?.paramsHash ? 2 : (devScore ?? -1);
  return candidates.toSorted((left, right) => rank(right) - rank(left));
}

/** What of the parameters differs from where the search began, as `decode: jsonish`. */
export function changesOf({ params }: CompileCandidate, base: CompileReport['job']['base']): readonly string[] {
  const [now, before] = [params, base] as Readonly<Record<string, unknown>>[];
  const names = [...new Set([...Object.keys(now ?? {}), ...Object.keys(before ?? {})])].sort();
  return names
    .filter((name) => JSON.stringify(now?.[name]) !== JSON.stringify(before?.[name]))
    .map((name) => `${name}: ${valueWords(name, now?.[name])}`);
}

function valueWords(name: string, value: unknown): string {
  if (value === undefined) return 'none';
  if (name === 'fewShot' && Array.isArray(value)) return `${value.length} examples`;
  return typeof value === 'string' ? value : JSON.stringify(value);
}
