// The book as a run sees it: its budget, query by query. Fits the conductor's port `Book`; every operation goes to
// the journal with the event that tells it.
import { type Msat, msat, ZERO_MSAT } from '../../protocol/money.ts';
import { balanceOf, runAccounts } from './accounts.ts';
import type { Book, Operation } from './book.ts';
import { findRun, type HeldAmount, holdOf } from './reserve.ts';

export interface BudgetOperation extends Operation {
  /** What the query holds from now on. */
  readonly heldMsat: Msat;
  /** What is owed to the provider for it. */
  readonly owedMsat: Msat;
  /** What stays set aside for routing the payment. */
  readonly feeReserveMsat: Msat;
  /** What is available again. */
  readonly releasedMsat: Msat;
}

/** How the budget of an interrupted run is opened again. */
export interface Reopening {
  /** For the whole run. */
  readonly limitMsat: Msat;
  /** Of it, by then: routing included. */
  readonly settledMsat: Msat;
  /** Set aside on top of each further price for routing its payment, in millionths. */
  readonly feePpm: number;
  /** How often the run was resumed, this time included. */
  readonly times: number;
}

type Amounts = Omit<BudgetOperation, keyof Operation>;

/** One literal with one spread: there are two of them a query, and each further spread costs as much as the operation. */
function budgetOperation(operation: Operation, amounts: Partial<Amounts> = {}): BudgetOperation {
  const { heldMsat = ZERO_MSAT, owedMsat = ZERO_MSAT, feeReserveMsat = ZERO_MSAT, releasedMsat = ZERO_MSAT } = amounts;
  return { ...operation, heldMsat, owedMsat, feeReserveMsat, releasedMsat };
}

/** Each time that a budget is closed is an operation of its own. @param times how often it was opened again before */
export function closingId(runId: string, times: number): string {
  return times === 0 ? `close/${runId}` : `close/${runId}/${times}`;
}

function wholeOf({ price_msat, fee_msat }: HeldAmount): Msat {
  return msat(price_msat + fee_msat);
}

export class RunBudgets {
  readonly #book: Book;

  constructor(book: Book) {
    this.#book = book;
  }

  /** @param feePpm set aside on top of each price for routing its payment, in millionths. @throws PylonError `internal` when it is open */
  openRun(runId: string, limitMsat: Msat, feePpm: number): BudgetOperation {
    const facts = { run_id: runId, limit_msat: limitMsat, fee_ppm: feePpm };
    return budgetOperation(this.#book.do(`open/${runId}`, 'open-run', facts));
  }

  /**
   * Opens the budget of an interrupted run again, with what it had settled by then.
   * @throws PylonError `internal` when it is open
   */
  reopenRun(runId: string, { limitMsat, settledMsat, feePpm, times }: Reopening): BudgetOperation {
    const facts = { run_id: runId, limit_msat: limitMsat, settled_msat: settledMsat, fee_ppm: feePpm, times };
    return budgetOperation(this.#book.do(`reopen/${runId}/${times}`, 'reopen-run', facts));
  }

  /** The highest price that still fits, with what routing it may cost. */
  affordableMsat(runId: string): Msat {
    const left = balanceOf(this.#book.rows, runAccounts.available(runId));
    const feePpm = findRun(this.#book.rows, runId)?.fee_ppm ?? 0;
    return msat(Math.floor((left * 1_000_000) / (1_000_000 + feePpm)));
  }

  /** Sets sats aside for one query, worst case. @throws PylonError `budget-exhausted` when it does not fit; nothing changes then */
  reserve(runId: string, queryId: string, priceMsat: Msat): BudgetOperation {
    const facts = { run_id: runId, query_id: queryId, price_msat: priceMsat };
    const operation = this.#book.do(`reserve/${runId}/${queryId}`, 'reserve', facts);
    return budgetOperation(operation, { heldMsat: wholeOf(holdOf(this.#book.rows, runId, queryId)) });
  }

  /** Posts what the provider claims, at most the hold; the rest is available again. @throws PylonError `internal` when nothing is held */
  settle(runId: string, queryId: string, provider: string, claimedMsat: Msat): BudgetOperation {
    const heldMsat = wholeOf(holdOf(this.#book.rows, runId, queryId));
    const facts = { run_id: runId, query_id: queryId, provider, claimed_msat: claimedMsat };
    const operation = this.#book.do(`settle/${runId}/${queryId}`, 'settle', facts);
    const gained = (account: string) =>
      msat(operation.entry?.postings.find(([name]) => name.startsWith(account))?.[1] ?? 0);
    const [owedMsat, feeReserveMsat] = [gained('payable/'), gained('fee-reserve/')];
    const releasedMsat = msat(heldMsat - owedMsat - feeReserveMsat);
    return budgetOperation(operation, { owedMsat, feeReserveMsat, releasedMsat });
  }

  /** Nothing is owed; the whole hold is available again. @throws PylonError `internal` when nothing is held */
  release(runId: string, queryId: string): BudgetOperation {
    const releasedMsat = wholeOf(holdOf(this.#book.rows, runId, queryId));
    const facts = { run_id: runId, query_id: queryId };
    return budgetOperation(this.#book.do(`release/${runId}/${queryId}`, 'release', facts), { releasedMsat });
  }

  /** Ends a run's budget. @throws PylonError `internal` when a hold is left (I11) */
  closeRun(runId: string): BudgetOperation {
    const times = findRun(this.#book.rows, runId)?.times ?? 0;
    return budgetOperation(this.#book.do(closingId(runId, times), 'close-run', { run_id: runId }));
  }
}
