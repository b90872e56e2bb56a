// Looks every open invoice up until it is paid or past: soon at first, then ever more seldom, at once when the wallet gives
// a hint, and all of them at the start. What the wallet tells by itself is never believed without the lookup.
import PQueue from 'p-queue';
import type { Clock } from '../../../conductor/ports.ts';
import type { Bill } from '../../../ledger/book/entry.ts';
import { PylonError, toPylonError } from '../../../protocol/errors.ts';
import type { Transaction, Wallet } from '../../wallet/port.ts';
import type { BillingBook } from './billing-book.ts';

/** Lookups at a time: a wallet's relay may be slow, and may allow few requests. */
const LOOKUPS_AT_A_TIME = 4;
const LOOKUP_MS_MIN = 2_000;
const LOOKUP_MS_MAX = 60_000;
/** Whoever is refused may ask again and again: a bill is not looked up for that more often than this. */
const CHECK_MS_MIN = 1_000;
/** A payment that was on its way when the invoice expired is known by then; a later one still counts when the wallet tells of it. */
const GRACE_SECONDS = 120;

export interface BillWatchInit {
  readonly book: BillingBook;
  readonly wallet: Wallet;
  readonly clock: Clock;
  readonly log: (line: string) => void;
}

interface Watched {
  delayMs: number;
  cancelTimer: () => void;
  lookedAtMs: number;
  /** The wallet has told of it by itself: even a bill that has expired is looked up for a while. */
  isHinted: boolean;
  /** The lookup under way. */
  looking: Promise<void> | undefined;
  /** A hint came while it was under way: what it finds may be from before. */
  isStale: boolean;
}

export class BillWatch {
  readonly #init: BillWatchInit;
  readonly #queue = new PQueue({ concurrency: LOOKUPS_AT_A_TIME });
  /** By bill id. */
  readonly #watched = new Map<string, Watched>();
  #unsubscribe: () => void = () => undefined;
  #isStopped = false;
  /** The wallet failed the last time it was asked: told once, not at every lookup. */
  #isFailing = false;

  constructor(init: BillWatchInit) {
    this.#init = init;
  }

  start(): void {
    const { wallet, book } = this.#init;
    this.#unsubscribe = wallet.subscribe(({ transaction }) => this.#hint(transaction.paymentHash));
    for (const bill of book.openBills()) void this.#look(this.#entry(bill.id), bill.id);
  }

  /** From now on the bill is looked up by itself. */
  watch(bill: Bill): void {
    this.#plan(this.#entry(bill.id), bill.id);
  }

  /** One lookup now, or the one under way, or none when there was one a moment ago. Never rejects. */
  check(bill: Bill): Promise<void> {
    const entry = this.#entry(bill.id);
    if (entry.looking === undefined && this.#init.clock.now() - entry.lookedAtMs < CHECK_MS_MIN)
      return Promise.resolve();
    return this.#look(entry, bill.id);
  }

  /** What a lookup under way finds is left to the next start. */
  stop(): void {
    this.#isStopped = true;
    this.#unsubscribe();
    for (const { cancelTimer } of this.#watched.values()) cancelTimer();
  }

  /** The wallet says that something came in: also for a bill that has expired here. */
  #hint(paymentHash: string): void {
    const bill = this.#init.book.billByHash(paymentHash);
    if (bill === undefined || bill.state === 'paid' || this.#isStopped) return;
    const entry = this.#entry(bill.id);
    entry.delayMs = LOOKUP_MS_MIN;
    entry.isHinted = true;
    if (entry.looking === undefined) void this.#look(entry, bill.id);
    else entry.isStale = true;
  }

  #entry(billId: string): Watched {
    const known = this.#watched.get(billId);
    if (known !== undefined) return known;
    const cancelTimer = () => undefined;
    const times = { delayMs: LOOKUP_MS_MIN, lookedAtMs: 0 };
    const made: Watched = { ...times, cancelTimer, isHinted: false, looking: undefined, isStale: false };
    this.#watched.set(billId, made);
    return made;
  }

  #plan(entry: Watched, billId: string): void {
    entry.cancelTimer();
    if (this.#isStopped) return;
    entry.cancelTimer = this.#init.clock.after(entry.delayMs, () => void this.#look(entry, billId));
    entry.delayMs = Math.min(entry.delayMs * 2, LOOKUP_MS_MAX);
  }

  #look(entry: Watched, billId: string): Promise<void> {
    if (this.#isStopped) return Promise.resolve();
    entry.cancelTimer();
    entry.looking ??= this.#queue
      .add(() => this.#lookUp(entry, billId))
      .finally(() => {
        entry.looking = undefined;
        if (this.#isOver(entry, billId)) this.#watched.delete(billId);
        else this.#plan(entry, billId);
      });
    return entry.looking;
  }

  #isOver({ isHinted, delayMs }: Watched, billId: string): boolean {
    const state = this.#init.book.bill(billId)?.state;
    return state !== 'open' && !(state === 'expired' && isHinted && delayMs < LOOKUP_MS_MAX);
  }

  async #lookUp(entry: Watched, billId: string): Promise<void> {
    do {
      entry.isStale = false;
      entry.lookedAtMs = this.#init.clock.now();
      try {
        await this.#ask(billId);
        this.#isFailing = false;
      } catch (thrown) {
        if (!this.#isFailing) this.#init.log(`an invoice could not be looked up: ${toPylonError(thrown).code}`);
        this.#isFailing = true;
      }
    } while (entry.isStale && !this.#isStopped);
  }

  async #ask(billId: string): Promise<void> {
    const { book, clock } = this.#init;
    const bill = book.bill(billId);
    if (bill === undefined || bill.state === 'paid') return;
    const found = await this.#find(bill.payment_hash);
    if (this.#isStopped) return;
    if (found?.state === 'settled') return this.#receive(bill, found);
    const isPast = clock.now() / 1_000 > bill.expires_at + GRACE_SECONDS;
    if (isPast && found?.state !== 'accepted' && book.bill(billId)?.state === 'open')
      await book.write(`expire/${billId}`, 'expire-bill', { bill_id: billId });
  }

  async #receive(bill: Bill, { amountMsat }: Transaction): Promise<void> {
    const { book } = this.#init;
    if (amountMsat < bill.amount_msat)
      throw new PylonError('wallet-response-invalid', { reason: 'less came in than the invoice is for' });
    if (book.bill(bill.id)?.state === 'paid') return;
    await book.write(`receive/${bill.id}`, 'receive', { bill_id: bill.id });
  }

  /** Undefined when the wallet does not know it, or not yet. */
  async #find(paymentHash: string): Promise<Transaction | undefined> {
    try {
      return await this.#init.wallet.lookupInvoice({ paymentHash });
    } catch (thrown) {
      if (thrown instanceof PylonError && thrown.code === 'wallet-not-found') return undefined;
      throw thrown;
    }
  }
}
