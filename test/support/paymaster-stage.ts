// A run that owes something to a provider, and everybody who is needed to pay it: a book in memory, a wallet that makes trouble,
// a desk that asks for invoices, and time that is turned by hand.
import type { BookOperation } from '../../conductor/ports.ts';
import { balanceOf, balancesWithin, paidAccount } from '../../ledger/book/accounts.ts';
import { Book, type Operation } from '../../ledger/book/book.ts';
import { findPayout } from '../../ledger/book/payout.ts';
import { RunBudgets } from '../../ledger/book/run-budgets.ts';
import { type InvoiceDesk, Paymaster } from '../../node/wallet/paymaster.ts';
import { PayoutWatch } from '../../node/wallet/payout-watch.ts';
import type { Wallet } from '../../node/wallet/port.ts';
import { msat } from '../../protocol/money.ts';
import type { PayoutFact } from '../../protocol/trace.ts';
import { TroubledWallet } from './troubled-wallet.ts';
import { VirtualClock } from './virtual-clock.ts';

export const RUN = '01ARZ3NDEKTSV4RRFFQ69G5FAV';
export const PROVIDER = 'a'.repeat(64);
export const OTHER = 'b'.repeat(64);
export const OWED = 26_001;

type Wanted = Parameters<InvoiceDesk['requestInvoice']>[0];

/** A run that owes OWED msat to PROVIDER, and everybody who is needed to pay it. */
export function paymasterStage(clock = new VirtualClock()) {
  const book = Book.volatile(() => clock.now());
  const budgets = new RunBudgets(book);
  budgets.openRun(RUN, msat(1_000_000), 0);
  const owe = (provider: string, query: string, amount: number) => {
    budgets.reserve(RUN, query, msat(amount));
    budgets.settle(RUN, query, provider, msat(amount));
  };
  owe(PROVIDER, '0.0', OWED);
  /** Another run owes it as well, and goes on. */
  const oweFor = (runId: string, provider: string, amount: number) => {
    budgets.openRun(runId, msat(1_000), 0);
    budgets.reserve(runId, '0.0', msat(amount));
    budgets.settle(runId, '0.0', provider, msat(amount));
  };
  const wallet = new TroubledWallet(clock);
  const notices: string[] = [];
  const asked: Wanted[] = [];
  const desk = {
    reaches: () => true,
    invoice: (wanted: Wanted): string => wallet.invoiceFor(wanted.amountMsat),
    async requestInvoice(wanted: Wanted): Promise<string> {
      asked.push(wanted);
      return this.invoice(wanted);
    },
  };
  /** How operations that no run tells of become durable: at once, where a test does not replace it. */
  const disk = { post: async (_operation: Operation): Promise<void> => undefined };
  const watchOptions = {
    wallet: wallet as unknown as Wallet,
    book,
    post: (operation: Operation) => disk.post(operation),
    clock,
    notice: (line: string) => void notices.push(line),
  };
  const watch = new PayoutWatch(watchOptions);
  let ids = 0;
  const freshId = () => `payout-${++ids}`;
  const paymaster = new Paymaster({ ...watchOptions, watch, desk, freshId, thresholdMsat: msat(50_000) });
  const told: PayoutFact[] = [];
  const tell = async (fact: PayoutFact, _operation: BookOperation) => void told.push(fact);
  const payRun = () => clock.runUntil(paymaster.payRun(RUN, tell));
  const kinds = () => told.map(({ type }) => type);
  const owedMsat = () => [...balancesWithin(book.rows, 'payable/')].reduce((sum, [, amount]) => sum + amount, 0);
  const paidMsat = () => balanceOf(book.rows, paidAccount(PROVIDER));
  const stateOf = (id: string) => findPayout(book.rows, id)?.state;
  /** Lets the clock run until a payout has come to an end. */
  const untilFinal = () => clock.runUntil(watch.watch('payout-1'));
  return {
    clock,
    book,
    budgets,
    owe,
    oweFor,
    wallet,
    disk,
    desk,
    asked,
    watch,
    paymaster,
    told,
    tell,
    payRun,
    kinds,
    owedMsat,
    paidMsat,
    stateOf,
    notices,
    untilFinal,
  };
}
