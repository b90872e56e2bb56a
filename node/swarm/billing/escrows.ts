// The money that waits for a provider: makes hold invoices on hashes of its customers, each once and a bounded number, and
// finds each of them again when the wallet, a customer or a restart speaks of it.
import type { Clock } from '../../../conductor/ports.ts';
import type { Bill } from '../../../ledger/book/entry.ts';
import { PylonError } from '../../../protocol/errors.ts';
import { ESCROW_SECONDS_MAX } from '../../../protocol/limits.ts';
import type { Wallet } from '../../wallet/port.ts';
import type { BillingBook } from './billing-book.ts';
import { Escrow } from './escrow.ts';
import type { EscrowBilling, EscrowWanted } from './port.ts';

/** A customer pays at once, or not at all: what is not paid by then is not worth waiting for. */
const PAY_SECONDS = 45;
/** Less is not enough to pay in. */
const PAY_SECONDS_MIN = 15;
/** Hold invoices of one customer that nobody has paid: several runs with all their jobs in flight. */
const ASKING_PER_CUSTOMER_MAX = 256;
/** And of all: each is looked up every few seconds. */
const ASKING_MAX = 2_048;
/** Of customers who have paid nothing yet: keys cost nothing, and they must not take the room of the others. */
const ASKING_OF_STRANGERS_MAX = 1_024;
/** All whose end is not known, paid ones included; their money is locked by those who have it. */
const OPEN_MAX = 20_000;

/** How long a customer may take to accept an answer when its provider is about to end. */
const REVEAL_WAIT_MS = 3_000;

export interface EscrowsInit {
  readonly book: BillingBook;
  readonly wallet: Wallet;
  readonly clock: Clock;
  readonly log: (line: string) => void;
}

export class Escrows implements EscrowBilling {
  readonly #init: EscrowsInit;
  /** By request id. */
  readonly #open = new Map<string, Escrow>();
  readonly #byHash = new Map<string, Escrow>();
  /** Request id → the making of its invoice. */
  readonly #making = new Map<string, Promise<Bill>>();
  #unsubscribe: () => void = () => undefined;
  #onEnd: () => void = () => undefined;

  constructor(init: EscrowsInit) {
    this.#init = init;
  }

  /** Takes up what an earlier process left: its customers may reveal it yet, or get it back in time. */
  start(): void {
    const { wallet, book } = this.#init;
    this.#unsubscribe = wallet.subscribe(({ transaction }) => this.#byHash.get(transaction.paymentHash)?.look());
    for (const bill of book.openEscrows()) this.#keep(bill, false);
  }

  /** Customers who were answered a moment ago are given that moment. What is left is left to the next start. */
  async stop(): Promise<void> {
    await this.#nothingHeld();
    this.#unsubscribe();
    await Promise.all([...this.#open.values()].map((escrow) => escrow.stop()));
  }

  #nothingHeld(): Promise<void> {
    if (![...this.#open.values()].some(({ isHeld }) => isHeld)) return Promise.resolve();
    return new Promise((resolve) => {
      const done = () => {
        cancel();
        this.#onEnd = () => undefined;
        resolve();
      };
      const cancel = this.#init.clock.after(REVEAL_WAIT_MS, done);
      this.#onEnd = () => {
        if (![...this.#open.values()].some(({ isHeld }) => isHeld)) done();
      };
    });
  }

  async open(wanted: EscrowWanted): Promise<string> {
    const { requestId, customer, paymentHash, amountMsat } = wanted;
    const known = this.#open.get(requestId)?.bill ?? this.#init.book.bill(this.#billId(wanted));
    const bill = known ?? (await this.#makeOnce(wanted));
    const isSame = bill.customer === customer && bill.payment_hash === paymentHash && bill.amount_msat === amountMsat;
    if (!isSame || bill.state !== 'open')
      throw new PylonError('job-invalid', { value: requestId, reason: 'this request had another escrow, or had one' });
    return bill.invoice;
  }

  async paid(requestId: string): Promise<void> {
    const escrow = this.#open.get(requestId);
    if (escrow === undefined) throw new PylonError('job-payment-required', { reason: 'nothing waits in escrow' });
    await escrow.paid;
  }

  concerns(customer: string, requestId: string): boolean {
    return this.#open.get(requestId)?.bill.customer === customer;
  }

  hashOf(requestId: string): string | undefined {
    return this.#open.get(requestId)?.bill.payment_hash;
  }

  take(requestId: string, preimage: string): void {
    this.#open.get(requestId)?.take(preimage);
  }

  giveBack(customer: string, requestId: string): void {
    if (this.concerns(customer, requestId)) this.#open.get(requestId)?.giveBack();
  }

  #billId({ customer, requestId }: EscrowWanted): string {
    return this.#init.book.billId(customer, `escrow:${requestId}`); // no id of a payout holds a colon
  }

  #makeOnce(wanted: EscrowWanted): Promise<Bill> {
    const making = this.#making.get(wanted.requestId);
    if (making !== undefined) return making;
    const bill = this.#make(wanted).finally(() => this.#making.delete(wanted.requestId));
    this.#making.set(wanted.requestId, bill);
    return bill;
  }

  async #make(wanted: EscrowWanted): Promise<Bill> {
    const { book, wallet, clock } = this.#init;
    const { customer, job, requestId, paymentHash, amountMsat, until } = wanted;
    const secondsLeft = Math.floor(until - clock.now() / 1_000);
    if (secondsLeft < PAY_SECONDS_MIN) throw new PylonError('job-expired', { value: `${secondsLeft} s` });
    if (secondsLeft > ESCROW_SECONDS_MAX)
      throw new PylonError('job-invalid', { reason: `money waits in escrow for at most ${ESCROW_SECONDS_MAX} s` });
    this.#checkRoom(customer);
    // A few seconds less than the job has: the wallet's clock may be ahead of ours.
    const expirySeconds = Math.min(PAY_SECONDS, secondsLeft - 5);
    const description = 'Pylon inference, in escrow';
    const made = await wallet.makeHoldInvoice({ paymentHash, amountMsat, description, expirySeconds });
    if (made.invoice === undefined || made.amountMsat !== amountMsat || made.paymentHash !== paymentHash)
      throw new PylonError('wallet-response-invalid', {
        reason: 'the wallet made another hold invoice than it was asked for',
      });
    const bill_id = this.#billId(wanted);
    await book.write(bill_id, 'bill', {
      bill_id,
      provider: book.provider,
      customer,
      amount_msat: amountMsat,
      lines: [[job, amountMsat, false]],
      invoice: made.invoice,
      payment_hash: paymentHash,
      expires_at: made.expiresAt ?? Math.floor(clock.now() / 1_000) + expirySeconds,
      escrow: { request_id: requestId, until },
    });
    const bill = book.bill(bill_id);
    if (bill === undefined) throw new PylonError('internal', { value: bill_id, reason: 'a bill is gone' });
    this.#keep(bill, true);
    return bill;
  }

  #keep(bill: Bill, isNew: boolean): void {
    const requestId = bill.escrow?.request_id ?? '';
    const onOver = () => {
      this.#open.delete(requestId);
      this.#byHash.delete(bill.payment_hash);
      this.#onEnd();
    };
    const escrow = new Escrow({ ...this.#init, bill, onOver });
    this.#open.set(requestId, escrow);
    this.#byHash.set(bill.payment_hash, escrow);
    escrow.begin(isNew);
  }

  /** @throws PylonError `job-customer-limit` | `job-queue-full` */
  #checkRoom(customer: string): void {
    const { book } = this.#init;
    const isStranger = (one: string) => book.standing(one).receivedMsat === 0;
    const askers = [...this.#open.values()].filter(({ isAsking }) => isAsking).map(({ bill }) => bill.customer);
    if (askers.filter((one) => one === customer).length >= ASKING_PER_CUSTOMER_MAX)
      throw new PylonError('job-customer-limit', { reason: 'this customer has too many unpaid hold invoices here' });
    const isFull = askers.length + this.#making.size >= ASKING_MAX || this.#open.size >= OPEN_MAX;
    if (isFull || (isStranger(customer) && askers.filter(isStranger).length >= ASKING_OF_STRANGERS_MAX))
      throw new PylonError('job-queue-full', { reason: 'too many hold invoices are open here' });
  }
}
