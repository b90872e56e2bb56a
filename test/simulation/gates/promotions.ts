// How often the gate is fooled, and how often it sees what is there: worthless candidates alone and ten on one holdout, and one that is
// better. Beside it the rule that people use: the mean is higher by 0.05.
import { GATE_RULE, judgeHoldout } from '../../../dse/promote/gate.ts';
import type { Outcome } from '../../../dse/promote/outcome.ts';
import type { GateRule } from '../../../protocol/dse/promotion.ts';
import { mean } from '../../../protocol/mean.ts';
import { seededRandom } from '../../support/seeded-random.ts';
import { CORRELATION, examplesOf, outcomesOf } from './outcomes.ts';

export interface PromotionWorld {
  readonly n: number;
  readonly baseline: number;
  readonly candidate: number;
  /** Candidates that are held against one holdout, one after the other. */
  readonly family: number;
  readonly isGraded: boolean;
  /** Calls of the baseline and of the candidate, where the goal is the cost. */
  readonly calls?: readonly [baseline: number, candidate: number];
  readonly correlation: number;
}

export const WORLD: PromotionWorld = {
  n: 100,
  baseline: 0.7,
  candidate: 0.7,
  family: 1,
  isGraded: false,
  correlation: CORRELATION,
};

const PLAIN_DELTA = 0.05;

function isBetterPlainly(baseline: readonly Outcome[], candidate: readonly Outcome[]): boolean {
  const rewards = (outcomes: readonly Outcome[]) => mean(outcomes.map(({ reward }) => reward));
  return rewards(candidate) - rewards(baseline) >= PLAIN_DELTA - 1e-12;
}

function isCheaperPlainly(baseline: readonly Outcome[], candidate: readonly Outcome[]): boolean {
  const calls = (outcomes: readonly Outcome[]) => mean(outcomes.map((outcome) => outcome.calls));
  return calls(candidate) <= (1 - PLAIN_DELTA) * calls(baseline);
}

/** Of so many trials the share in which at least one of the family was promoted: by the gate, and by the plain rule. */
export function promoteRates(seed: number, trials: number, world: PromotionWorld): { gate: number; plain: number } {
  const random = seededRandom(seed);
  const { n, baseline, candidate, family, isGraded, correlation, calls } = world;
  const rule: GateRule = calls === undefined ? GATE_RULE : { ...GATE_RULE, goal: 'cost' };
  const kind = { isGraded, correlation };
  const [arm, other] = [
    { ...kind, accuracy: baseline, ...(calls === undefined ? {} : { calls: calls[0] }) },
    { ...kind, accuracy: candidate, ...(calls === undefined ? {} : { calls: calls[1] }) },
  ];
  let [gate, plain] = [0, 0];
  for (let trial = 0; trial < trials; trial++) {
    const examples = examplesOf(random, n);
    const before = outcomesOf(random, examples, arm);
    let [isPromoted, isPlain] = [false, false];
    for (let look = 1; look <= family; look++) {
      const after = outcomesOf(random, examples, other);
      isPlain ||= calls === undefined ? isBetterPlainly(before, after) : isCheaperPlainly(before, after);
      isPromoted ||= judgeHoldout(before, after, look, rule).verdict === 'promote';
    }
    gate += Number(isPromoted);
    plain += Number(isPlain);
  }
  return { gate: gate / trials, plain: plain / trials };
}
