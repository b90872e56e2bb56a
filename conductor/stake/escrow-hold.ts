// A sub-query's sats where the run pays in escrow: reserved like any, then, when the provider asks for it, locked in its hold
// invoice. A provider that does the work without asking is owed the price like any other.
import { toPylonError } from '../../protocol/errors.ts';
import type { Msat } from '../../protocol/money.ts';
import type { Escrow, PaymentsAhead } from '../ports.ts';
import type { RunContext } from '../run/context.ts';
import { Hold } from './hold.ts';
import { type Stake, type StakedJob, tellMoney } from './stake.ts';

export class EscrowHold implements Stake {
  readonly #context: RunContext;
  readonly #ahead: PaymentsAhead;
  readonly #hold: Hold;
  readonly #job: StakedJob;
  #locking: Promise<Escrow | undefined> | undefined;
  #isOver = false;

  private constructor(context: RunContext, ahead: PaymentsAhead, hold: Hold, job: StakedJob) {
    this.#context = context;
    this.#ahead = ahead;
    this.#hold = hold;
    this.#job = job;
  }

  /** @throws PylonError `budget-exhausted` when the run cannot afford it; nothing is held then */
  static async reserve(context: RunContext, ahead: PaymentsAhead, job: StakedJob): Promise<EscrowHold> {
    return new EscrowHold(context, ahead, await Hold.reserve(context, job.queryId, job.priceMsat), job);
  }

  get escrowHash(): string {
    return this.#ahead.hashOf(this.#context.request.runId, this.#job.queryId);
  }

  /** Nothing is paid before the provider asks for it. */
  async prepare(): Promise<void> {}

  /** Its first invoice counts; what comes when the job is over is not paid. */
  demanded(invoice: string, requestId: string): void {
    if (!this.#isOver) this.#locking ??= this.#lock(invoice, requestId);
  }

  settle(provider: string, claimedMsat: Msat): Promise<void> {
    return this.#end(
      (escrow) => escrow.reveal(),
      () => this.#hold.settle(provider, claimedMsat),
    );
  }

  release(reason: string): Promise<void> {
    return this.#end(
      async (escrow) => escrow.cancel(reason),
      () => this.#hold.release(reason),
    );
  }

  async #end(locked: (escrow: Escrow) => Promise<void>, notLocked: () => Promise<void>): Promise<void> {
    this.#isOver = true;
    const escrow = await this.#locking;
    if (escrow === undefined) await notLocked();
    else await locked(escrow);
  }

  /** Undefined when nothing was locked. Never rejects. */
  async #lock(invoice: string, requestId: string): Promise<Escrow | undefined> {
    const { emitter, request } = this.#context;
    const { queryId, provider, priceMsat, expiresAtMs, onLost } = this.#job;
    const order = { runId: request.runId, queryId, provider, priceMsat, requestId, expiresAtMs, invoice };
    try {
      const isWanted = () => !this.#isOver && !emitter.hasFailed;
      const escrow = await this.#ahead.lock(order, isWanted, tellMoney(this.#context));
      void escrow.lost.then((reason) => {
        if (!this.#isOver) onLost(reason);
      });
      return escrow;
    } catch (thrown) {
      if (!this.#isOver) onLost(toPylonError(thrown));
      return undefined;
    }
  }
}
