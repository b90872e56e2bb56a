// A provider's money over the book and a wallet: the parts of this folder put together. The book may be on disk or, with
// `--no-log`, in memory only; the wallet may be missing, and then work is claimed and nobody can pay for it.
import type { Clock } from '../../../conductor/ports.ts';
import { PylonError, toPylonError } from '../../../protocol/errors.ts';
import type { Msat } from '../../../protocol/money.ts';
import type { InvoiceRequest, PaymentDemand } from '../../../protocol/payment.ts';
import type { Wallet, WalletInfo } from '../../wallet/port.ts';
import { BillWatch } from './bill-watch.ts';
import { BillingBook, type BillingBookInit } from './billing-book.ts';
import { Demands } from './demands.ts';
import { Escrows } from './escrows.ts';
import { Invoices } from './invoices.ts';
import type { Billing, Claim, EscrowBilling, Terms } from './port.ts';

export interface BookBillingOptions extends BillingBookInit {
  readonly wallet?: Wallet;
  /** What a stranger may owe; 0 is prepayment. */
  readonly creditMsat: Msat;
  readonly clock: Clock;
  readonly log: (line: string) => void;
}

/** How long a start waits for the wallet to say on which network it is; an announcement without it is made then. */
const NETWORK_WAIT_MS = 3_000;
/** And how often it is asked again. */
const NETWORK_RETRY_MS = 60_000;
/** What a wallet must know to hold money. */
const HOLD_METHODS = ['make_hold_invoice', 'settle_hold_invoice', 'cancel_hold_invoice'];

export class BookBilling implements Billing {
  readonly #options: BookBillingOptions;
  readonly #book: BillingBook;
  readonly #demands: Demands;
  readonly #wallet: { readonly invoices: Invoices; readonly watch: BillWatch; readonly escrows: Escrows } | undefined;
  /** What the wallet says of itself, once it did. */
  #info: WalletInfo | undefined;
  #cancelRetry: () => void = () => undefined;
  #isStopped = false;

  constructor(options: BookBillingOptions) {
    this.#options = options;
    const { wallet, clock, log, creditMsat } = options;
    const book = new BillingBook(options);
    this.#book = book;
    if (wallet !== undefined) {
      const watch = new BillWatch({ book, wallet, clock, log });
      const invoices = new Invoices({ book, wallet, watch, clock });
      this.#wallet = { watch, invoices, escrows: new Escrows({ book, wallet, clock, log }) };
    }
    const parts = this.#wallet === undefined ? {} : { wallet: this.#wallet };
    this.#demands = new Demands({ book, creditMsat, clock, log, ...parts });
  }

  get terms(): Terms {
    const credit_msat = this.#options.creditMsat;
    if (this.#info === undefined) return { credit_msat };
    const { network } = this.#info;
    return this.escrow === undefined ? { credit_msat, network } : { credit_msat, network, escrow: true };
  }

  get escrow(): EscrowBilling | undefined {
    const { methods = [] } = this.#info ?? {};
    return HOLD_METHODS.every((method) => methods.includes(method)) ? this.#wallet?.escrows : undefined;
  }

  async start(): Promise<void> {
    const { wallet, clock } = this.#options;
    if (wallet === undefined) return;
    this.#wallet?.watch.start();
    this.#wallet?.escrows.start();
    await new Promise<void>((resolve) => {
      const cancel = clock.after(NETWORK_WAIT_MS, resolve);
      void this.#learnNetwork(wallet).then(() => {
        cancel();
        resolve();
      });
    });
  }

  covers(customer: string, amountMsat: Msat): boolean {
    return this.#demands.covers(customer, amountMsat);
  }

  demand(customer: string, amountMsat: Msat): Promise<PaymentDemand | undefined> {
    return this.#demands.make(customer, amountMsat);
  }

  async claim({ customer, job, requestId, amountMsat }: Claim): Promise<void> {
    if (amountMsat === 0) return;
    const { provider } = this.#book;
    const facts = { provider, customer, job, request_id: requestId, amount_msat: amountMsat };
    try {
      await this.#book.write(`claim/${provider}/${requestId}`, 'claim', facts);
    } catch (thrown) {
      // Done again after a restart, at another price: what was claimed first is what is owed.
      if (toPylonError(thrown).code !== 'ledger-conflict') throw thrown;
    }
  }

  async invoice(customer: string, { id, amountMsat, expirySeconds, lines }: InvoiceRequest): Promise<string> {
    if (this.#wallet === undefined) throw new PylonError('wallet-missing');
    const name = encodeURIComponent(id); // so that an id cannot reach into another customer's bills
    const { invoice } = await this.#wallet.invoices.issue({ customer, name, amountMsat, lines, expirySeconds });
    return invoice;
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#cancelRetry();
    this.#wallet?.watch.stop();
    await this.#wallet?.escrows.stop();
    await this.#book.settled();
  }

  /** Never rejects. */
  async #learnNetwork(wallet: Wallet): Promise<void> {
    try {
      this.#info = await wallet.getInfo();
    } catch (thrown) {
      this.#options.log(`the wallet does not say on which network it is: ${toPylonError(thrown).code}`);
      if (this.#isStopped) return;
      this.#cancelRetry = this.#options.clock.after(NETWORK_RETRY_MS, () => void this.#learnNetwork(wallet));
    }
  }
}
