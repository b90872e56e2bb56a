// One hold invoice of a provider, from its making to its end: paid it waits, until the customer reveals the preimage and it is
// taken, or until it goes back. What the wallet tells by itself is never believed without the lookup.
import type { Clock } from '../../../conductor/ports.ts';
import type { Bill } from '../../../ledger/book/entry.ts';
import { PylonError, toPylonError } from '../../../protocol/errors.ts';
import type { Transaction, Wallet } from '../../wallet/port.ts';
import type { BillingBook } from './billing-book.ts';

/** `asking`: nobody has paid yet; `held`: the money waits; then it is being taken, or given back. */
type EscrowState = 'asking' | 'held' | 'taking' | 'returning' | 'over';

export interface EscrowInit {
  readonly bill: Bill;
  readonly book: BillingBook;
  readonly wallet: Wallet;
  readonly clock: Clock;
  readonly log: (line: string) => void;
  readonly onOver: () => void;
}

const LOOKUP_MS_MIN = 1_000;
const LOOKUP_MS_MAX = 30_000;
/** A payment that was on its way when the invoice expired is known by then. */
const GRACE_SECONDS = 5;
/** And after this time nobody waits for one any more, whatever the wallet calls it. */
const PENDING_SECONDS_MAX = 120;

export class Escrow {
  /** Resolves when the money waits; rejects when it will not. */
  readonly paid: Promise<void>;
  readonly #init: EscrowInit;
  #state: EscrowState = 'asking';
  #preimage = '';
  #turn: Promise<void> | undefined;
  /** Something happened while a turn was under way: what it finds may be from before. */
  #isStale = false;
  #isStopped = false;
  #delayMs = LOOKUP_MS_MIN;
  #cancelTimer: () => void = () => undefined;
  #resolvePaid: () => void = () => undefined;
  #rejectPaid: (error: PylonError) => void = () => undefined;

  constructor(init: EscrowInit) {
    this.#init = init;
    this.paid = new Promise((resolve, reject) => {
      this.#resolvePaid = resolve;
      this.#rejectPaid = reject;
    });
    this.paid.catch(() => undefined); // whoever works for it hears of it; after a restart nobody does
  }

  get bill(): Bill {
    return this.#init.bill;
  }

  /** True while nobody has paid. */
  get isAsking(): boolean {
    return this.#state === 'asking';
  }

  /** True from the payment until the money was taken or went back. */
  get isHeld(): boolean {
    return this.#state !== 'asking' && this.#state !== 'over';
  }

  /** Looks for the payment from now on. @param isNew made a moment ago: nobody can have paid */
  begin(isNew: boolean): void {
    if (isNew) this.#plan(this.#delayMs);
    else this.look();
  }

  /** Something may have happened: looks at once. */
  look(): void {
    this.#delayMs = LOOKUP_MS_MIN;
    this.#isStale = true;
    this.#begin();
  }

  /** The preimage of its hash was revealed: only to be called with that one. */
  take(preimage: string): void {
    if (this.#state !== 'held' && this.#state !== 'asking') return;
    this.#preimage = preimage;
    this.#state = 'taking';
    this.look();
  }

  /** Its money is to go back. What was revealed is taken all the same: it is ours by then. */
  giveBack(): void {
    if (this.#state !== 'held' && this.#state !== 'asking') return;
    this.#state = 'returning';
    this.#rejectPaid(new PylonError('job-payment-required', { reason: 'the money in escrow went back' }));
    this.look();
  }

  /** Resolves when a turn that is under way is over; what is left is left to the next start. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#cancelTimer();
    await this.#turn;
  }

  #begin(): void {
    if (this.#isStopped || this.#state === 'over') return;
    this.#cancelTimer();
    this.#turn ??= this.#turns().finally(() => {
      this.#turn = undefined;
    });
  }

  async #turns(): Promise<void> {
    do {
      this.#isStale = false;
      try {
        await this.#act();
        const found = await this.#find();
        await this.#conclude(found);
      } catch (thrown) {
        this.#init.log(`a hold invoice could not be looked after: ${toPylonError(thrown).code}`);
        this.#isStale = false; // the wallet is given a moment
      }
    } while (this.#isStale && !this.#isStopped && (this.#state as EscrowState) !== 'over');
    if (this.#state === 'over') return;
    this.#plan(this.#nextMs());
    this.#delayMs = Math.min(this.#delayMs * 2, LOOKUP_MS_MAX);
  }

  /** The end of an invoice is not slept through. */
  #nextMs(): number {
    if (this.#state === 'held') return this.#msLeft();
    const untilPastMs = (this.bill.expires_at + GRACE_SECONDS) * 1_000 + 1 - this.#init.clock.now();
    return untilPastMs > 0 ? Math.min(this.#delayMs, untilPastMs) : this.#delayMs;
  }

  #plan(delayMs: number): void {
    this.#cancelTimer();
    if (this.#isStopped) return;
    this.#cancelTimer = this.#init.clock.after(delayMs, () => {
      if (this.#state === 'held' && this.#msLeft() === 0) this.giveBack();
      else this.#begin();
    });
  }

  /** Until the money has to go back. */
  #msLeft(): number {
    return Math.max(0, (this.bill.escrow?.until ?? 0) * 1_000 - this.#init.clock.now());
  }

  /** Asks the wallet for what is to be done. Whether it did it, only the lookup says. */
  async #act(): Promise<void> {
    const { wallet, log } = this.#init;
    try {
      if (this.#state === 'taking') await wallet.settleHoldInvoice(this.#preimage);
      if (this.#state === 'returning') await wallet.cancelHoldInvoice(this.bill.payment_hash);
    } catch (thrown) {
      log(
        `a hold invoice is not ${this.#state === 'taking' ? 'settled' : 'cancelled'} yet: ${toPylonError(thrown).code}`,
      );
    }
  }

  /** Undefined when the wallet does not know it, or not yet. */
  async #find(): Promise<Transaction | undefined> {
    try {
      return await this.#init.wallet.lookupInvoice({ paymentHash: this.bill.payment_hash });
    } catch (thrown) {
      if (thrown instanceof PylonError && thrown.code === 'wallet-not-found') return undefined;
      throw thrown;
    }
  }

  async #conclude(found: Transaction | undefined): Promise<void> {
    const { amount_msat } = this.bill;
    if (found !== undefined && found.state !== 'pending' && found.amountMsat < amount_msat)
      throw new PylonError('wallet-response-invalid', { reason: 'less came in than the hold invoice is for' });
    if (found?.state === 'settled') return this.#end('receive');
    if (found?.state === 'accepted') {
      if (this.#state !== 'asking') return;
      this.#state = 'held';
      this.#resolvePaid();
      if (this.#msLeft() === 0) this.giveBack();
      return;
    }
    const pastSeconds = this.#init.clock.now() / 1_000 - this.bill.expires_at;
    const isPast = pastSeconds > (found?.state === 'pending' ? PENDING_SECONDS_MAX : GRACE_SECONDS);
    if (found?.state === 'failed' || isPast) await this.#end('expire-bill');
    else if (pastSeconds > GRACE_SECONDS) this.giveBack(); // so that nobody can pay it any more
  }

  async #end(kind: 'receive' | 'expire-bill'): Promise<void> {
    const { book, onOver } = this.#init;
    const { id: bill_id } = this.bill;
    if (book.bill(bill_id)?.state === 'open') await book.write(`${kind}/${bill_id}`, kind, { bill_id });
    this.#state = 'over';
    this.#rejectPaid(new PylonError('job-payment-required', { reason: 'nothing waits in escrow' }));
    onOver();
  }
}
