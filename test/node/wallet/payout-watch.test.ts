import { join } from 'node:path';
import t, { type Test } from 'tap';
import { balancesWithin } from '../../../ledger/book/accounts.ts';
import { Book, type Operation } from '../../../ledger/book/book.ts';
import { findPayout, openPayouts } from '../../../ledger/book/payout.ts';
import { RunBudgets } from '../../../ledger/book/run-budgets.ts';
import { RunJournal } from '../../../ledger/journal.ts';
import { Store } from '../../../ledger/store/store.ts';
import { Paymaster } from '../../../node/wallet/paymaster.ts';
import { PayoutWatch } from '../../../node/wallet/payout-watch.ts';
import type { Wallet } from '../../../node/wallet/port.ts';
import { msat } from '../../../protocol/money.ts';
import { FailingWrites, type Fate } from '../../support/book/failing-writes.ts';
import { paymasterStage } from '../../support/paymaster-stage.ts';
import { promptTimer } from '../../support/prompt-timer.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { TroubledWallet } from '../../support/troubled-wallet.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

const RUN = '01ARZ3NDEKTSV4RRFFQ69G5FAV';
const PROVIDER = 'a'.repeat(64);
const OWED = 26_001;

/** A run on disk that owes OWED msat, and a payment of it, of whose writes one fails. */
async function stage(t: Test, failsAfter: number, fate: Fate) {
  const clock = new VirtualClock();
  const store = await Store.open(join(await temporaryFolder(t), 'store'));
  t.teardown(() => store.close());
  const writes = new FailingWrites();
  writes.into(store);
  const book = await Book.open(store, () => clock.now());
  const journal = new RunJournal(store, promptTimer, book);
  const budgets = new RunBudgets(book);
  await journal.post(budgets.openRun(RUN, msat(1_000_000), 0));
  await journal.post(budgets.reserve(RUN, '0.0', msat(OWED)));
  await journal.post(budgets.settle(RUN, '0.0', PROVIDER, msat(OWED)));
  writes.armAfter(failsAfter, fate);
  const wallet = new TroubledWallet(clock);
  const notices: string[] = [];
  const options = {
    wallet: wallet as unknown as Wallet,
    book,
    post: (operation: Operation) => journal.post(operation),
    clock,
    notice: (line: string) => void notices.push(line),
  };
  const watch = new PayoutWatch(options);
  t.teardown(() => watch.close());
  const desk = { reaches: () => true, requestInvoice: async () => wallet.invoiceFor(OWED) };
  const paymaster = new Paymaster({ ...options, watch, desk, freshId: () => 'p1', thresholdMsat: msat(1) });
  /** As a run's trace does: it never rejects, and the run ends. */
  const tell = async (_fact: unknown, operation: unknown) =>
    journal.post(operation as Operation).catch(() => undefined);
  return { clock, book, wallet, watch, writes, paymaster, tell, notices };
}

/** Turns the clock until it is so; what is written meanwhile takes real time. */
async function until(clock: VirtualClock, isSo: () => boolean): Promise<void> {
  while (!isSo()) await clock.step();
}

const WRITES = ['the plan', 'the decision', 'the settlement'];

for (const [failsAfter, what] of WRITES.entries())
  for (const fate of ['nothing', 'all'] as const)
    for (const how of ['payRun', 'noteOwed'] as const)
      t.test(`${what} is not written (${fate} is on disk, ${how}): the payout still comes to one end`, async (t) => {
        const s = await stage(t, failsAfter, fate);
        const told = s.tell as Parameters<Paymaster['payRun']>[1];
        const { book, writes } = s;
        if (how === 'payRun') void s.paymaster.payRun(RUN, told);
        else s.paymaster.noteOwed(PROVIDER, RUN, told); // nobody waits for it, so nobody may have to hear of it
        await until(s.clock, () => writes.failed === 1);
        await until(s.clock, () => book.fault === undefined && [...openPayouts(book.rows)].length === 0);
        const sum = (prefix: string) =>
          [...balancesWithin(s.book.rows, prefix)].reduce((all, [, msat]) => all + msat, 0);
        t.equal(sum('paid/') + sum('payable/'), OWED);
        t.equal(sum('paid/'), s.wallet.paidMsat, 'the books say what the wallet did');
        t.equal(s.wallet.paidMsat, what === 'the settlement' ? OWED : 0);
      });

t.test('one denial is not believed: what a wallet knows may take a moment to be seen', async (t) => {
  const s = paymasterStage();
  s.wallet.trouble = { paysAfterMs: 100, answers: 'silence' };
  s.wallet.lookups = 'not-found';
  await s.payRun();
  const lookup = s.wallet.lookupInvoice.bind(s.wallet);
  s.wallet.lookupInvoice = async (wanted) => {
    // Until the first second in which nothing can be paid any more, and not once again.
    if (s.clock.now() / 1_000 > (findPayout(s.book.rows, 'payout-1')?.void_at ?? 0) + 6) s.wallet.lookups = undefined;
    return lookup(wanted);
  };
  await s.untilFinal();
  t.equal(s.stateOf('payout-1'), 'settled');
  t.equal(s.owedMsat(), 0, 'it would have been paid twice');
});

t.test(
  'before it is closed it looks once more, and waits neither for the next lookup nor for a silent wallet',
  async (t) => {
    const s = paymasterStage();
    s.wallet.trouble = { answers: 'silence' };
    s.wallet.lookups = 'gone';
    await s.payRun();
    t.equal(s.stateOf('payout-1'), 'unknown');
    const silent = s.wallet.lookupInvoice.bind(s.wallet);
    s.wallet.lookupInvoice = () => new Promise(() => undefined);
    const beforeMs = s.clock.now();
    await s.clock.runUntil(s.watch.lookOnceMore());
    t.ok(s.clock.now() - beforeMs <= 2_000, 'a silent wallet does not hold up the end');

    const other = paymasterStage();
    other.wallet.trouble = { answers: 'silence' };
    await other.payRun();
    for (const known of other.wallet.known.values()) known.paid = 1;
    const atMs = other.clock.now();
    await other.watch.lookOnceMore();
    t.equal(other.stateOf('payout-1'), 'settled', 'what was paid while nobody looked is written down');
    t.equal(other.clock.now(), atMs);
    s.wallet.lookupInvoice = silent;
  },
);
