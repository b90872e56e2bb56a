import t from 'tap';
import { Experiments } from '../../ledger/experiments.ts';
import { experimentListSchema, experimentViewSchema } from '../../protocol/experiment-report.ts';
import { openTestLedger } from '../support/test-ledger.ts';
import { runIdOf, TRACE_BEGINS_MS, traceOf } from '../support/traces.ts';

const HOUR_MS = 3_600_000;

t.test('experiments are counted from their runs, and follow those that join, leave, or are deleted', async (t) => {
  const ledger = await openTestLedger(t);
  const experiments = new Experiments(ledger.store, ledger.runs.listed);
  t.same(await experiments.list(), { experiments: [], total: 0 });
  for (const number of [1, 2, 3])
    await ledger.journal.commit(traceOf({ runId: runIdOf(number), queries: 1, experiment: 'a!' }));
  await ledger.journal.commit(traceOf({ runId: runIdOf(4), queries: 1, ends: 'RunFailed', experiment: 'b/ä' }));
  const { experiments: all } = experimentListSchema.parse(await experiments.list());
  t.match(
    all.find(({ name }) => name === 'a!'),
    { runs: 3, statuses: { done: 3, failed: 0 }, methods: ['pylon.map_reduce'], cost_sats: 0.078, note: null },
  );
  await ledger.taker.annotate(runIdOf(1), { experiment: 'b/ä' }, TRACE_BEGINS_MS);
  await ledger.delete(runIdOf(2));
  const view = experimentViewSchema.parse(await experiments.view('b/ä'));
  t.match(view.experiment, { runs: 2, statuses: { done: 1, failed: 1 } });
  t.same(new Set(view.runs.map(({ id }) => id)), new Set([runIdOf(1), runIdOf(4)]));
  t.equal(view.comparison.runs.length, 2);
  t.match(await experiments.view('a!'), { experiment: { runs: 1 } });
});

t.test('a note stays when its runs are gone, and goes when it is emptied', async (t) => {
  const ledger = await openTestLedger(t);
  const experiments = new Experiments(ledger.store, ledger.runs.listed);
  await t.rejects(experiments.note('nobody', 'x', 0), { code: 'experiment-unknown', value: 'nobody' });
  await t.rejects(experiments.view('nobody'), { code: 'experiment-unknown' });
  await ledger.journal.commit(traceOf({ queries: 0, experiment: 'e' }));
  const laterMs = TRACE_BEGINS_MS + HOUR_MS;
  t.match(await experiments.note('e', 'why?', laterMs), { note: 'why?', updated_at: new Date(laterMs).toISOString() });
  await experiments.note('e', 'why?', laterMs + HOUR_MS);
  t.match(await experiments.list(), { experiments: [{ updated_at: new Date(laterMs).toISOString() }] }, 'said before');
  await ledger.delete(runIdOf(1));
  t.match(await experiments.view('e'), { experiment: { runs: 0, note: 'why?' }, runs: [], comparison: { runs: [] } });
  await experiments.note('e', '', laterMs);
  t.same(await experiments.list(), { experiments: [], total: 0 });
});
