import { join } from 'node:path';
import t from 'tap';
import { runsQuerySchema, selectionOf } from '../../../protocol/run-list.ts';
import { openTestLedger, type TestLedger } from '../../support/test-ledger.ts';
import { runIdOf, TRACE_BEGINS_MS, traceOf } from '../../support/traces.ts';

const ask = ({ runs }: TestLedger, query: object = {}) =>
  runs.page(selectionOf(runsQuerySchema.parse(query), TRACE_BEGINS_MS));
const idsOf = async (ledger: TestLedger, query: object = {}) => (await ask(ledger, query)).runs.map(({ id }) => id);

t.test('the list is true while its index is built, and follows whoever writes a run', async (t) => {
  const [ledger, other] = [await openTestLedger(t), await openTestLedger(t)];
  for (let number = 1; number <= 600; number++)
    await ledger.journal.commit(traceOf({ runId: runIdOf(number), queries: 0 }));
  const first = ask(ledger, { limit: 1_000 });
  await Promise.all([
    ledger.journal.commit(traceOf({ runId: runIdOf(601), queries: 1, experiment: 'x' })),
    ledger.delete(runIdOf(1)),
    ledger.taker.annotate(runIdOf(2), { experiment: 'x' }, TRACE_BEGINS_MS),
  ]);
  t.ok([599, 600, 601].includes((await first).total ?? 0));
  t.equal((await ask(ledger)).total, 600);
  t.same(await idsOf(ledger, { experiment: 'x' }), [runIdOf(601), runIdOf(2)]);
  await other.journal.commit(traceOf({ runId: runIdOf(700), queries: 0, experiment: 'x' }));
  await ledger.import(await other.export(runIdOf(700), join(other.home, 'folder')));
  await ledger.taker.annotate(runIdOf(2), { experiment: null }, TRACE_BEGINS_MS);
  await ledger.taker.take(traceOf({ runId: runIdOf(701), queries: 0, experiment: 'x' }));
  t.same(await idsOf(ledger, { experiment: 'x' }), [runIdOf(701), runIdOf(700), runIdOf(601)]);
  await ledger.delete(runIdOf(700));
  t.same(await idsOf(ledger, { experiment: 'x' }), [runIdOf(701), runIdOf(601)]);
  t.match((await ledger.runs.listed.experiments()).get('x'), { runs: 2, statuses: { done: 2 } });
});

t.test('a run that goes on is listed and sorted by how far it has come', async (t) => {
  const ledger = await openTestLedger(t);
  await ledger.journal.commit(traceOf({ runId: runIdOf(1), queries: 2 }));
  t.equal((await ask(ledger)).total, 1);
  const trace = traceOf({ runId: runIdOf(2), queries: 4 });
  await ledger.journal.commit(trace.slice(0, 1));
  t.same(await idsOf(ledger, { sort: 'cost' }), [runIdOf(1), runIdOf(2)]);
  await ledger.journal.commit(trace.slice(1, 16));
  const page = await ask(ledger, { sort: 'cost', status: 'running' });
  t.match(page.runs, [{ id: runIdOf(2), status: 'running', metrics: { cost_msat: 78 } }]);
  t.same(await idsOf(ledger, { sort: 'cost' }), [runIdOf(2), runIdOf(1)]);
  t.same(await idsOf(ledger, { cost_min_sats: 0.06 }), [runIdOf(2)]);
  await ledger.journal.commit(trace.slice(16));
  t.equal((await ask(ledger, { status: 'running' })).total, 0);
  t.match((await ask(ledger, { sort: 'coverage', order: 'asc' })).runs, [{ metrics: { coverage: 1 } }, {}]);
});

t.test('a page is not longer than asked, and an empty one tells how many there are', async (t) => {
  const ledger = await openTestLedger(t);
  for (let number = 1; number <= 7; number++)
    await ledger.journal.commit(traceOf({ runId: runIdOf(number), queries: 0 }));
  t.match(await ask(ledger, { limit: 0 }), { runs: [], next_cursor: null, total: 7 });
  const { next_cursor } = await ask(ledger, { limit: 3 });
  t.same(await idsOf(ledger, { limit: 3, cursor: next_cursor }), [4, 3, 2].map(runIdOf));
});
