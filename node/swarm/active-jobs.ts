// The jobs a provider has taken and not finished, by request and by customer: what its limits are counted against
// and what a cancel finds.
import { PylonError } from '../../protocol/errors.ts';
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
}

export class ActiveJobs {
  readonly #jobs = new Map<string, ActiveJob>();
  readonly #byCustomer = new Map<string, number>();
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
    if ((this.#byCustomer.get(customer) ?? 0) >= perCustomerMax)
      throw new PylonError('job-customer-limit', { reason: `this customer has ${perCustomerMax} jobs in flight here` });
  }

  add(work: Work, cancelProcessing: () => void): ActiveJob {
    const { id, pubkey: customer } = work.request;
    const job: ActiveJob = { id, customer, controller: new AbortController(), work, cancelProcessing };
    this.#jobs.set(id, job);
    this.#byCustomer.set(customer, (this.#byCustomer.get(customer) ?? 0) + 1);
    return job;
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
    const left = (this.#byCustomer.get(job.customer) ?? 1) - 1;
    if (left === 0) this.#byCustomer.delete(job.customer);
    else this.#byCustomer.set(job.customer, left);
  }
}
