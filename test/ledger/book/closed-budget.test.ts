import t from 'tap';
import { closedBudget } from '../../../ledger/book/closed-budget.ts';
import { RunBudgets } from '../../../ledger/book/run-budgets.ts';
import { verifyBook } from '../../../ledger/book/verify.ts';
import { msat } from '../../../protocol/money.ts';
import { openTestLedger } from '../../support/test-ledger.ts';
import { runIdOf } from '../../support/traces.ts';

const [RUN, PROVIDER] = [runIdOf(1), 'f'.repeat(64)];

t.test('what a budget came to is read from the entry that closed it last, routing included', async (t) => {
  const { store, book, journal } = await openTestLedger(t);
  const budgets = new RunBudgets(book);
  await t.rejects(closedBudget(store, RUN), { code: 'internal' });
  let settledMsat = 0;
  for (let times = 0; times < 4; times++) {
    const reopening = { limitMsat: msat(10_000), settledMsat: msat(settledMsat), feePpm: 10_000, times };
    await journal.post(times === 0 ? budgets.openRun(RUN, msat(10_000), 10_000) : budgets.reopenRun(RUN, reopening));
    for (const query of ['a', 'b']) {
      // Handed over at once, so that the closing entry stands in the middle of a row now and then.
      const done = [budgets.reserve(RUN, `${query}${times}`, msat(1_000))];
      done.push(budgets.settle(RUN, `${query}${times}`, PROVIDER, msat(times * 100)));
      settledMsat += times * 101;
      if (query === 'b') done.push(budgets.closeRun(RUN));
      await Promise.all(done.map((operation) => journal.post(operation)));
    }
    t.same(await closedBudget(store, RUN), { limitMsat: 10_000, settledMsat, times });
  }
  t.match(await verifyBook(store, book), { faults: [], runs_open: 0 });
});
