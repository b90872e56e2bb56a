// What a strategy is: a way of coming from a signature's input to its output. Each is found by its id, so that the routing rule, an
// artifact or a person can name one.
import type { PylonError } from '../../protocol/errors.ts';
import type { LimitName } from '../../protocol/predict-budgets.ts';
import type { PredictParams } from '../../protocol/predict-params.ts';
import type { ContextPressure, StrategyId } from '../../protocol/receipt.ts';
import type { CatalogueEntry } from '../signatures/catalogue.ts';
import type { ReceiptDraft } from './receipt-draft.ts';

export interface StrategyTask {
  readonly entry: CatalogueEntry;
  /** As the signature's schema let it through. */
  readonly input: unknown;
  /** Exactly these are run. */
  readonly params: PredictParams;
  /** Its budget is charged before each call; what was read, prompted and spent is told to it. The strategy does not finish it. */
  readonly draft: ReceiptDraft;
  readonly signal: AbortSignal;
}

export interface StrategyResult {
  /** What it came to; checked against the signature's schema by whoever asked. */
  readonly output: unknown;
  /** Set where a budget was exhausted and the output is what was known then. */
  readonly shortfall?: PylonError;
}

export interface Strategy {
  readonly strategyId: StrategyId;
  /** Limits without which it does not begin. */
  readonly needs: readonly LimitName[];
  /** @throws PylonError whatever it failed with; a PredictionFailed brings what that call cost */
  run(task: StrategyTask): Promise<StrategyResult>;
}

/** Which strategy, and why. */
export interface ChosenStrategy {
  readonly strategyId: StrategyId;
  /** In words. */
  readonly reason: string;
  readonly pressure?: ContextPressure;
}

/** The strategies beside the direct one. */
export interface Strategies {
  /** What `auto` means for this input. Pure: the same input gives the same choice. */
  route(entry: CatalogueEntry, input: unknown): ChosenStrategy;
  /** Undefined where it cannot predict this signature here. */
  find(strategyId: StrategyId, entry: CatalogueEntry): Strategy | undefined;
}
