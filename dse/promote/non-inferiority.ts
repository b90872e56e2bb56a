// What must not become worse by more than a bound while something improves: cost or score, latency, and the share of predictions that
// fail. Each is held against its bound by the upper end of a one-sided 95 % interval over the pairs, not by what happened to be measured.
import type { GateRule, Promotion } from '../../protocol/dse/promotion.ts';
import { mean } from '../../protocol/mean.ts';
import type { Outcome } from './outcome.ts';

/** Upper 95 % point of the normal distribution. */
const Z95 = 1.6449;
/** Up to here an answer feels immediate (Nielsen 1993): what is faster counts as if it took as long, or milliseconds would decide. */
const IMMEDIATE_MS = 100;
/** Where the baseline costs nothing and the candidate something: JSON has no infinity. */
const RATIO_MAX = 1e9;

type Kept = Promotion['nonInferiority'][number];

/** Of the same examples, in the same order. */
export function nonInferiority(baseline: readonly Outcome[], candidate: readonly Outcome[], rule: GateRule): Kept[] {
  const cost = costOf([...baseline, ...candidate]);
  const latency = ({ latencyMs }: Outcome) => Math.max(IMMEDIATE_MS, latencyMs);
  const failed = pairsThatFail(baseline, candidate);
  return [
    rule.goal === 'score'
      ? kept('cost', ratioUpper(baseline.map(cost), candidate.map(cost)), rule.maxCostRatio)
      : kept('score', dropUpper(baseline, candidate), rule.maxScoreDrop),
    kept('latency', ratioUpper(baseline.map(latency), candidate.map(latency)), rule.maxLatencyRatio),
    kept('error_rate', riseUpper(failed.onlyBaseline, failed.onlyCandidate, baseline.length), rule.maxErrorRateRise),
  ];
}

/** How the cost of a prediction is counted beside these: in sats where any of them costs some, else in calls of a model. */
export function costOf(outcomes: readonly Outcome[]): (outcome: Outcome) => number {
  return outcomes.some(({ costMsat }) => costMsat > 0) ? ({ costMsat }) => costMsat : ({ calls }) => calls;
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

/** Upper end for how much of the mean reward is lost: like that of a rise of shares where rewards are 0 or 1, else by the normal one. */
function dropUpper(baseline: readonly Outcome[], candidate: readonly Outcome[]): number {
  const drops = baseline.map(({ reward }, at) => reward - candidate[at]!.reward);
  const n = drops.length;
  if (drops.every((drop) => Math.abs(drop) === 1 || drop === 0))
    return riseUpper(drops.filter((drop) => drop < 0).length, drops.filter((drop) => drop > 0).length, n);
  const middle = mean(drops);
  return Math.min(1, middle + Z95 * Math.sqrt(mean(drops.map((drop) => (drop - middle) ** 2)) / Math.max(1, n - 1)));
}
