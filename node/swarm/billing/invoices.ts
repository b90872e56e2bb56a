// Makes invoices, each once: what was asked for under an id is made by the wallet, written down, and only then handed
// out. How many may be open at a time is bounded, so that nobody fills the books with what is never paid.
import type { Clock } from '../../../conductor/ports.ts';
import type { Bill } from '../../../ledger/book/entry.ts';
import { PylonError } from '../../../protocol/errors.ts';
import type { Msat } from '../../../protocol/money.ts';
import type { InvoiceLine } from '../../../protocol/payment.ts';
import type { Wallet } from '../../wallet/port.ts';
import type { BillWatch } from './bill-watch.ts';
import type { BillingBook } from './billing-book.ts';

/** Of one customer: a run has one at a time for each provider, so this is eight runs at once. */
const OPEN_PER_CUSTOMER_MAX = 8;
/** Of customers who owe nothing and have paid nothing: keys cost nothing, and they must not take the room of the others. */
const OPEN_OF_STRANGERS_MAX = 100;
/** Of all: each is looked up once a minute at least. */
const OPEN_MAX = 1_000;
/** Shorter lives would make the bound of open ones worth little. */
const EXPIRY_SECONDS_MIN = 30;

export interface InvoicesInit {
  readonly book: BillingBook;
  readonly wallet: Wallet;
  readonly watch: BillWatch;
  readonly clock: Clock;
}

export interface InvoiceWanted {
  readonly customer: string;
  /** Of this customer's bills: the same name is the same invoice. */
  readonly name: string;
  readonly amountMsat: Msat;
  readonly lines: readonly InvoiceLine[];
  readonly expirySeconds: number;
}

type Lines = Bill['lines'];

export class Invoices {
  readonly #init: InvoicesInit;
  /** By bill id; they count as open. */
  readonly #making = new Map<string, { readonly customer: string; readonly bill: Promise<Bill> }>();

  constructor(init: InvoicesInit) {
    this.#init = init;
  }

  /** @throws PylonError `invoice-limit` | `invoice-request-invalid` | `wallet-*` | `store-failed` */
  async issue(wanted: InvoiceWanted): Promise<Bill> {
    const { book } = this.#init;
    const id = book.billId(wanted.customer, wanted.name);
    const lines: Lines = wanted.lines.map(({ job, amountMsat, final }) => [job, amountMsat, final] as const);
    const bill = book.bill(id) ?? (await this.#makeOnce(id, wanted, lines));
    const isSame = bill.amount_msat === wanted.amountMsat && JSON.stringify(bill.lines) === JSON.stringify(lines);
    if (isSame) return bill;
    throw new PylonError('invoice-request-invalid', { reason: 'this id was used for another invoice' });
  }

  /** Open bills of a customer that can still be paid for this long. */
  payable(customer: string, secondsLeft = 0): Bill[] {
    const nowSeconds = this.#init.clock.now() / 1_000;
    return this.#init.book.openBills(customer).filter(({ expires_at }) => expires_at > nowSeconds + secondsLeft);
  }

  #makeOnce(id: string, wanted: InvoiceWanted, lines: Lines): Promise<Bill> {
    const making = this.#making.get(id);
    if (making !== undefined) return making.bill;
    this.#checkRoom(wanted.customer);
    const bill = this.#make(id, wanted, lines).finally(() => this.#making.delete(id));
    this.#making.set(id, { customer: wanted.customer, bill });
    return bill;
  }

  async #make(bill_id: string, wanted: InvoiceWanted, lines: Lines): Promise<Bill> {
    const { book, wallet, watch, clock } = this.#init;
    const { customer, amountMsat } = wanted;
    const expirySeconds = Math.max(wanted.expirySeconds, EXPIRY_SECONDS_MIN);
    const made = await wallet.makeInvoice({ amountMsat, description: 'Pylon inference', expirySeconds });
    if (made.invoice === undefined || made.amountMsat !== amountMsat)
      throw new PylonError('wallet-response-invalid', {
        reason: 'the wallet made another invoice than it was asked for',
      });
    await book.write(bill_id, 'bill', {
      bill_id,
      provider: book.provider,
      customer,
      amount_msat: amountMsat,
      lines,
      invoice: made.invoice,
      payment_hash: made.paymentHash,
      expires_at: made.expiresAt ?? Math.floor(clock.now() / 1_000) + expirySeconds,
    });
    const bill = book.bill(bill_id);
    if (bill === undefined) throw new PylonError('internal', { value: bill_id, reason: 'a bill is gone' });
    watch.watch(bill);
    return bill;
  }

  /** @throws PylonError `invoice-limit` */
  #checkRoom(customer: string): void {
    const nowSeconds = this.#init.clock.now() / 1_000;
    const customers = [
      ...this.#init.book.openBills().flatMap((bill) => (bill.expires_at > nowSeconds ? [bill.customer] : [])),
      ...[...this.#making.values()].map((making) => making.customer),
    ];
    if (customers.length >= OPEN_MAX) throw new PylonError('invoice-limit');
    if (customers.filter((one) => one === customer).length >= OPEN_PER_CUSTOMER_MAX)
      throw new PylonError('invoice-limit', { reason: 'this customer has too many invoices open here' });
    const isStranger = (one: string) => {
      const { dueMsat, receivedMsat } = this.#init.book.standing(one);
      return dueMsat === 0 && receivedMsat === 0;
    };
    if (isStranger(customer) && customers.filter(isStranger).length >= OPEN_OF_STRANGERS_MAX)
      throw new PylonError('invoice-limit', { reason: 'too many strangers have invoices open here' });
  }
}
