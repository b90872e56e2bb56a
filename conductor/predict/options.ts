// How a prediction is to be made: by which parameters, on whose budget, and who hears of the prompt.
import type { CanaryArm } from '../../protocol/dse/e-process.ts';
import type { LimitName } from '../../protocol/predict-budgets.ts';
import type { PredictParams } from '../../protocol/predict-params.ts';

/** What is counted by calls and amounts; time is not charged, it passes. */
export type MeteredLimit = Exclude<LimitName, 'maxTimeMs'>;

/** The budget of a prediction as those see it who make its calls (predict/budget.ts). */
export interface Meter {
  /** Before a call. @throws PylonError `budget-limit-reached`; nothing is charged then */
  charge(kind: MeteredLimit, amount?: number): void;
  /** As much of `wanted` as is left, at least 1. @throws PylonError `budget-limit-reached` when nothing is left */
  take(kind: MeteredLimit, wanted: number): number;
  /** What was charged and not used after all. */
  giveBack(kind: MeteredLimit, amount: number): void;
}

export interface PredictOptions {
  readonly signal: AbortSignal;
  /** How it is to be done; the signature's defaults when absent. A backend without a model has no use for it. */
  readonly params?: PredictParams;
  /** Charged before each call of a model, repairs and retries included. */
  readonly meter?: Meter;
  /** Told the whole text of each prompt before it is asked. */
  readonly onPrompt?: (text: string) => void;
}

/** A prediction that a canary counts, and as which of its arms. */
export interface CanaryMark {
  readonly canaryId: string;
  readonly arm: CanaryArm;
}

/** Parameters that a prediction is made with. */
export interface ActiveParams {
  /** The artifact that they are from, or `default`. */
  readonly compiledId: string;
  readonly params: PredictParams;
  /** Absent where no canary of the signature runs. */
  readonly canary?: CanaryMark;
}

/** The parameters that are in force for a signature, where they are not its defaults. */
export interface Artifacts {
  /**
   * At once: it is asked for each prediction.
   * @param key hash of what is predicted from: the same one is always of the same arm of a canary. Called only where one runs, and
   * without it nothing is counted and the canary is not used
   */
  active(signatureId: string, key?: () => string): ActiveParams | undefined;
}
