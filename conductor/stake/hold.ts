// The sats set aside for one sub-query: reserved before anything is sent, then settled or released,
// each in one batch with the event that tells it. A job that costs nothing leaves no entries.
import { PylonError } from '../../protocol/errors.ts';
import { type Msat, msat } from '../../protocol/money.ts';
import type { TraceFact } from '../../protocol/trace.ts';
import type { RunContext } from '../run/context.ts';
import type { Stake } from './stake.ts';

function notSetAside(): PylonError {
  return new PylonError('store-failed', { reason: 'what a job may cost could not be set aside on disk' });
}

export class Hold implements Stake {
  readonly #context: RunContext;
  readonly #queryId: string;
  readonly #isFree: boolean;

  private constructor(context: RunContext, queryId: string, isFree: boolean) {
    this.#context = context;
    this.#queryId = queryId;
    this.#isFree = isFree;
  }

  /**
   * Resolves when the reserve is durable: only then may the job be sent.
   * @throws PylonError `budget-exhausted` when the run cannot afford it; nothing is held then. `store-failed` when it is not on disk
   */
  static async reserve(context: RunContext, queryId: string, priceMsat: Msat): Promise<Hold> {
    const hold = new Hold(context, queryId, priceMsat === 0);
    if (hold.#isFree) return hold;
    const { book, emitter, request } = context;
    if (emitter.hasFailed) throw notSetAside(); // the book is others' too: nothing is done in it that cannot be told
    const operation = book.reserve(request.runId, queryId, priceMsat);
    const { heldMsat: amount_msat } = operation;
    await emitter.emit({ type: 'BudgetReserve', query_id: queryId, amount_msat }, operation);
    if (emitter.hasFailed) throw notSetAside();
    return hold;
  }

  /** A free job needs no money, and no escrow. */
  get isFree(): boolean {
    return this.#isFree;
  }

  /** Posts what the provider claims, but never more than was agreed; the rest is free again. */
  async settle(provider: string, claimedMsat: Msat): Promise<void> {
    if (this.#isFree || this.#context.emitter.hasFailed) return;
    const { book, emitter, request, payer } = this.#context;
    const query_id = this.#queryId;
    const operation = book.settle(request.runId, query_id, provider, claimedMsat);
    const { owedMsat, feeReserveMsat, releasedMsat } = operation;
    const routing = feeReserveMsat === 0 ? {} : { fee_reserve_msat: feeReserveMsat };
    const facts: TraceFact[] = [{ type: 'BudgetSettle', query_id, provider, amount_msat: owedMsat, ...routing }];
    if (releasedMsat > 0)
      facts.push({ type: 'BudgetRelease', query_id, amount_msat: releasedMsat, reason: 'claimed less' });
    void emitter.emitTogether(facts, operation);
    if (owedMsat > 0) payer?.noteOwed(provider, request.runId, (fact, paying) => emitter.emit(fact, paying));
  }

  /** Nothing is to be done before the job is asked. */
  async prepare(): Promise<void> {}

  async release(reason: string): Promise<void> {
    if (this.#isFree || this.#context.emitter.hasFailed) return;
    const { book, emitter, request } = this.#context;
    const operation = book.release(request.runId, this.#queryId);
    const amount_msat = msat(operation.releasedMsat);
    void emitter.emit({ type: 'BudgetRelease', query_id: this.#queryId, amount_msat, reason }, operation);
  }
}
