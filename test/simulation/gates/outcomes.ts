// Outcomes of two artifacts on the same examples, as a holdout has them: some examples are hard for both, so that right and wrong go
// together. With a correlation of 0.86 two artifacts of accuracy 0.70 disagree on 16 % of the examples.
import type { Random } from '../../../conductor/ports.ts';
import type { Outcome } from '../../../dse/promote/outcome.ts';

/** How much of what decides an answer is the example's. */
export const CORRELATION = 0.86;
/** Of predictions that fail altogether, whoever makes them. */
const ERROR_RATE = 0.02;
/** Of the logarithm of the calls that an exploration makes. */
const CALLS_SPREAD = 0.5;
const LATENCY_MS = 800;
const LATENCY_SPREAD = 0.5;

/** A standard normal number (Box and Muller). */
function normal({ fraction }: Random): number {
  return Math.sqrt(-2 * Math.log(1 - fraction())) * Math.cos(2 * Math.PI * fraction());
}

/** Φ(z) by Abramowitz and Stegun 7.1.26: within 1.5e-7. */
function shareBelow(z: number): number {
  const t = 1 / (1 + (0.3275911 * Math.abs(z)) / Math.SQRT2);
  const series = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
  const tail = 0.5 * series * Math.exp((-z * z) / 2);
  return z < 0 ? tail : 1 - tail;
}

/** The z that this share is below. */
function zOf(share: number): number {
  let [low, high] = [-8, 8];
  for (let turn = 0; turn < 60; turn++) {
    const middle = (low + high) / 2;
    if (shareBelow(middle) < share) low = middle;
    else high = middle;
  }
  return low;
}

/** How hard each of so many examples is, to whoever answers it. */
export function examplesOf(random: Random, n: number): readonly number[] {
  return Array.from({ length: n }, () => normal(random));
}

export interface Artifact {
  readonly accuracy: number;
  /** 0 or 1, or how much of an answer is right: both with the mean `accuracy`. */
  readonly isGraded: boolean;
  readonly correlation: number;
  /** Mean calls of an exploration, which vary with the example and by chance; absent for one call each. */
  readonly calls?: number;
}

/** What an artifact makes of the examples. */
export function outcomesOf(random: Random, examples: readonly number[], artifact: Artifact): readonly Outcome[] {
  const { accuracy, isGraded, correlation, calls: usual } = artifact;
  const enough = zOf(accuracy / (1 - ERROR_RATE));
  const [shared, own] = [Math.sqrt(correlation), Math.sqrt(1 - correlation)];
  return examples.map((hardness) => {
    const luck = enough - shared * hardness - own * normal(random);
    const isError = random.fraction() < ERROR_RATE;
    const reward = isError ? 0 : isGraded ? shareBelow(luck * 2) : Number(luck > 0);
    const latencyMs = LATENCY_MS * Math.exp(LATENCY_SPREAD * normal(random));
    const spread = CALLS_SPREAD * (0.7 * hardness + 0.7 * normal(random));
    const calls = usual === undefined ? 1 : usual * Math.exp(spread - CALLS_SPREAD ** 2 / 2);
    return { reward, costMsat: 0, calls, latencyMs, isError };
  });
}
