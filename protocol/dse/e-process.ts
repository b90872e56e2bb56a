// Whether a canary goes wrong more often than its control, as a test that may be looked at after every receipt: the chance that it ever
// says so of a harmless one is at most alpha (Ville). The 2x2 e-process of Turner, Ly and Grünwald (2024), one-sided, folded one
// receipt at a time, so that whoever counts receipts can keep it in the same batch.
import type { CANARY_ARMS, EProcessState } from './canary.ts';

/** Which artifact made a prediction. */
export type CanaryArm = (typeof CANARY_ARMS)[number];

/** Before the first receipt: E = 1. */
export const E_PROCESS_START: EProcessState = {
  logE: 0,
  logEMax: 0,
  control: { events: 0, n: 0 },
  canary: { events: 0, n: 0 },
  open: { events: 0, n: 0 },
  openCanary: { events: 0, n: 0 },
};

interface Count {
  readonly events: number;
  readonly n: number;
}

const plus = (count: Count, other: Count): Count => ({ events: count.events + other.events, n: count.n + other.n });

/** Rate that a count of the past lets expect, never 0 or 1 (Krichevsky and Trofimov). */
const expected = (count: Count) => (count.events + 0.5) / (count.n + 1);

/** log of p(events | rate) / p(events | other rate). */
const logRatio = ({ events, n }: Count, rate: number, other: number) =>
  events * Math.log(rate / other) + (n - events) * Math.log((1 - rate) / (1 - other));

/**
 * The state after one more receipt. Receipts are put together to blocks, each of one or more of either arm: a block is closed by the
 * first receipt of the arm that it lacks. Where it closes depends on whose turn it was, and never on how the turn went; and what is
 * expected of a block is said by the blocks before it. That is what makes E a test.
 * @param isEvent whether that went wrong in this prediction which the process is about
 */
export function observe(state: EProcessState, arm: CanaryArm, isEvent: boolean): EProcessState {
  const one: Count = { events: isEvent ? 1 : 0, n: 1 };
  const open = arm === 'control' ? plus(state.open, one) : state.open;
  const openCanary = arm === 'canary' ? plus(state.openCanary, one) : state.openCanary;
  if (open.n === 0 || openCanary.n === 0) return { ...state, open, openCanary };

  const controlRate = expected(state.control);
  const canaryRate = Math.max(controlRate, expected(state.canary));
  const pooledRate = (open.n * controlRate + openCanary.n * canaryRate) / (open.n + openCanary.n);
  const logE = state.logE + logRatio(open, controlRate, pooledRate) + logRatio(openCanary, canaryRate, pooledRate);
  return {
    ...E_PROCESS_START,
    logE,
    logEMax: Math.max(state.logEMax, logE),
    control: plus(state.control, open),
    canary: plus(state.canary, openCanary),
  };
}

/** Whether E ever reached 1/alpha: the canary goes wrong more often, and chance says so of a harmless one with at most alpha. */
export function saysHarm(state: EProcessState, alpha: number): boolean {
  return state.logEMax >= -Math.log(alpha);
}
