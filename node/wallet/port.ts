// A Lightning wallet as Pylon uses one: the ten methods of NIP-47 and its notifications, whoever keeps the money.
// The client of a wallet elsewhere fits it, and so does every wallet of the tests: one suite holds them all to it.
import type { Msat } from '../../protocol/money.ts';
import type { WalletNotification } from '../../protocol/wallet/body.ts';
import type { PaymentProof, WalletInfo } from '../../protocol/wallet/results.ts';
import type { Transaction } from '../../protocol/wallet/transaction.ts';

export type { WalletNotification } from '../../protocol/wallet/body.ts';
export type { Network } from '../../protocol/wallet/network.ts';
export type { PaymentProof, WalletInfo } from '../../protocol/wallet/results.ts';
export type { Transaction } from '../../protocol/wallet/transaction.ts';

export interface InvoiceWanted {
  readonly amountMsat: Msat;
  readonly description?: string;
  /** sha256 of a description that is too long for an invoice, hex. */
  readonly descriptionHash?: string;
  /** Seconds from now; an hour unless told. */
  readonly expirySeconds?: number;
}

/**
 * A payment as it will be asked for: made, then kept durably, and only then sent. `text` is all that is needed to send it, also
 * by a later process; it is sealed for the wallet and tells nobody else anything.
 */
export interface PreparedPayment {
  /** Id of the signed request. */
  readonly id: string;
  readonly text: string;
  /** From then on the wallet must ignore it (unix seconds). */
  readonly expiresAt: number;
}

/**
 * All methods throw PylonError: `wallet-*` with the code the wallet gave, `wallet-timeout` when it gave no answer. A payment that
 * failed in any way may still have been made: it is looked up before anything is believed of it.
 */
export interface Wallet {
  /**
   * Which wallet this is: our own public key towards it, hex. Not the service's, which may keep wallets for many: what was asked
   * over one connection another one may know nothing of, and that is no proof that it was not paid.
   */
  readonly id: string;
  getInfo(): Promise<WalletInfo>;
  getBalance(): Promise<Msat>;
  makeInvoice(wanted: InvoiceWanted): Promise<Transaction>;
  /** Signs a `pay_invoice` request; nothing is sent. @param amountMsat for invoices that name none */
  preparePayment(payment: { invoice: string; amountMsat?: Msat; expiresAt: number }): PreparedPayment;
  /** Sends it and waits for the answer until it expires. Sending the same one again is the same payment. */
  pay(prepared: PreparedPayment): Promise<PaymentProof>;
  payKeysend(payment: { amountMsat: Msat; pubkey: string; preimage?: string }): Promise<PaymentProof>;
  /** @throws PylonError `wallet-not-found` */
  lookupInvoice(wanted: { paymentHash: string } | { invoice: string }): Promise<Transaction>;
  /** Newest first. Times in unix seconds, inclusive. */
  listTransactions(filter?: {
    readonly from?: number;
    readonly until?: number;
    readonly limit?: number;
    readonly offset?: number;
    /** Also invoices that nobody has paid; false unless told. */
    readonly unpaid?: boolean;
    readonly type?: 'incoming' | 'outgoing';
  }): Promise<readonly Transaction[]>;
  /** An invoice on somebody else's hash: paid money waits until it is settled with the preimage or cancelled. */
  makeHoldInvoice(wanted: InvoiceWanted & { readonly paymentHash: string }): Promise<Transaction>;
  settleHoldInvoice(preimage: string): Promise<void>;
  cancelHoldInvoice(paymentHash: string): Promise<void>;
  /** Hears what the wallet tells by itself; a hint, never a proof: look it up. The function returned ends it. */
  subscribe(listener: (notification: WalletNotification) => void): () => void;
  close(): Promise<void>;
}
