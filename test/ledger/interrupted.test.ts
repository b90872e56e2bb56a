import { join } from 'node:path';
import t, { type Test } from 'tap';
import { ALL_PAYABLES, balancesWithin, payableAccount } from '../../ledger/book/accounts.ts';
import { Book } from '../../ledger/book/book.ts';
import { openPayoutsAhead } from '../../ledger/book/escrow.ts';
import { findPayout, openPayouts } from '../../ledger/book/payout.ts';
import { openRunsOf } from '../../ledger/book/reserve.ts';
import { RunBudgets } from '../../ledger/book/run-budgets.ts';
import { verifyBook } from '../../ledger/book/verify.ts';
import { closeInterrupted, giveUpPlanned } from '../../ledger/interrupted.ts';
import { RunJournal } from '../../ledger/journal.ts';
import { StoredRuns } from '../../ledger/runs.ts';
import { eventKey, runKey, statusKey } from '../../ledger/store/keys.ts';
import { del, Store } from '../../ledger/store/store.ts';
import { fold } from '../../protocol/fold.ts';
import { msat } from '../../protocol/money.ts';
import { type TraceEvent, traceEventSchema } from '../../protocol/trace.ts';
import { FailingWrites } from '../support/book/failing-writes.ts';
import { decisionOf } from '../support/book/payments.ts';
import { promptTimer } from '../support/prompt-timer.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { collect } from '../support/test-ledger.ts';
import { runIdOf, TRACE_BEGINS_MS, traceOf } from '../support/traces.ts';

t.test('the next owner closes what a dead process left, keeping its answers, its holds released', async (t) => {
  const folder = join(await temporaryFolder(t), 'store');
  const died = await Store.open(folder);
  const journal = new RunJournal(died, promptTimer, await Book.open(died, () => 0));
  await journal.commit(traceOf({ runId: runIdOf(1), experiment: 'x' }).slice(0, 9)); // one answered, one in flight
  await journal.commit(traceOf({ runId: runIdOf(2) }));
  await died.close();

  const store = await Store.open(folder);
  t.teardown(() => store.close());
  const book = await Book.open(store, () => 0);
  const next = new RunJournal(store, promptTimer, book);
  const runs = new StoredRuns(store, next);
  t.match(await runs.get(runIdOf(1)), { status: 'running' }, 'until then it is readable as it was');
  await next.commit(traceOf({ runId: runIdOf(3), ends: 'never' }));

  const day = 86_400_000;
  const closed = await closeInterrupted(store, book, next, TRACE_BEGINS_MS + day);
  t.same(closed, [await runs.get(runIdOf(1))]);
  t.match(closed[0], {
    status: 'failed',
    error: { code: 'interrupted', message: /noticed at 2023-11-15/ },
    metrics: { chunks_answered: 1, cancelled: 1, cost_msat: 26, elapsed_ms: 8 },
  });
  const events = await collect(runs.events(runIdOf(1)));
  t.same(
    events.slice(9).map(({ type }) => type),
    ['SubQueryCancel', 'BudgetRelease', 'RunFailed'],
  );
  for (const event of events) traceEventSchema.parse(event);
  t.match(fold(events), { held_msat: 0, in_flight: 0 });
  t.same(
    await closeInterrupted(store, book, next, TRACE_BEGINS_MS),
    [],
    'once is enough, and the run going on is left alone',
  );
  t.same(
    (await runs.list({ limit: 9, status: 'running' })).map(({ id }) => id),
    [runIdOf(3)],
  );
});

/** A run that reserves, settles and reserves again; then its process is gone. */
async function abandoned(t: Test): Promise<string> {
  const folder = join(await temporaryFolder(t), 'store');
  const store = await Store.open(folder);
  const book = await Book.open(store, () => 0);
  const journal = new RunJournal(store, promptTimer, book);
  const budgets = new RunBudgets(book);
  const trace = traceOf({ runId: runIdOf(1), ends: 'never' });
  const [provider, price] = ['ab'.repeat(32), msat(26)];
  const operations = [
    () => budgets.openRun(runIdOf(1), msat(100), 0),
    undefined,
    () => budgets.reserve(runIdOf(1), '0.0', price),
    undefined,
    undefined,
    () => budgets.settle(runIdOf(1), '0.0', provider, price),
    undefined,
    () => budgets.reserve(runIdOf(1), '1.0', price),
    undefined,
  ];
  for (const [seq, operate] of operations.entries()) await journal.commit([trace[seq]!], operate?.());
  await store.close();
  return folder;
}

async function recovered(t: Test, folder: string) {
  const store = await Store.open(folder);
  t.teardown(() => store.close());
  const book = await Book.open(store, () => 0);
  const journal = new RunJournal(store, promptTimer, book);
  const closed = await closeInterrupted(store, book, journal, TRACE_BEGINS_MS);
  return { store, book, journal, closed, events: await collect(new StoredRuns(store, journal).events(runIdOf(1))) };
}

t.test('the budget of a dead run ends with it: what was held is free, what was settled is owed (I11)', async (t) => {
  const { book, closed, events } = await recovered(t, await abandoned(t));
  t.match(closed, [{ status: 'failed', error: { code: 'interrupted' } }]);
  t.same([...openRunsOf(book.rows)], []);
  t.same([...balancesWithin(book.rows, ALL_PAYABLES)], [[payableAccount('ab'.repeat(32), runIdOf(1)), 26]]);
  t.match(fold(events), { held_msat: 0, in_flight: 0 });
});

t.test('a trace that lost its end in a power cut is cut at the hole, and the money is as the book says', async (t) => {
  const folder = await abandoned(t);
  const torn = await Store.open(folder);
  await torn.write([del(eventKey(runIdOf(1), 4))], { sync: true });
  await torn.close();
  const { book, closed, events } = await recovered(t, folder);
  t.match(closed, [{ status: 'failed', error: { message: /lost in a power cut/ } }]);
  t.same(
    events.map(({ type }) => type),
    ['RunInit', 'EnvLoadFragment', 'BudgetReserve', 'SubQuerySubmit', 'SubQueryCancel', 'BudgetRelease', 'RunFailed'],
  );
  t.same([...openRunsOf(book.rows)], []);
  t.same([...balancesWithin(book.rows, ALL_PAYABLES)], [[payableAccount('ab'.repeat(32), runIdOf(1)), 26]]);
});

t.test('a budget whose trace is gone is closed as well', async (t) => {
  const folder = await abandoned(t);
  const torn = await Store.open(folder);
  await torn.write([del(statusKey('running', runIdOf(1))), del(runKey(runIdOf(1)))], { sync: true });
  await torn.close();
  const store = await Store.open(folder);
  t.teardown(() => store.close());
  const book = await Book.open(store, () => 0);
  t.same(await closeInterrupted(store, book, new RunJournal(store, promptTimer, book), TRACE_BEGINS_MS), []);
  t.same([...openRunsOf(book.rows)], []);
});

t.test('what could not be closed because a write failed is closed by the next who tries', async (t) => {
  const folder = await abandoned(t);
  const store = await Store.open(folder);
  t.teardown(() => store.close());
  const writes = new FailingWrites();
  writes.into(store);
  const book = await Book.open(store, () => 0);
  const journal = new RunJournal(store, promptTimer, book);
  writes.arm('nothing');
  await t.rejects(closeInterrupted(store, book, journal, TRACE_BEGINS_MS), { code: 'store-failed' });
  t.match(book.fault, { code: 'store-failed' }, 'memory is ahead of the disk');
  await book.recover();
  t.same([...openRunsOf(book.rows)], [runIdOf(1)]);
  t.match(await closeInterrupted(store, book, journal, TRACE_BEGINS_MS), [{ id: runIdOf(1) }]);
  t.same([...openRunsOf(book.rows)], []);
});

t.test(
  'the end of a dead run and of its budget are one write: a second crash leaves no closed run that holds',
  async (t) => {
    const folder = await abandoned(t);
    const store = await Store.open(folder);
    t.teardown(() => store.close());
    const book = await Book.open(store, () => 0);
    const writes = new FailingWrites();
    writes.into(store);
    writes.armAfter(1, 'nothing');
    await closeInterrupted(store, book, new RunJournal(store, promptTimer, book), TRACE_BEGINS_MS);
    t.equal(writes.failed, 0, 'there is no second write');
    t.match(await verifyBook(store, book), { runs_open: 0, holds: 0, faults: [] });
  },
);

t.test('what a dead run had in escrow counts as spent only where its preimage was told', async (t) => {
  const folder = join(await temporaryFolder(t), 'store');
  const died = await Store.open(folder);
  const book = await Book.open(died, () => 0);
  const journal = new RunJournal(died, promptTimer, book);
  const runId = runIdOf(1);
  const [init, ...rest] = traceOf({ runId, queries: 4, ends: 'never' });
  await journal.commit([init!], book.do('open', 'open-run', { run_id: runId, limit_msat: 1_000, fee_ppm: 0 }));
  await journal.commit(
    rest.filter(({ type }) => !/^(Budget|SubQuery)/.test(type)).map((event, at) => ({ ...event, seq: at + 1 })),
  );
  let seq = 5;
  const told = (fact: object) =>
    [{ v: 1, run_id: runId, seq: seq++, timestamp_ms: TRACE_BEGINS_MS, ...fact }] as TraceEvent[];
  const provider = 'ab'.repeat(32);
  for (const number of [0, 1, 2]) {
    const [query_id, payout_id] = [`${number}.0`, `p${number}`];
    const reserved = book.do(`reserve ${number}`, 'reserve', { run_id: runId, query_id, price_msat: 26 });
    await journal.commit(told({ type: 'BudgetReserve', query_id, amount_msat: 26 }), reserved);
    const facts = { run_id: runId, query_id, payout_id, provider, ...decisionOf(number) };
    const paid =
      number === 2
        ? book.do(payout_id, 'prepay-payout', facts)
        : book.do(payout_id, 'escrow-payout', { ...facts, request_id: 'cd'.repeat(32) });
    await journal.commit(told({ type: 'PayoutStart', payout_id, provider, amount_msat: 26, query_id }), paid);
  }
  await journal.post(book.do('reveal', 'reveal-payout', { payout_id: 'p1' }));
  await died.close();

  const { closed, events, book: after } = await recovered(t, folder);
  t.same(
    events.slice(seq).map((event) => [event.type, 'query_id' in event ? event.query_id : undefined]),
    [
      ['PayoutUnknown', undefined],
      ['BudgetRelease', '0.0'],
      ['PayoutUnknown', undefined],
      ['BudgetSettle', '1.0'],
      ['PayoutUnknown', undefined],
      ['BudgetSettle', '2.0'],
      ['RunFailed', undefined],
    ],
  );
  t.match(fold(events), { held_msat: 0, spent_msat: 52, released_msat: 26 });
  t.match(closed, [{ metrics: { cost_msat: 52, paid_msat: 0 } }]);
  t.same([...openRunsOf(after.rows)], []);
  t.equal([...openPayoutsAhead(after.rows)].length, 3, 'each is still to be looked up');
});

t.test('what a dead process had only planned to pay is owed again; what it had sent stays on its way', async (t) => {
  const folder = join(await temporaryFolder(t), 'store');
  const died = await Store.open(folder);
  const book = await Book.open(died, () => 0);
  const journal = new RunJournal(died, promptTimer, book);
  const budgets = new RunBudgets(book);
  await journal.post(budgets.openRun(runIdOf(1), msat(1_000), 0));
  for (const [index, provider] of ['a', 'b'].entries()) {
    await journal.post(budgets.reserve(runIdOf(1), `${index}.0`, msat(10)));
    await journal.post(budgets.settle(runIdOf(1), `${index}.0`, provider.repeat(64), msat(10)));
    await journal.post(
      book.do(`plan/${provider}`, 'plan-payout', { payout_id: provider, provider: provider.repeat(64) }),
    );
  }
  await journal.post(book.do('send/b', 'send-payout', { payout_id: 'b', ...decisionOf(1) }));
  await died.close();

  const store = await Store.open(folder);
  t.teardown(() => store.close());
  const next = await Book.open(store, () => 0);
  await giveUpPlanned(next, new RunJournal(store, promptTimer, next));
  t.same(
    [...openPayouts(next.rows)].map(({ id, state }) => [id, state]),
    [['b', 'sent']],
  );
  t.same([...balancesWithin(next.rows, ALL_PAYABLES)], [[payableAccount('a'.repeat(64), runIdOf(1)), 10]]);
  t.match(findPayout(next.rows, 'a'), { state: 'failed', reason: /before the wallet was asked/ });
});
