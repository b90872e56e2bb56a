// What a strategy is: a way from the surveyed input to one answer with citations. The run around it, its opening, its money and its
// end, is the same for all of them.
import type { PylonError } from '../../protocol/errors.ts';
import type { Quorum } from '../../protocol/quorum.ts';
import type { Survey } from '../cut/survey.ts';
import type { ReceiptDraft } from '../predict/receipt-draft.ts';
import type { Citation } from '../run/cite.ts';
import type { RunContext } from '../run/context.ts';
import type { Ending } from '../run/ending.ts';
import type { FanOut } from '../run/fan-out.ts';

/** One run on its way: what a strategy has to work with. */
export interface Walk {
  readonly context: RunContext;
  /** The receipt and the meter of the run's prediction. */
  readonly thread: ReceiptDraft;
  readonly surveyed: Survey;
  readonly quorum: Quorum;
  readonly ending: Ending;
  /** Of all fan-outs of the run. */
  readonly fanOut: FanOut;
}

export interface Outcome {
  readonly output: string;
  /** In the order of the answer's marks: `[1]` is the first. */
  readonly citations: readonly Citation[];
  /** What the receipt takes the hash of, where that is not this answer with its quotes: an exploration has an output of its own. */
  readonly recorded?: unknown;
  /** What the answer lacks; the run is `partial` then. */
  readonly fault?: PylonError | undefined;
}

/** @throws PylonError when there is no answer at all: the run has failed */
export type Strategy = (walk: Walk) => Promise<Outcome>;
