// Between a request that was read and its work: whoever has credit passes at once, for whoever has none it is found out
// whether it has paid, and if not it hears what to pay. Without billing everybody passes.
import { addMsat, type Msat } from '../../protocol/money.ts';
import type { PaymentDemand } from '../../protocol/payment.ts';
import type { ActiveJob, ActiveJobs } from './active-jobs.ts';
import type { Billing } from './billing/port.ts';
import { debtNameOf } from './job-intake.ts';

export interface CreditGateInit {
  readonly billing: Billing | undefined;
  readonly active: ActiveJobs;
  /** The work may begin. */
  readonly onCovered: (job: ActiveJob) => void;
  readonly onDemand: (job: ActiveJob, demand: PaymentDemand) => void;
}

export class CreditGate {
  readonly #init: CreditGateInit;
  /** Jobs of which it is not sure yet that they are paid for. */
  readonly #asking = new Set<Promise<void>>();

  constructor(init: CreditGateInit) {
    this.#init = init;
  }

  /** Calls one of the two, at once or later, or neither when the job is cancelled meanwhile. */
  admit(job: ActiveJob): void {
    const { billing, onCovered } = this.#init;
    if (billing !== undefined && !billing.covers(job.customer, this.#pricesWith(job))) this.#ask(job, billing);
    else {
      this.#init.active.price(job);
      onCovered(job);
    }
  }

  /** The work was done, and is owed. Resolves when that is durable. */
  async claim({ work, customer }: ActiveJob): Promise<void> {
    const { id: requestId } = work.request;
    await this.#init.billing?.claim({ customer, job: debtNameOf(work), requestId, amountMsat: work.priceMsat });
  }

  /** Resolves when nobody is asked any more. */
  async settled(): Promise<void> {
    while (this.#asking.size > 0) await Promise.all(this.#asking);
  }

  /** What the customer will owe beyond what it owes already, when this is done too. */
  #pricesWith({ customer, work }: ActiveJob): Msat {
    return addMsat(this.#init.active.pricesMsat(customer), work.priceMsat);
  }

  #ask(job: ActiveJob, billing: Billing): void {
    const asking = billing.demand(job.customer, this.#pricesWith(job)).then((demand) => {
      this.#asking.delete(asking);
      if (job.controller.signal.aborted) return;
      if (demand === undefined)
        this.admit(job); // again: others of this customer may have passed meanwhile
      else this.#init.onDemand(job, demand);
    });
    this.#asking.add(asking);
  }
}
