// What is told of a search: each candidate with its figures, which of them nothing beats, and which one is chosen and why. Latency is
// told and weighed on the frontier, but never decides: it is another one each time.
import type { CompileCandidate, CompileReport } from '../../protocol/dse/compile.ts';
import { mean } from '../../protocol/mean.ts';
import { addUsage, NO_USAGE, type Usage } from '../../protocol/signature.ts';
import type { Made } from './evaluate.ts';
import { ranked, sumOf } from './optimisers/optimiser.ts';
import { type Candidate, callsOf, type Workbench } from './workbench.ts';

/** Differences of latency below this share are noise. */
const LATENCY_GRAIN = 0.05;

interface Figures {
  readonly candidate: Candidate;
  readonly score: number;
  readonly costMsat: number;
  /** Per prediction. */
  readonly tokens: number;
  readonly latencyMs: number;
}

function figuresOf(candidate: Candidate, { dev }: Pick<Workbench, 'dev'>): Figures {
  const all = [...candidate.scored.values()];
  const usage = usageOf(candidate);
  return {
    candidate,
    score: sumOf(candidate, dev) / Math.max(1, dev.length),
    costMsat: mean(all.map(({ costMsat }) => costMsat)),
    tokens: (usage.input_tokens + usage.output_tokens) / Math.max(1, all.length),
    latencyMs: mean(all.map(({ latencyMs }) => latencyMs)),
  };
}

function usageOf({ scored }: Candidate): Usage {
  return [...scored.values()].reduce((sum, { usage }) => addUsage(sum, usage), NO_USAGE);
}

/** As good in everything, and better in something. */
function beats(one: Figures, other: Figures): boolean {
  const noSlower = one.latencyMs <= other.latencyMs * (1 + LATENCY_GRAIN);
  const noWorse = one.score >= other.score && one.costMsat <= other.costMsat && one.tokens <= other.tokens && noSlower;
  const faster = one.latencyMs * (1 + LATENCY_GRAIN) < other.latencyMs;
  return noWorse && (one.score > other.score || one.costMsat < other.costMsat || one.tokens < other.tokens || faster);
}

/** Every candidate that was tried, in the order in which they were added. */
export function candidatesOf(bench: Workbench): CompileCandidate[] {
  const whole = new Map(
    ranked(bench.candidates, bench.dev).map((candidate) => [candidate.paramsHash, figuresOf(candidate, bench)]),
  );
  return bench.candidates
    .filter(({ scored }) => scored.size > 0)
    .map((candidate) => {
      const figures = whole.get(candidate.paramsHash);
      const { costMsat, latencyMs } = figures ?? figuresOf(candidate, { dev: [] });
      const all = [...candidate.scored.values()];
      return {
        paramsHash: candidate.paramsHash,
        params: candidate.params,
        origin: candidate.origin,
        scores: Object.fromEntries(all.map(({ exampleId, reward }) => [exampleId, reward])),
        devScore: figures?.score ?? null,
        usage: usageOf(candidate),
        costMsat,
        latencyMs,
        errors: all.filter(({ error }) => error !== null).length,
        isOnFrontier: figures !== undefined && ![...whole.values()].some((other) => beats(other, figures)),
      };
    });
}

export interface Chosen {
  readonly candidate: Candidate;
  readonly why: string;
}

/**
 * The best on all of dev; of equal ones that with fewer sats, then fewer tokens, then the one that was added first.
 * Undefined where not even the base was tried on all of it.
 */
export function choiceOf(bench: Workbench): Chosen | undefined {
  const whole = ranked(bench.candidates, bench.dev).map((candidate) => figuresOf(candidate, bench));
  const [best] = whole;
  const base = whole.find(({ candidate }) => candidate === bench.base);
  if (best === undefined || base === undefined) return undefined;
  const equals = whole.filter(({ score }) => score === best.score);
  const chosen = equals.reduce((kept, other) => (isCheaper(other, kept) ? other : kept));
  const { candidate, score } = chosen;
  const beside = `${score.toFixed(3)} on ${bench.dev.length} dev examples, ${base.score.toFixed(3)} by the parameters in force`;
  if (candidate === bench.base)
    return { candidate, why: `nothing that was tried is better than what is in force: ${beside}` };
  const tie = equals.length > 1 ? `; ${equals.length} scored this, none of them for less` : '';
  return { candidate, why: `the best score: ${beside}${tie} (${candidate.origin.how})`.slice(0, 1_024) };
}

function isCheaper(one: Figures, other: Figures): boolean {
  return one.costMsat === other.costMsat ? one.tokens < other.tokens : one.costMsat < other.costMsat;
}

/** What this compile made itself, and what it knew already from others. */
export function countedOf(
  bench: Workbench,
  reportId: string,
): Pick<CompileReport, 'calls' | 'cacheHits' | 'spentMsat'> {
  let [calls, cacheHits, spentMsat] = [0, 0, 0];
  const counted = new Set<string>();
  const count = ({ hash, by, usage }: Made) => {
    if (by === reportId && !counted.has(hash)) calls += callsOf(usage);
    else cacheHits++;
    counted.add(hash);
  };
  for (const { made, costMsat } of bench.candidates.flatMap(({ scored }) => [...scored.values()])) {
    made.forEach(count);
    if (made[0]?.by === reportId) spentMsat += costMsat;
  }
  bench.proposals.forEach(count);
  return { calls, cacheHits, spentMsat };
}
