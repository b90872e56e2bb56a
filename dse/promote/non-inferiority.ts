// What must not become worse by more than a bound while the score improves: cost, latency and the share of predictions that fail. Each
// is held against its bound by the upper end of a one-sided 95 % interval over the pairs, not by what happened to be measured.
import type { GateRule, Promotion } from '../../protocol/dse/promotion.ts';
import { mean, type Outcome } from './outcome.ts';

/** Upper 95 % point of the normal distribution. */
const Z95 = 1.6449;
/** Up to here an answer feels immediate (Nielsen 1993): what is faster counts as if it took as long, or milliseconds would decide. */
const IMMEDIATE_MS = 100;
/** Where the baseline costs nothing and the candidate something: JSON has no infinity. */
const RATIO_MAX = 1e9;

type Kept = Promotion['nonInferiority'][number];

/** Of the same examples, in the same order. */
export function nonInferiority(baseline: readonly Outcome[], candidate: readonly Outcome[], bounds: GateRule): Kept[] {
  const costs = [...baseline, ...candidate].some(({ costMsat }) => costMsat > 0)
    ? ({ costMsat }: Outcome) => costMsat
    : ({ calls }: Outcome) => calls;
  const latency = ({ latencyMs }: Outcome) => Math.max(IMMEDIATE_MS, latencyMs);
  const failed = pairsThatFail(baseline, candidate);
  return [
    kept('cost', ratioUpper(baseline.map(costs), candidate.map(costs)), bounds.maxCostRatio),
    kept('latency', ratioUpper(baseline.map(latency), candidate.map(latency)), bounds.maxLatencyRatio),
    kept('error_rate', riseUpper(failed.onlyBaseline, failed.onlyCandidate, baseline.length), bounds.maxErrorRateRise),
  ];
}

function kept(what: Kept['what'], upper: number, bound: number): Kept {
  return { what, ratioOrDelta: upper, bound, holds: upper <= bound };
}

/**
 * Upper end for the ratio of two paired means, on a log scale (delta method): with s the standard error of x/mean(x) - y/mean(y),
 * ratio × e^(z s).
 */
function ratioUpper(baseline: readonly number[], candidate: readonly number[]): number {
  const [before, after] = [mean(baseline), mean(candidate)];
  if (after === 0) return before === 0 ? 1 : 0;
  if (before === 0) return RATIO_MAX;
  const n = baseline.length;
  const squares = baseline.map((value, at) => (candidate[at]! / after - value / before) ** 2);
  const error = Math.sqrt(mean(squares) / Math.max(1, n - 1));
  return Math.min(RATIO_MAX, (after / before) * Math.exp(Z95 * error));
}

function pairsThatFail(baseline: readonly Outcome[], candidate: readonly Outcome[]) {
  let [onlyBaseline, onlyCandidate] = [0, 0];
  for (const [at, { isError }] of baseline.entries())
    if (isError !== candidate[at]!.isError) isError ? onlyBaseline++ : onlyCandidate++;
  return { onlyBaseline, onlyCandidate };
}

/**
 * Upper end for the difference of two paired shares (Agresti and Min 2005: half a pair is added to each cell, which keeps an interval
 * where nothing failed).
 */
function riseUpper(onlyBaseline: number, onlyCandidate: number, n: number): number {
  const [less, more, all] = [onlyBaseline + 0.5, onlyCandidate + 0.5, n + 2];
  const rise = (more - less) / all;
  return Math.min(1, rise + (Z95 / all) * Math.sqrt(less + more - (more - less) ** 2 / all));
}
