// What a provider asks of whoever keeps its money: may this customer have another job, note what it owes, give it an
// invoice. Without one a provider works for whoever asks and claims nothing.
import type { Msat } from '../../../protocol/money.ts';
import type { InvoiceRequest, PaymentDemand } from '../../../protocol/payment.ts';
import type { Network } from '../../wallet/port.ts';

/** What is announced of how this provider is paid. */
export interface Terms {
  /** What a stranger may owe. */
  readonly credit_msat: number;
  /** Of its wallet; absent without one, or while it is not known. */
  readonly network?: Network;
}

export interface Claim {
  readonly customer: string;
  /** What the customer calls the work: its run, or the request where it names none. */
  readonly job: string;
  readonly requestId: string;
  readonly amountMsat: Msat;
}

/**
 * The money of one provider. `covers` MUST know a claim from the moment `claim` was called. What is durable MUST survive a power
 * cut: a claim when `claim` resolves, an invoice before it is handed out.
 */
export interface Billing {
  /** The terms as they are known now. */
  readonly terms: Terms;
  /** Looks for payments from now on, first of all for those that came while nobody looked. */
  start(): Promise<void>;
  /** True when the customer's credit reaches for this much work beyond what it owes. Free work is always covered. */
  covers(customer: string, amountMsat: Msat): boolean;
  /**
   * What a customer whose credit does not reach is asked for, after its open invoices were looked up; undefined when it has paid
   * meanwhile and is covered. Never rejects.
   */
  demand(customer: string, amountMsat: Msat): Promise<PaymentDemand | undefined>;
  /** The work was done: its price is owed. The same request is owed once. @throws PylonError `store-failed` */
  claim(claim: Claim): Promise<void>;
  /**
   * An invoice for what a customer wants to pay; for the same id the same one.
   * @throws PylonError `wallet-missing` | `invoice-limit` | `invoice-request-invalid` | `wallet-*` | `store-failed`
   */
  invoice(customer: string, request: InvoiceRequest): Promise<string>;
  /** Resolves when nothing is written any more. Safe to call twice. */
  stop(): Promise<void>;
}
