// What becomes of a canary with each receipt of its arms: its counts, its tests, and what they say. Pure, so that the ledger folds it in
// the batch that stores the receipt, and a simulation of the rule is the rule itself.
import { sha256Hex } from '../event.ts';
import type { Canary, CanaryCounts, CanaryPlan } from './canary.ts';
import { type CanaryArm, E_PROCESS_START, observe, saysHarm } from './e-process.ts';
import { HARM_SHARES as SHARES } from './harm-shares.ts';
import { noWorseStep, PASS_ALPHA } from './no-worse.ts';

/** What one receipt says. */
export interface CanaryOutcome {
  readonly arm: CanaryArm;
  readonly isError: boolean;
  /** Wrong form, a repair, or a budget that was hit. */
  readonly isTrouble: boolean;
}

const NOTHING: CanaryCounts = { receipts: 0, errors: 0, troubles: 0, judged: 0, bad: 0 };

/** Before its first receipt. */
export function beginCanary(
  plan: CanaryPlan,
  { canaryId, controlId, nowMs }: { readonly canaryId: string; readonly controlId: string; readonly nowMs: number },
): Canary {
  return {
    canaryId,
    plan,
    control_compiled_id: controlId,
    startedAtMs: nowMs,
    endedAtMs: null,
    status: 'running',
    control: NOTHING,
    canary: NOTHING,
    errors: E_PROCESS_START,
    troubles: E_PROCESS_START,
    quality: E_PROCESS_START,
    noWorse: { logE: 0, logEMax: 0 },
    historyRows: 0,
    reason: plan.reason,
  };
}

/** Predictions go to it, and are counted. */
export function isLive({ status }: Pick<Canary, 'status'>): boolean {
  return status === 'running' || status === 'hold';
}

/** Hex digits that decide: 48 bits, as many as a number holds without loss. */
const DIGITS = 12;

/** Which arm a prediction is of: always the same for the same key, and another share of all keys for each canary. */
export function armOf({ canaryId, plan }: Pick<Canary, 'canaryId' | 'plan'>, key: string): CanaryArm {
  const place = Number.parseInt(sha256Hex(`${canaryId} ${key}`).slice(0, DIGITS), 16) / 16 ** DIGITS;
  return place * 100 < plan.rolloutPct ? 'canary' : 'control';
}

/** After one more receipt. @param nowMs when it ends, if it ends by this */
export function foldReceipt(before: Canary, outcome: CanaryOutcome, nowMs: number): Canary {
  const { arm, isError, isTrouble } = outcome;
  const counts = before[arm];
  const errors = observe(before.errors, arm, isError);
  const counted = {
    ...counts,
    receipts: counts.receipts + 1,
    errors: counts.errors + Number(isError),
    troubles: counts.troubles + Number(isTrouble),
  };
  const after: Canary = {
    ...before,
    [arm]: counted,
    errors,
    troubles: observe(before.troubles, arm, isTrouble),
    noWorse: noWorseAfter(before, errors, outcome),
  };
  return judged(after, nowMs);
}

/** After somebody looked at the output of a receipt that was counted. */
export function foldJudgement(before: Canary, arm: CanaryArm, isBad: boolean, nowMs: number): Canary {
  const counts = before[arm];
  const counted = { ...counts, judged: counts.judged + 1, bad: counts.bad + Number(isBad) };
  return judged({ ...before, [arm]: counted, quality: observe(before.quality, arm, isBad) }, nowMs);
}

/** The blocks are those of the test of errors: one is closed where nothing is open any more. */
function noWorseAfter(
  { errors: before, noWorse, plan }: Canary,
  after: Canary['errors'],
  { arm, isError }: CanaryOutcome,
): Canary['noWorse'] {
  if (after.open.n > 0 || after.openCanary.n > 0) return noWorse;
  const own = { control: before.open, canary: before.openCanary };
  const block = { ...own, [arm]: { events: own[arm].events + Number(isError), n: own[arm].n + 1 } };
  const logE = noWorse.logE + noWorseStep(before, block, plan.margin);
  return { logE, logEMax: Math.max(noWorse.logEMax, logE) };
}

function judged(canary: Canary, nowMs: number): Canary {
  const harm = harmOf(canary);
  if (harm !== undefined) return { ...canary, status: 'auto_stopped', endedAtMs: nowMs, reason: harm };
  const { plan, noWorse } = canary;
  if (canary.canary.receipts < plan.minSamples) return canary;
  if (noWorse.logEMax >= -Math.log(PASS_ALPHA))
    return {
      ...canary,
      status: 'passed',
      endedAtMs: nowMs,
      reason: `its error rate is less than ${plan.margin} above that of the control (${ratesOf(canary)})`,
    };
  if (canary.status === 'hold') return canary;
  return { ...canary, status: 'hold', reason: `inconclusive after ${plan.minSamples} receipts (${ratesOf(canary)})` };
}

/** Why it is to be stopped; undefined where nothing says so. */
function harmOf(canary: Canary): string | undefined {
  const { plan, errors, troubles, quality } = canary;
  if (saysHarm(errors, plan.alpha * SHARES.errors)) return `more errors than the control (${ratesOf(canary)})`;
  if (saysHarm(troubles, plan.alpha * SHARES.troubles))
    return `wrong form, repairs or budgets that were hit more often than by the control (${canary.canary.troubles} of ${canary.canary.receipts}, ${canary.control.troubles} of ${canary.control.receipts})`;
  if (saysHarm(quality, plan.alpha * SHARES.quality))
    return `more outputs were found bad than of the control (${canary.canary.bad} of ${canary.canary.judged}, ${canary.control.bad} of ${canary.control.judged})`;
  if (isAboveCeiling(canary, plan.alpha * SHARES.ceiling))
    return `its error rate is above ${plan.maxErrorRate}, whatever the control's is (${ratesOf(canary)})`;
  return undefined;
}

function ratesOf({ canary, control }: Canary): string {
  return `${canary.errors} of ${canary.receipts} failed, ${control.errors} of ${control.receipts} of the control`;
}

/**
 * Whether the rate is above the ceiling, as may be asked after every receipt: the mixture of Krichevsky and Trofimov over all rates
 * against the ceiling is 1/alpha or more with a chance of at most alpha where the rate is not above it (Ville).
 */
function isAboveCeiling({ canary: { receipts, errors }, plan: { maxErrorRate } }: Canary, alpha: number): boolean {
  if (maxErrorRate >= 1 || errors <= receipts * maxErrorRate) return false;
  if (maxErrorRate === 0) return true;
  const good = receipts - errors;
  return (
    logMixture(errors, good) - errors * Math.log(maxErrorRate) - good * Math.log(1 - maxErrorRate) >= -Math.log(alpha)
  );
}

/** log of the chance of one sequence with so many of either, by the mixture: a product of (k + 1/2) over n!. */
function logMixture(errors: number, good: number): number {
  let log = 0;
  for (let k = 0; k < errors; k++) log += Math.log((k + 0.5) / (k + 1));
  for (let k = 0; k < good; k++) log += Math.log((k + 0.5) / (errors + k + 1));
  return log;
}
