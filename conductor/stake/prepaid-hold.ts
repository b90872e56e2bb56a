// A sub-query's sats where the provider gives no credit: reserved like any, paid before the job is asked, and then gone
// whatever comes of it. It is the price of one job at a time (market-choice.ts), and who fails once is not asked again.
import { PylonError } from '../../protocol/errors.ts';
import type { Offer } from '../../protocol/handler.ts';
import type { PaymentsAhead } from '../ports.ts';
import type { RunContext } from '../run/context.ts';
import { Hold } from './hold.ts';
import { type Stake, type StakedJob, tellMoney } from './stake.ts';

/** True for a provider that works for nobody who has not paid, where the run can pay it so. */
export function isPrepaid({ ahead, request }: Pick<RunContext, 'ahead' | 'request'>, offer: Offer): boolean {
  const isPriced = offer.base_msat + offer.msat_per_1k_chars > 0;
  return ahead !== undefined && request.config.escrow !== true && isPriced && offer.credit_msat === 0;
}

export class PrepaidHold implements Stake {
  readonly #context: RunContext;
  readonly #ahead: PaymentsAhead;
  readonly #hold: Hold;
  readonly #job: StakedJob;
  /** The hold has become a payment: what is left of it is told by that. */
  #isDecided = false;

  private constructor(context: RunContext, ahead: PaymentsAhead, hold: Hold, job: StakedJob) {
    this.#context = context;
    this.#ahead = ahead;
    this.#hold = hold;
    this.#job = job;
  }

  /** @throws PylonError `budget-exhausted` when the run cannot afford it; nothing is held then */
  static async reserve(context: RunContext, ahead: PaymentsAhead, job: StakedJob): Promise<PrepaidHold> {
    return new PrepaidHold(context, ahead, await Hold.reserve(context, job.queryId, job.priceMsat), job);
  }

  /** @throws PylonError of the invoice, or `payment-unknown` when the wallet does not say in time that it has paid */
  async prepare(): Promise<void> {
    const { queryId, provider, priceMsat } = this.#job;
    const { signal, emitter, request } = this.#context;
    const job = { runId: request.runId, queryId, provider, priceMsat };
    const isWanted = () => !signal.aborted && !emitter.hasFailed;
    const isPaid = await this.#ahead.prepay(job, isWanted, tellMoney(this.#context));
    this.#isDecided = true;
    if (!isPaid) throw new PylonError('payment-unknown');
  }

  async settle(): Promise<void> {}

  async release(reason: string): Promise<void> {
    if (!this.#isDecided) await this.#hold.release(reason);
  }
}
