// What a sub-query has at stake: sats set aside before anything is sent, and then paid on credit, out of escrow or in advance.
import type { PylonError } from '../../protocol/errors.ts';
import type { Msat } from '../../protocol/money.ts';
import type { MoneyFact } from '../../protocol/trace.ts';
import type { BookOperation } from '../ports.ts';
import type { RunContext } from '../run/context.ts';

/** The job that it is for. */
export interface StakedJob {
  readonly queryId: string;
  readonly provider: string;
  readonly priceMsat: Msat;
  /** From then on nobody need answer (unix ms). */
  readonly expiresAtMs: number;
  /** The provider has no reason to go on: what it worked for is not there any more. */
  readonly onLost: (reason: PylonError) => void;
}

/** Exactly one of `settle` and `release` is called, once, when it is known what the answer is worth. */
export interface Stake {
  /** What the job names as its escrow (hex), where it has one. */
  readonly escrowHash?: string;
  /** Before the job is asked. @throws PylonError when it must not be asked */
  prepare(): Promise<void>;
  /** The provider asks for its escrow, by an invoice that is still unread. */
  demanded?(invoice: string, requestId: string): void;
  /** The answer was accepted. Resolves when it is decided that the provider gets its price. */
  settle(provider: string, claimedMsat: Msat): Promise<void>;
  /** Nothing is owed: the work was not done, came late or was rejected. */
  release(reason: string): Promise<void>;
}

/** Tells of money in the run's trace. @returns false when it cannot be stored */
export function tellMoney({ emitter }: RunContext) {
  return async (facts: readonly MoneyFact[], operation?: BookOperation): Promise<boolean> => {
    await emitter.emitTogether(facts, operation);
    return !emitter.hasFailed;
  };
}
