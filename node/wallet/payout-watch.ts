// Payouts of which nobody can say yet whether they were paid: looked up until the wallet knows, and never paid again
// (I8). `settled` needs the preimage; "failed" and "not found" are believed only once nothing could be paid any more.
import type { Clock } from '../../conductor/ports.ts';
import type { Book, Operation } from '../../ledger/book/book.ts';
import type { Payout } from '../../ledger/book/entry.ts';
import { isSealedInEscrow, runPaidAhead } from '../../ledger/book/escrow.ts';
import { findPayout, isFinal, openPayouts } from '../../ledger/book/payout.ts';
import { findRun } from '../../ledger/book/reserve.ts';
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
/** How long an end waits for what it can still learn: the next start asks again. */
const LAST_LOOK_MS = 2_000;

export interface PayoutWatchOptions {
  readonly wallet: Wallet;
  readonly book: Book;
  /** Makes an operation durable. */
  readonly post: (operation: Operation) => Promise<void>;
  readonly clock: Clock;
  readonly notice: (line: string) => void;
}

/** What a lookup says of a payment. */
type Finding = { readonly paid: Transaction } | 'failed' | 'missing' | 'open';

/** What became of a payout. */
export type PayoutEnd =
  | { readonly preimage: string; readonly fees_msat: number }
  | { readonly preimage: undefined; readonly reason: string };

/** Does in the book what became of a payout. @returns undefined when it has come to an end already */
export function endPayout(book: Book, id: string, end: PayoutEnd): Operation | undefined {
  const payout = findPayout(book.rows, id);
  if (payout === undefined || isFinal(payout.state)) return undefined;
  if (end.preimage !== undefined) return book.do(`settle/${id}`, 'settle-payout', { payout_id: id, ...end });
  const { reason } = end;
  const kind = payout.ahead === undefined ? 'fail-payout' : 'return-payout';
  return book.do(`fail/${id}`, kind, { payout_id: id, reason });
}

export class PayoutWatch {
  readonly #options: PayoutWatchOptions;
  /** Payout id → how often in a row the wallet denied it since nothing could be paid any more. */
  readonly #denials = new Map<string, number>();
  readonly #watched = new Map<string, Promise<void>>();
  /** Payout id → ends the wait for its next lookup. */
  readonly #wakers = new Map<string, () => void>();
  readonly #lookers = new Map<string, Set<() => void>>();
  /** Payout id → who records its end otherwise than in the book alone. */
  readonly #recorders = new Map<string, (end: PayoutEnd) => Promise<void>>();
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
        await this.#looked(id, RECOVERY_MS);
      }),
    );
  }

  /**
   * Before this is closed: what has come to an end while nobody looked is recorded now, not by the next start. Money that went
   * back is told by no notification, so between two lookups nobody knows of it.
   */
  async lookOnceMore(): Promise<void> {
    const looks = [...this.#watched.keys()].map((id) => {
      const looked = this.#looked(id, LAST_LOOK_MS);
      this.soon(id);
      return looked;
    });
    await Promise.all(looks);
  }

  /** Resolves when it was looked up once since now, or the wallet takes too long. */
  #looked(id: string, timeoutMs: number): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        cancel();
        this.#lookers.get(id)?.delete(done);
        resolve();
      };
      const cancel = this.#options.clock.after(timeoutMs, done);
      const lookers = this.#lookers.get(id) ?? new Set();
      this.#lookers.set(id, lookers.add(done));
    });
  }

  /** From now on the end of this payout is recorded by `record`; without it, in the book alone. */
  recordBy(id: string, record: ((end: PayoutEnd) => Promise<void>) | undefined): void {
    if (record === undefined) this.#recorders.delete(id);
    else this.#recorders.set(id, record);
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

  /** The wallet has just answered: look this one up again at once, if it is watched. */
  soon(id: string): void {
    this.#wakers.get(id)?.();
  }

  /** Safe to call twice. */
  async close(): Promise<void> {
    this.#isClosed = true;
    for (const wake of [...this.#wakers.values()]) wake();
    await Promise.all(this.#watched.values());
  }

  async #watch(id: string): Promise<void> {
    for (let waitMs = LOOKUP_MS_MIN; !this.#isClosed; waitMs = Math.min(waitMs * 2, LOOKUP_MS_MAX)) {
      const isOver = await this.#look(id);
      for (const done of this.#lookers.get(id) ?? []) done();
      if (isOver) return;
      await this.#wait(id, this.#nextLookMs(id, waitMs));
    }
  }

  /** How long until the next look: at most `waitMs`, and no longer than until a denial counts. */
  #nextLookMs(id: string, waitMs: number): number {
    if ((this.#denials.get(id) ?? 0) > 0) return DENIAL_MS;
    const { void_at = 0 } = findPayout(this.#options.book.rows, id) ?? {};
    const untilVoidMs = (void_at + VOID_GRACE_SECONDS) * 1_000 + 1 - this.#options.clock.now();
    return untilVoidMs > 0 ? Math.min(waitMs, untilVoidMs) : waitMs;
  }

  #wait(id: string, waitMs: number): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        cancel();
        this.#wakers.delete(id);
        resolve();
      };
      const cancel = this.#options.clock.after(waitMs, wake);
      this.#wakers.set(id, wake);
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
    await this.#record(id, { preimage: undefined, reason });
    return true;
  }

  async #ask(payout: Payout): Promise<Finding> {
    try {
      const transaction = await this.#options.wallet.lookupInvoice({ paymentHash: payout.payment_hash ?? '' });
      // Also where payer and payee share a wallet and it tells the payee's side: the preimage proves that it was paid.
      if (transaction.state === 'settled') return { paid: transaction };
      // Somebody's invoice, but no payment of ours; unless it is paid and waits.
      if (transaction.type === 'incoming') return transaction.state === 'accepted' ? 'open' : 'missing';
      return transaction.state === 'failed' || transaction.state === 'expired' ? 'failed' : 'open';
    } catch (thrown) {
      if (thrown instanceof PylonError && thrown.code === 'wallet-not-found') return 'missing';
      throw thrown;
    }
  }

  async #conclude({ id }: Payout, finding: Finding): Promise<boolean> {
    const payout = findPayout(this.#options.book.rows, id); // as it is now: an answer may have come meanwhile
    if (payout === undefined || isFinal(payout.state)) return true;
    if (typeof finding === 'object') {
      const { preimage = '', feesPaidMsat: fees_msat } = finding.paid;
      await this.#record(id, { preimage, fees_msat });
      return true;
    }
    const denials = finding !== 'open' && this.#isVoid(payout) ? (this.#denials.get(id) ?? 0) + 1 : 0;
    this.#denials.set(id, denials);
    if (denials < this.#denialsWanted(payout, finding)) return false;
    return this.#giveUp(id, 'the wallet knows of no payment, and the invoice can be paid no more');
  }

  /** Where nothing can have been taken, one word is enough; while its run goes on it must not be said to be back too soon. */
  #denialsWanted(payout: Payout, finding: Finding): number {
    const isGoingOn = findRun(this.#options.book.rows, runPaidAhead(payout)) !== undefined;
    return isSealedInEscrow(payout) && (finding === 'failed' || !isGoingOn) ? 1 : DENIALS_MIN;
  }

  /** Nothing can be paid any more; out of an escrow that we did not reveal, nothing ever could. */
  #isVoid(payout: Payout): boolean {
    const { void_at = 0 } = payout;
    return isSealedInEscrow(payout) || this.#options.clock.now() / 1_000 > void_at + VOID_GRACE_SECONDS;
  }

  async #record(id: string, end: PayoutEnd): Promise<void> {
    const record = this.#recorders.get(id);
    if (record !== undefined) return record(end);
    const { book, post } = this.#options;
    const operation = endPayout(book, id, end);
    if (operation !== undefined) await post(operation);
  }
}
