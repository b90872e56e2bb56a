// A provider's money on a clock that is turned by hand: a book in memory, a wallet at the memory bank, and customers
// with money there.
import type { Clock } from '../../conductor/ports.ts';
import { Book, type Operation } from '../../ledger/book/book.ts';
import { type Standing, standingOf } from '../../ledger/book/receivables.ts';
import { BookBilling, type BookBillingOptions } from '../../node/swarm/billing/book-billing.ts';
import { msat, ZERO_MSAT } from '../../protocol/money.ts';
import type { InvoiceLine, InvoiceRequest } from '../../protocol/payment.ts';
import { MemoryBank } from './memory-bank.ts';
import { MemoryWallet } from './memory-wallet.ts';
import { seededRandom } from './seeded-random.ts';
import { settled, VirtualClock } from './virtual-clock.ts';
import { WatchedWallet } from './watched-wallet.ts';

export const PROVIDER = 'a'.repeat(64);
export const CUSTOMER = 'c'.repeat(64);

export const NOTHING: Standing = { dueMsat: 0, advanceMsat: 0, receivedMsat: 0, disputedMsat: 0 };

/** A request to pay for one job. */
export function asking(id: string, amountMsat: number, change: Partial<InvoiceLine> = {}): InvoiceRequest {
  const line = { job: 'run', amountMsat: msat(amountMsat), final: false, ...change };
  return { id, amountMsat: msat(amountMsat), expirySeconds: 45, lines: [line] };
}

export function bankOn(clock: Clock) {
  const bank = new MemoryBank({ random: seededRandom(7), nowSeconds: () => Math.floor(clock.now() / 1_000) });
  const account = bank.open(ZERO_MSAT);
  const payer = bank.open(msat(1e9));
  const wallet = new WatchedWallet(new MemoryWallet(bank, account, seededRandom(8)));
  /** The customer pays, and everybody hears of it who is told. */
  const pay = async (invoice: string) => {
    await bank.pay(payer, invoice);
    await settled();
  };
  return { bank, wallet, account, pay };
}

export type BillingStageOptions = Partial<BookBillingOptions> & { readonly hasNoWallet?: boolean };

/** @param options `clock` for one that turns by itself */
export function billingStage(options: BillingStageOptions = {}) {
  const clock = new VirtualClock();
  const { bank, wallet, pay, account } = bankOn(options.clock ?? clock);
  const book = Book.volatile(() => clock.now());
  const lines: string[] = [];
  const post = async (_operation: Operation) => undefined;
  const { hasNoWallet, ...rest } = options;
  const common = { provider: PROVIDER, book, post, clock, log: (line: string) => lines.push(line) };
  const purse = hasNoWallet === true ? {} : { wallet };
  const billing = new BookBilling({ ...common, ...purse, creditMsat: msat(1_000), ...rest });
  let requests = 0;
  const claim = (amountMsat: number, customer = CUSTOMER, job = 'run') => {
    requests += 1;
    return billing.claim({ customer, job, requestId: `request ${requests}`, amountMsat: msat(amountMsat) });
  };
  const standing = (customer = CUSTOMER) => standingOf(book.rows, PROVIDER, customer);
  const standingWith = (provider: string, customer: string) => standingOf(book.rows, provider, customer);
  /** Lets time pass, timer by timer, until then. */
  const until = async (seconds: number) => {
    const endMs = clock.now() + seconds * 1_000;
    const cancel = clock.after(seconds * 1_000, () => undefined);
    while (clock.now() < endMs) await clock.step();
    cancel();
    await settled();
  };
  return { clock, bank, account, wallet, book, lines, billing, claim, standing, standingWith, pay, until };
}
