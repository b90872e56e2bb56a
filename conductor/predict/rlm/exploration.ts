// What an exploration begins with, and what it comes to.
import type { PylonError } from '../../../protocol/errors.ts';
import type { ReadSpan } from '../../../protocol/receipt.ts';
import type { TraceFact } from '../../../protocol/trace.ts';
import type { Usage } from '../../../protocol/usage.ts';
import type { Clock, LanguageModel } from '../../ports.ts';
import type { Citation } from './citations.ts';
import type { ExplorationMeter } from './meter.ts';
import type { World } from './world.ts';

export type IterationFact = Extract<TraceFact, { type: 'RlmIteration' }>;

/** Hears of each step; the recorder writes it down, the replay leads the kernel along what was written. */
export interface ExplorationLog {
  /**
   * A step begins.
   * @param stop why there is to be none: interrupted, or stuck
   * @returns what holds: a replay gives what was recorded
   */
  begin(depth: number, stop: PylonError | undefined): PylonError | undefined;
  /** It is over, and this was observed. */
  end(observation: string): void;
}

export interface Exploration {
  readonly query: string;
  readonly world: World;
  readonly controller: LanguageModel;
  readonly budget: ExplorationMeter;
  /** Explorations inside each other, this one included; `maxDepth` of them may be open at once. */
  readonly maxDepth: number;
  readonly signal: AbortSignal;
  /** For the latency that is told. */
  readonly clock: Pick<Clock, 'now'>;
  /** Of the prediction that explores; named in what is told. */
  readonly receiptId?: string;
  /** Told after each step, deeper ones included, in the order in which they end. */
  readonly onIteration?: (fact: IterationFact) => void;
  /** Told the whole text of each prompt before it is asked. */
  readonly onPrompt?: (text: string) => void;
  readonly log?: ExplorationLog;
}

export interface Explored {
  readonly answer: string;
  readonly citations: readonly Citation[];
  /**
   * Why the answer is one of a part, or of nothing: `budget-limit-reached`, `exploration-stuck`, `quorum-not-reached`, `interrupted`, what
   * the controller failed with. Undefined when it is whole.
   */
  readonly fault: PylonError | undefined;
  readonly iterations: number;
  readonly repairs: number;
  /** Leaves that were asked, and sub-calls. */
  readonly subCalls: number;
  /** Of the controller and of sub-calls; leaves of a fan-out tell theirs by events of their own. */
  readonly usage: Usage;
  readonly spansRead: readonly ReadSpan[];
  readonly spansLeftOut: number;
  readonly bytesScanned: number;
}
