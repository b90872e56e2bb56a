// The sats set aside for one sub-query: reserved before anything is sent, then settled or released,
// each in one batch with the event that tells it. A job that costs nothing leaves no entries.
import { type Msat, msat } from '../../protocol/money.ts';
import type { RunContext } from './context.ts';

export class Hold {
  readonly #context: RunContext;
  readonly #queryId: string;
  readonly #amountMsat: Msat;

  /** @throws PylonError `budget-exhausted` when the run cannot afford it; nothing is held then */
  constructor(context: RunContext, queryId: string, amountMsat: Msat) {
    this.#context = context;
    this.#queryId = queryId;
    this.#amountMsat = amountMsat;
    if (amountMsat === 0) return;
    const operation = context.book.reserve(context.request.runId, queryId, amountMsat);
    void context.emitter.emit({ type: 'BudgetReserve', query_id: queryId, amount_msat: amountMsat }, operation);
  }

  /** Posts what the provider claims, but never more than was agreed; the rest is free again. */
  settle(provider: string, claimedMsat: Msat): void {
    if (this.#amountMsat === 0) return;
    const { book, emitter, request } = this.#context;
    const owed = msat(Math.min(claimedMsat, this.#amountMsat));
    const operation = book.settle(request.runId, this.#queryId, owed);
    void emitter.emit({ type: 'BudgetSettle', query_id: this.#queryId, provider, amount_msat: owed }, operation);
    const rest = this.#amountMsat - owed;
    if (rest > 0)
      void emitter.emit({ type: 'BudgetRelease', query_id: this.#queryId, amount_msat: rest, reason: 'claimed less' });
  }

  /** Nothing is owed: the work was not done, came late or was rejected. */
  release(reason: string): void {
    if (this.#amountMsat === 0) return;
    const { book, emitter, request } = this.#context;
    const operation = book.release(request.runId, this.#queryId);
    void emitter.emit(
      { type: 'BudgetRelease', query_id: this.#queryId, amount_msat: this.#amountMsat, reason },
      operation,
    );
  }
}
