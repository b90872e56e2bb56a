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
  /** It takes its price in escrow: the wallet knows hold invoices. */
  readonly escrow?: true;
}

/** A job whose price is to wait in a hold invoice until the customer has verified the answer. */
export interface EscrowWanted {
  readonly customer: string;
  /** What the customer calls the work, as in a claim. */
  readonly job: string;
  readonly requestId: string;
  /** Of the customer's preimage, hex. */
  readonly paymentHash: string;
  readonly amountMsat: Msat;
  /** Unix seconds from which on the money goes back. */
  readonly until: number;
}

/** Money of customers that waits for its answer. Whoever names a request that is not there, or another's, changes nothing. */
export interface EscrowBilling {
  /**
   * A hold invoice for it; for the same request the same one.
   * @throws PylonError `job-*` | `wallet-*` | `store-failed`
   */
  open(wanted: EscrowWanted): Promise<string>;
  /** Resolves when the money waits. @throws PylonError `job-payment-required` when it will not come */
  paid(requestId: string): Promise<void>;
  /** True while money waits, or is to, for this request of this customer. */
  concerns(customer: string, requestId: string): boolean;
  /** The hash on which it waits, hex. */
  hashOf(requestId: string): string | undefined;
  /** The answer was accepted: takes the money. */
  take(requestId: string, preimage: string): void;
  /** There is no answer, or none that counts: gives the money back. */
  giveBack(customer: string, requestId: string): void;
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
  /** Absent where the wallet knows no hold invoices, or is not known to. */
  readonly escrow?: EscrowBilling | undefined;
  /** Resolves when nothing is written any more. Safe to call twice. */
  stop(): Promise<void>;
}
