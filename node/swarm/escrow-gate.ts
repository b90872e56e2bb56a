// Between a request in escrow and its work: hands out the hold invoice and waits until the money is there. Work whose money
// does not come is not begun.
import { PylonError, toPylonError } from '../../protocol/errors.ts';
import type { KeyPair } from '../../protocol/keypair.ts';
import type { ActiveJob } from './active-jobs.ts';
import type { Answers } from './answers.ts';
import type { Billing, EscrowBilling } from './billing/port.ts';
import { escrowDemandFor } from './job-answer.ts';
import { debtNameOf, voidAtOf } from './job-intake.ts';

export interface EscrowGateInit {
  readonly billing: Billing | undefined;
  readonly keys: KeyPair;
  readonly answers: Answers;
  readonly nowSeconds: () => number;
  /** The money waits: the work may begin. */
  readonly onPaid: (job: ActiveJob) => void;
  readonly onRefused: (job: ActiveJob, thrown: unknown) => void;
}

export class EscrowGate {
  readonly #init: EscrowGateInit;
  readonly #waiting = new Map<ActiveJob, Promise<void>>();

  constructor(init: EscrowGateInit) {
    this.#init = init;
  }

  /** Calls one of the two, later, or neither when the job is cancelled meanwhile. */
  admit(job: ActiveJob): void {
    const waiting = this.#admit(job).finally(() => this.#waiting.delete(job));
    this.#waiting.set(job, waiting);
  }

  /** Waits for nobody's money any more. Resolves when all are told so. */
  async close(): Promise<void> {
    for (const job of this.#waiting.keys()) this.#init.billing?.escrow?.giveBack(job.customer, job.id);
    await Promise.all(this.#waiting.values());
  }

  async #admit(job: ActiveJob): Promise<void> {
    const { onPaid, onRefused, billing } = this.#init;
    try {
      const escrow = billing?.escrow;
      if (escrow === undefined)
        throw new PylonError('job-unsupported', { value: 'escrow', reason: 'this provider takes no money in escrow' });
      await this.#await(job, escrow);
      if (job.controller.signal.aborted) escrow.giveBack(job.customer, job.id);
      else onPaid(job);
    } catch (thrown) {
      if (!job.controller.signal.aborted) onRefused(job, toPylonError(thrown));
    }
  }

  async #await({ work, customer, id: requestId, controller }: ActiveJob, escrow: EscrowBilling): Promise<void> {
    const { answers, keys, nowSeconds } = this.#init;
    const { request, priceMsat, escrow: paymentHash = '' } = work;
    const until = voidAtOf(request);
    const wanted = { customer, job: debtNameOf(work), requestId, paymentHash, amountMsat: priceMsat, until };
    const invoice = await escrow.open(wanted);
    if (controller.signal.aborted) return;
    void answers.tell(escrowDemandFor(request, invoice, keys, nowSeconds()), until);
    await escrow.paid(requestId);
  }
}
