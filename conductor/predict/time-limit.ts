// Ends a call when the time of its prediction is over: a limit that is only looked at between calls would wait for the slowest.
import type { PylonError } from '../../protocol/errors.ts';
import { follow } from '../follow.ts';
import { type Clock, PredictionFailed } from '../ports.ts';
import type { PredictBudget } from './budget.ts';

/**
 * Does the work with a signal that is aborted when `signal` is, or when the budget's time is over.
 * @throws PylonError `budget-limit-reached` in the place of what the work failed with when its time was over, with the same cost
 */
export async function withinTime<Result>(
  budget: PredictBudget,
  clock: Clock,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const leftMs = budget.remaining().maxTimeMs;
  if (leftMs === undefined) return work(signal);
  budget.check();
  const controller = new AbortController();
  let over: PylonError | undefined;
  const stop = clock.after(leftMs, () => {
    over = budget.noteHit('maxTimeMs');
    controller.abort(over);
  });
  const stopFollowing = follow(signal, (reason) => controller.abort(reason));
  try {
    return await work(controller.signal);
  } catch (thrown) {
    if (over === undefined) throw thrown;
    if (thrown instanceof PredictionFailed) throw new PredictionFailed(over, thrown.usage, thrown.repairs);
    throw over;
  } finally {
    stop();
    stopFollowing();
  }
}
