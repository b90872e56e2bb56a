// A customer whose credit does not reach: is it paid already, and if not, what is it to pay? One customer at a time, so
// that a hundred refused jobs cost one lookup and one invoice.
import type { Clock } from '../../../conductor/ports.ts';
import { toPylonError } from '../../../protocol/errors.ts';
import { type Msat, msat } from '../../../protocol/money.ts';
import type { PaymentDemand } from '../../../protocol/payment.ts';
import type { BillWatch } from './bill-watch.ts';
import type { BillingBook } from './billing-book.ts';
import { roomMsat, wantedPayment } from './credit.ts';
import type { Invoices } from './invoices.ts';

/** A customer hears this late at the latest what it owes, whatever the wallet does. */
const WALLET_WAIT_MS = 5_000;
/** A wallet that failed or was too slow is left alone for this long: refused jobs must not queue up behind it. */
const WALLET_REST_MS = 10_000;
/** It is a person, or another program, that pays such an invoice. */
const EXPIRY_SECONDS = 3_600;
/** An older invoice is handed out again while it can still be paid for this long. */
const SECONDS_LEFT_MIN = 120;

export interface DemandsInit {
  readonly book: BillingBook;
  readonly creditMsat: Msat;
  readonly clock: Clock;
  readonly log: (line: string) => void;
  /** Absent without a wallet: then the customer hears the amount only. */
  readonly wallet?: { readonly invoices: Invoices; readonly watch: BillWatch };
}

export class Demands {
  readonly #init: DemandsInit;
  /** The latest of each customer that is under way. */
  readonly #turns = new Map<string, Promise<PaymentDemand | undefined>>();
  #walletRestsUntilMs = 0;

  constructor(init: DemandsInit) {
    this.#init = init;
  }

  covers(customer: string, amountMsat: number): boolean {
    return amountMsat === 0 || amountMsat <= roomMsat(this.#init.book.standing(customer), this.#init.creditMsat);
  }

  /** Undefined when the customer is covered after all. Never rejects. */
  make(customer: string, amountMsat: Msat): Promise<PaymentDemand | undefined> {
    const before = this.#turns.get(customer) ?? Promise.resolve(undefined);
    const turn = before.then(() => this.#make(customer, amountMsat));
    this.#turns.set(customer, turn);
    void turn.finally(() => {
      if (this.#turns.get(customer) === turn) this.#turns.delete(customer);
    });
    return turn;
  }

  async #make(customer: string, amountMsat: Msat): Promise<PaymentDemand | undefined> {
    if (this.covers(customer, amountMsat)) return undefined;
    const invoice = await this.#inTime(this.#invoiceFor(customer, amountMsat));
    if (this.covers(customer, amountMsat)) return undefined;
    return invoice ?? { amountMsat: this.#wanted(customer, amountMsat).amountMsat };
  }

  #wanted(customer: string, amountMsat: number): { leastMsat: number; amountMsat: Msat } {
    const wanted = wantedPayment(this.#init.book.standing(customer), this.#init.creditMsat, amountMsat);
    return { leastMsat: wanted.leastMsat, amountMsat: msat(wanted.amountMsat) };
  }

  /** Looks the open invoices up, and then takes one of them that is enough and not too much, or makes one. */
  async #invoiceFor(customer: string, amountMsat: Msat): Promise<PaymentDemand | undefined> {
    const { wallet, book, clock } = this.#init;
    if (wallet === undefined || clock.now() < this.#walletRestsUntilMs) return undefined;
    await Promise.all(book.openBills(customer).map((bill) => wallet.watch.check(bill)));
    if (this.covers(customer, amountMsat)) return undefined;
    const wanted = this.#wanted(customer, amountMsat);
    const open = wallet.invoices
      .payable(customer, SECONDS_LEFT_MIN)
      .find(({ amount_msat }) => amount_msat >= wanted.leastMsat && amount_msat <= wanted.amountMsat);
    if (open !== undefined) return { amountMsat: msat(open.amount_msat), invoice: open.invoice };
    const bill = await wallet.invoices.issue({
      customer,
      name: `demand:${book.latestSeq}`, // no id of a payout holds a colon, and no two demands see the same number
      amountMsat: wanted.amountMsat,
      lines: [],
      expirySeconds: EXPIRY_SECONDS,
    });
    return { amountMsat: msat(bill.amount_msat), invoice: bill.invoice };
  }

  /** What the wallet says in time. */
  #inTime(asked: Promise<PaymentDemand | undefined>): Promise<PaymentDemand | undefined> {
    return new Promise((resolve) => {
      const settle = (demand: PaymentDemand | undefined) => {
        cancel();
        resolve(demand);
      };
      const giveUp = (reason: string) => {
        this.#walletRestsUntilMs = this.#init.clock.now() + WALLET_REST_MS;
        this.#init.log(`no invoice could be made: ${reason}`);
        settle(undefined);
      };
      const cancel = this.#init.clock.after(WALLET_WAIT_MS, () => giveUp('the wallet does not answer'));
      asked.then(settle, (thrown) => {
        const { code } = toPylonError(thrown);
        if (code === 'invoice-limit') settle(undefined);
        else giveUp(code);
      });
    });
  }
}
