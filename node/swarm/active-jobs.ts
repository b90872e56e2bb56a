// The jobs a provider has taken and not finished, by request and by customer: what its limits are counted against
// and what a cancel finds.
import { PylonError } from '../../protocol/errors.ts';
import { addMsat, type Msat, subtractMsat, ZERO_MSAT } from '../../protocol/money.ts';
import type { Work } from './job-intake.ts';

export interface ProviderLimits {
  /** Jobs waiting beyond those that run. */
  readonly queueMax: number;
  /** Jobs of one customer, waiting and running. */
  readonly perCustomerMax: number;
}

export interface ActiveJob {
  readonly id: string;
  readonly customer: string;
  readonly controller: AbortController;
  readonly work: Work;
  /** Stops the messages that it takes longer. */
  readonly cancelProcessing: () => void;
  /** What the customer will owe for it; nothing while it is not sure that the work will be done. */
  priceMsat: Msat;
}

/** What one customer has in flight. */
interface Share {
  jobs: number;
  priceMsat: Msat;
}

export class ActiveJobs {
  readonly #jobs = new Map<string, ActiveJob>();
  readonly #byCustomer = new Map<string, Share>();
  readonly #limits: ProviderLimits;
  readonly #concurrency: number;

  constructor(limits: ProviderLimits, concurrency: number) {
    this.#limits = limits;
    this.#concurrency = concurrency;
  }

  get size(): number {
    return this.#jobs.size;
  }

  get(id: string): ActiveJob | undefined {
    return this.#jobs.get(id);
  }

  /** @throws PylonError `job-queue-full` | `job-customer-limit` */
  checkRoom(customer: string): void {
    const { queueMax, perCustomerMax } = this.#limits;
    if (this.#jobs.size >= this.#concurrency + queueMax)
      throw new PylonError('job-queue-full', { reason: `${this.#jobs.size} jobs are waiting or running here already` });
    if ((this.#byCustomer.get(customer)?.jobs ?? 0) >= perCustomerMax)
      throw new PylonError('job-customer-limit', { reason: `this customer has ${perCustomerMax} jobs in flight here` });
  }

  add(work: Work, cancelProcessing: () => void): ActiveJob {
    const { id, pubkey: customer } = work.request;
    const controller = new AbortController();
    const job: ActiveJob = { id, customer, controller, work, cancelProcessing, priceMsat: ZERO_MSAT };
    this.#jobs.set(id, job);
    this.#shareOf(customer).jobs += 1;
    return job;
  }

  /** The work will be done: from now on its price counts as what the customer is about to owe. */
  price(job: ActiveJob): void {
    const share = this.#shareOf(job.customer);
    job.priceMsat = job.work.priceMsat;
    share.priceMsat = addMsat(share.priceMsat, job.priceMsat);
  }

  /** What a customer will owe when all its jobs are done. */
  pricesMsat(customer: string): Msat {
    return this.#byCustomer.get(customer)?.priceMsat ?? ZERO_MSAT;
  }

  values(): IterableIterator<ActiveJob> {
    return this.#jobs.values();
  }

  /** Nothing happens when there is no such job. */
  remove(id: string): void {
    const job = this.#jobs.get(id);
    if (job === undefined) return;
    job.cancelProcessing();
    this.#jobs.delete(id);
    const share = this.#shareOf(job.customer);
    share.jobs -= 1;
    share.priceMsat = subtractMsat(share.priceMsat, job.priceMsat);
    if (share.jobs === 0) this.#byCustomer.delete(job.customer);
  }

  #shareOf(customer: string): Share {
    const known = this.#byCustomer.get(customer);
    if (known !== undefined) return known;
    const share = { jobs: 0, priceMsat: ZERO_MSAT };
    this.#byCustomer.set(customer, share);
    return share;
  }
}
