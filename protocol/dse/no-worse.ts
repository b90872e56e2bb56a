// Whether a canary goes wrong less than a margin more often than its control, as a test that may be looked at after every receipt: the
// chance that it ever says so of one that is worse by the margin is at most alpha (Turner and Grünwald 2023, exact anytime-valid
// confidence intervals for contingency tables: the upper bound of the difference clears the margin where this rejects it).
import type { EProcessState } from './canary.ts';

/** A wrong pass is seen by whoever looks at what was promoted, so it may be less rare than a false alarm. */
export const PASS_ALPHA = 0.05;

const STEPS = 60;
const EDGE = 1e-12;

type Count = EProcessState['control'];

const expected = ({ events, n }: Count) => (events + 0.5) / (n + 1);

/** log p(block | rates expected) - log p(block | rates of the null) for one arm. */
function logRatio({ events, n }: Count, rate: number, other: number): number {
  const hits = events === 0 ? 0 : events * Math.log(rate / other);
  return n === events ? hits : hits + (n - events) * Math.log((1 - rate) / (1 - other));
}

/**
 * Of all rates whose difference is the margin, those from which what is expected differs least, weighed by the block's receipts: the
 * derivative of the divergence grows, so its zero is found by halving.
 * @returns the control's rate; the canary's is the margin above it
 */
function nearest(control: number, canary: number, block: { control: number; canary: number }, margin: number): number {
  let low = EDGE;
  let high = 1 - margin - EDGE;
  for (let step = 0; step < STEPS; step++) {
    const rate = (low + high) / 2;
    const other = rate + margin;
    const slope =
      (block.control * (rate - control)) / (rate * (1 - rate)) +
      (block.canary * (other - canary)) / (other * (1 - other));
    if (slope < 0) low = rate;
    else high = rate;
  }
  return (low + high) / 2;
}

/**
 * What one block of receipts adds to log E.
 * @param past counts of the blocks before it, which say what is expected of it
 */
export function noWorseStep(
  past: Pick<EProcessState, 'control' | 'canary'>,
  block: Pick<EProcessState, 'control' | 'canary'>,
  margin: number,
): number {
  const [control, canary] = [expected(past.control), expected(past.canary)];
  if (canary - control >= margin) return 0;
  const rate = nearest(control, canary, { control: block.control.n, canary: block.canary.n }, margin);
  return logRatio(block.control, control, rate) + logRatio(block.canary, canary, rate + margin);
}
