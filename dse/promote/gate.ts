// Whether the winner of a search is better than what is in force, by examples that no search has seen. Pure: the simulation that
// measures how often it is fooled (test/simulation/gates) calls the same function.
import type { GateRule, GateVerdict, Promotion } from '../../protocol/dse/promotion.ts';
import { mean } from '../../protocol/mean.ts';
import { bootstrapNotBetter, mcnemarBetter, signFlip } from '../../protocol/significance.ts';
import { alphaOfLook } from './looks.ts';
import { costOf, nonInferiority } from './non-inferiority.ts';
import type { Outcome } from './outcome.ts';

/** In force unless somebody says otherwise. docs/gates.md tells what each of them costs and keeps out. */
export const GATE_RULE: GateRule = {
  goal: 'score',
  alpha: 0.05,
  minHoldoutDelta: 0.05,
  minRows: 50,
  maxCostRatio: 1.25,
  maxLatencyRatio: 1.5,
  maxScoreDrop: 0.05,
  maxErrorRateRise: 0.1,
};

const DRAWS_MIN = 10_000;
const DRAWS_MAX = 1_000_000;
/** So many resamples are expected to fall below alpha where p is alpha: p is then known to a fifth of it. */
const DRAWS_PER_ALPHA = 25;

export type GateFinding = Pick<Promotion, 'n' | 'test' | 'nonInferiority' | 'verdict' | 'reason'>;

/**
 * @param baseline of each holdout example, in the order of their ids @param candidate of the same
 * @param look which look at this holdout it is (`nextLook`)
 */
export function judgeHoldout(
  baseline: readonly Outcome[],
  candidate: readonly Outcome[],
  look: number,
  rule: GateRule,
): GateFinding {
  const n = baseline.length;
  const test = testOf(baseline, candidate, alphaOfLook(rule.alpha, look), rule);
  const harm = nonInferiority(baseline, candidate, rule);
  const [verdict, reason] = verdictOf(n, test, harm, rule);
  return { n, test, nonInferiority: harm, verdict, reason };
}

function testOf(
  baseline: readonly Outcome[],
  candidate: readonly Outcome[],
  alpha: number,
  { goal, minHoldoutDelta }: GateRule,
): Promotion['test'] {
  const differences = goal === 'score' ? gains(baseline, candidate) : savings(baseline, candidate);
  const delta = mean(differences);
  const isBinary = goal === 'score' && [...baseline, ...candidate].every(({ reward }) => reward === 0 || reward === 1);
  if (isBinary) {
    const [worse, better] = [differences.filter((one) => one < 0).length, differences.filter((one) => one > 0).length];
    return { name: 'mcnemar', p: mcnemarBetter(worse, better), alpha, delta, minHoldoutDelta };
  }
  const draws = Math.min(DRAWS_MAX, Math.max(DRAWS_MIN, Math.ceil(DRAWS_PER_ALPHA / alpha)));
  // The bootstrap alone is a little too sure in its tails (docs/gates.md), so the signs of the differences have to say it as well.
  const p = Math.max(bootstrapNotBetter(differences, draws), delta > 0 ? signFlip(differences) / 2 : 0);
  return { name: 'paired_bootstrap', p, alpha, delta, minHoldoutDelta };
}

function gains(baseline: readonly Outcome[], candidate: readonly Outcome[]): number[] {
  return candidate.map(({ reward }, at) => reward - baseline[at]!.reward);
}

/** Of each example, as shares of what the baseline costs on average; nothing where that is nothing. */
function savings(baseline: readonly Outcome[], candidate: readonly Outcome[]): number[] {
  const cost = costOf([...baseline, ...candidate]);
  const usual = mean(baseline.map(cost));
  return candidate.map((one, at) => (usual === 0 ? 0 : (cost(baseline[at]!) - cost(one)) / usual));
}

function verdictOf(
  n: number,
  { p, alpha, delta, minHoldoutDelta }: Promotion['test'],
  harm: Promotion['nonInferiority'],
  { goal, minRows }: GateRule,
): [GateVerdict, string] {
  if (n < minRows)
    return ['insufficient_evidence', `${n} holdout examples, and at least ${minRows} are needed to say anything`];
  const gain = goal === 'score' ? signed(delta) : `${(100 * delta).toFixed(1)} % of the cost saved`;
  const measured = `${gain} on ${n} examples, p ${rounded(p)}`;
  if (delta < minHoldoutDelta) return ['keep', `${measured}: less than the ${minHoldoutDelta} that is asked`];
  if (p > alpha) return ['keep', `${measured}: chance explains it, at the ${rounded(alpha)} of this look`];
  const worse = harm.filter(({ holds }) => !holds);
  if (worse.length > 0) return ['keep', `${measured}, but ${worse.map(inWords).join(', and ')}`];
  return [
    'promote',
    `${measured}, at most ${rounded(alpha)} asked; ${goal === 'score' ? 'cost' : 'score'}, latency and errors within their bounds`,
  ];
}

const HARM_WORDS = {
  score: 'the score may be lower by ',
  cost: 'the cost may be ×',
  latency: 'the latency may be ×',
  error_rate: 'the share of errors may be +',
};

const inWords = ({ what, ratioOrDelta, bound }: Promotion['nonInferiority'][number]) =>
  `${HARM_WORDS[what]}${rounded(ratioOrDelta)}, where ${bound} is allowed`;

const rounded = (value: number) => String(Number(value.toPrecision(2)));
const signed = (value: number) => `${value < 0 ? '' : '+'}${value.toFixed(3)}`;
