// The budget of an exploration as the kernel sees it: charged before each call, shared with every exploration below it.
import type { LimitName, PredictLimits, PredictUsage } from '../../../protocol/predict-budgets.ts';
import type { Meter } from '../options.ts';

/** A PredictBudget (predict/budget.ts) is one. */
export interface ExplorationMeter extends Meter {
  /** The limits in force. */
  readonly limits: PredictLimits;
  /** What is left of each limit in force. */
  remaining(): PredictLimits;
  /** What was charged so far. */
  usage(): PredictUsage;
  /** The limits that refused something. */
  hit(): LimitName[];
}
