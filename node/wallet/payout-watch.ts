// Payouts of which nobody can say yet whether they were paid: looked up until the wallet knows, and never paid again
// (I8). `settled` needs the preimage; "failed" and "not found" are believed only once nothing could be paid any more.
import type { Clock } from '../../conductor/ports.ts';
import type { Book, Operation } from '../../ledger/book/book.ts';
import type { Payout } from '../../ledger/book/entry.ts';
import { findPayout, isFinal, openPayouts } from '../../ledger/book/payout.ts';
import { PylonError, toPylonError } from '../../protocol/errors.ts';
import type { Transaction, Wallet } from './port.ts';

/** After the last second in which it could be paid: clocks differ, and a payment takes a moment to be seen. */
const VOID_GRACE_SECONDS = 5;
/** How often in a row the wallet must deny it, this far apart at least: what it knows may take a moment to be seen. */
const DENIALS_MIN = 2;
const DENIAL_MS = 2_000;
const LOOKUP_MS_MIN = 1_000;
/**
 * A wallet that comes back is asked within this time. An invoice holds for 45 s; with the grace and the second denial what was
 * never paid is known 52 s after it was sent, because the first second in which nothing can be paid any more is not slept through.
 */
const LOOKUP_MS_MAX = 10_000;
/** How long a start waits for what an earlier process left: the wallet may be gone. */
const RECOVERY_MS = 5_000;

export interface PayoutWatchOptions {
  readonly wallet: Wallet;
  readonly book: Book;
  /** Makes an operation durable. */
  readonly post: (operation: Operation) => Promise<void>;
  readonly clock: Clock;
  readonly notice: (line: string) => void;
}

/** What a lookup says of a payment. */
type Finding = { readonly paid: Transaction } | 'denied' | 'open';

export class PayoutWatch {
  readonly #options: PayoutWatchOptions;
  /** Payout id → how often in a row the wallet denied it since nothing could be paid any more. */
  readonly #denials = new Map<string, number>();
  readonly #watched = new Map<string, Promise<void>>();
  readonly #wakers = new Set<() => void>();
  readonly #lookers = new Map<string, Set<() => void>>();
  #isClosed = false;

  constructor(options: PayoutWatchOptions) {
    this.#options = options;
  }

  /**
   * What an earlier process left, before anything new is spent: it is looked up once, and then watched. Payouts by another
   * wallet are left to that wallet, and those that are only planned to whoever decides them now.
   */
  async recover(): Promise<void> {
    const { book, post, wallet } = this.#options;
    const left = [...openPayouts(book.rows)];
    await Promise.all(
      left.map(async ({ id, state, wallet: asked }) => {
        if (asked !== wallet.id) return;
        if (state === 'sent') {
          const reason = 'the process ended while the wallet was asked';
          await post(book.do(`doubt/${id}`, 'doubt-payout', { payout_id: id, reason }));
        }
        void this.watch(id);
        await this.#looked(id);
      }),
    );
  }

  /** Resolves when it was looked up once since now, or the wallet takes too long. */
  #looked(id: string): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        cancel();
        this.#lookers.get(id)?.delete(done);
        resolve();
      };
      const cancel = this.#options.clock.after(RECOVERY_MS, done);
      const lookers = this.#lookers.get(id) ?? new Set();
      this.#lookers.set(id, lookers.add(done));
    });
  }

  /** Looks a payout up, again and again, until its end is known. Resolves then, or when this is closed. */
  watch(id: string): Promise<void> {
    const known = this.#watched.get(id);
    if (known !== undefined) return known;
    const watching = this.#watch(id).finally(() => {
      this.#watched.delete(id);
      this.#denials.delete(id);
    });
    this.#watched.set(id, watching);
    return watching;
  }

  /** The wallet has just answered: look again at once. */
  soon(): void {
    for (const wake of this.#wakers) wake();
  }

  /** Safe to call twice. */
  async close(): Promise<void> {
    this.#isClosed = true;
    for (const wake of this.#wakers) wake();
    await Promise.all(this.#watched.values());
  }

  async #watch(id: string): Promise<void> {
    for (let waitMs = LOOKUP_MS_MIN; !this.#isClosed; waitMs = Math.min(waitMs * 2, LOOKUP_MS_MAX)) {
      const isOver = await this.#look(id);
      for (const done of this.#lookers.get(id) ?? []) done();
      if (isOver) return;
      await this.#wait(this.#nextLookMs(id, waitMs));
    }
  }

  /** How long until the next look: at most `waitMs`, and no longer than until a denial counts. */
  #nextLookMs(id: string, waitMs: number): number {
    if ((this.#denials.get(id) ?? 0) > 0) return DENIAL_MS;
    const { void_at = 0 } = findPayout(this.#options.book.rows, id) ?? {};
    const untilVoidMs = (void_at + VOID_GRACE_SECONDS) * 1_000 + 1 - this.#options.clock.now();
    return untilVoidMs > 0 ? Math.min(waitMs, untilVoidMs) : waitMs;
  }

  #wait(waitMs: number): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        cancel();
        this.#wakers.delete(wake);
        resolve();
      };
      const cancel = this.#options.clock.after(waitMs, wake);
      this.#wakers.add(wake);
      if (this.#isClosed) wake();
    });
  }

  /** One lookup. @returns true when the payout has come to an end */
  async #look(id: string): Promise<boolean> {
    const { book, notice } = this.#options;
    try {
      await book.recover(); // where a write had failed: what is on disk counts
      const payout = findPayout(book.rows, id);
      if (payout === undefined || isFinal(payout.state)) return true;
      if (payout.state === 'planned') return await this.#giveUp(id, 'the wallet was never asked');
      const finding = await this.#ask(payout);
      return await this.#conclude(payout, finding);
    } catch (thrown) {
      const { code } = toPylonError(thrown);
      this.#denials.delete(id);
      notice(`payout ${id} stays unknown for now: ${code}`);
      return false;
    }
  }

  async #giveUp(id: string, reason: string): Promise<true> {
    const { book, post } = this.#options;
    await post(book.do(`fail/${id}`, 'fail-payout', { payout_id: id, reason }));
    return true;
  }

  async #ask(payout: Payout): Promise<Finding> {
    try {
      const transaction = await this.#options.wallet.lookupInvoice({ paymentHash: payout.payment_hash ?? '' });
      // Also where payer and payee share a wallet and it tells the payee's side: the preimage proves that it was paid.
      if (transaction.state === 'settled') return { paid: transaction };
      if (transaction.type === 'incoming') return 'denied'; // somebody's invoice, but no payment of ours
      return transaction.state === 'failed' || transaction.state === 'expired' ? 'denied' : 'open';
    } catch (thrown) {
      if (thrown instanceof PylonError && thrown.code === 'wallet-not-found') return 'denied';
      throw thrown;
    }
  }

  async #conclude({ id, void_at = 0 }: Payout, finding: Finding): Promise<boolean> {
    const { book, post, clock } = this.#options;
    if (typeof finding === 'object') {
      const { preimage = '', feesPaidMsat: fees_msat } = finding.paid;
      await post(book.do(`settle/${id}`, 'settle-payout', { payout_id: id, preimage, fees_msat }));
      return true;
    }
    const isVoid = clock.now() / 1_000 > void_at + VOID_GRACE_SECONDS;
    const denials = finding === 'denied' && isVoid ? (this.#denials.get(id) ?? 0) + 1 : 0;
    this.#denials.set(id, denials);
    if (denials < DENIALS_MIN) return false;
    return this.#giveUp(id, 'the wallet knows of no payment, and the invoice can be paid no more');
  }
}
