// Whose work is done, and how it is paid: on credit (credit-gate.ts) or out of escrow (escrow-gate.ts). What a job has locked
// is taken when its customer reveals it, and goes back when the job comes to nothing.
import type { NostrEvent } from '../../protocol/event.ts';
import type { PaymentDemand } from '../../protocol/payment.ts';
import type { RelayPool } from '../pool/relay-pool.ts';
import type { ActiveJob, ActiveJobs } from './active-jobs.ts';
import type { Billing } from './billing/port.ts';
import { CreditGate } from './credit-gate.ts';
import { EscrowGate, type EscrowGateInit } from './escrow-gate.ts';
import { Reveals } from './reveals.ts';

export interface AdmissionInit extends Omit<EscrowGateInit, 'onPaid'> {
  readonly billing: Billing | undefined;
  readonly pool: RelayPool;
  readonly active: ActiveJobs;
  /** The work may begin. */
  readonly onCovered: (job: ActiveJob) => void;
  readonly onDemand: (job: ActiveJob, demand: PaymentDemand) => void;
  readonly log: (line: string) => void;
}

export class Admission {
  readonly #init: AdmissionInit;
  readonly #credit: CreditGate;
  readonly #escrow: EscrowGate;
  readonly #reveals: Reveals;

  constructor(init: AdmissionInit) {
    this.#init = init;
    this.#credit = new CreditGate(init);
    this.#escrow = new EscrowGate({ ...init, onPaid: init.onCovered });
    this.#reveals = new Reveals({ ...init, escrow: () => init.billing?.escrow });
  }

  /** @param since unix seconds from which on customers are heard */
  open(since: number): void {
    if (this.#init.billing !== undefined) this.#reveals.open(since);
  }

  admit(job: ActiveJob): void {
    if (job.work.escrow === undefined) this.#credit.admit(job);
    else this.#escrow.admit(job);
  }

  /** The work was done. Resolves when what is owed for it is durable; what waits in escrow is owed by nobody. */
  async claim(job: ActiveJob): Promise<void> {
    if (job.work.escrow === undefined) await this.#credit.claim(job);
  }

  /** A job comes to nothing. */
  giveBack({ customer, id }: Pick<ActiveJob, 'customer' | 'id'>): void {
    this.#init.billing?.escrow?.giveBack(customer, id);
  }

  /** True for a cancel by a customer whose money waits for one of the requests that it names. */
  concerns(cancel: NostrEvent): boolean {
    const escrow = this.#init.billing?.escrow;
    return escrow !== undefined && requestsIn(cancel).some((id) => escrow.concerns(cancel.pubkey, id));
  }

  /** A customer cancels requests, also such as were answered: it has not accepted the answers. */
  withdraw(cancel: NostrEvent): void {
    for (const id of requestsIn(cancel)) this.giveBack({ customer: cancel.pubkey, id });
  }

  /** Takes nobody in any more. Resolves when nobody waits at the door. */
  async settled(): Promise<void> {
    await Promise.all([this.#credit.settled(), this.#escrow.close()]);
  }

  close(): void {
    this.#reveals.close();
  }
}

function requestsIn(cancel: NostrEvent): string[] {
  return cancel.tags.flatMap(([name, value]) => (name === 'e' && value !== undefined ? [value] : []));
}
