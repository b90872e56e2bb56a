import { join } from 'node:path';
import t from 'tap';
import { Book } from '../../ledger/book/book.ts';
import { closeInterrupted } from '../../ledger/interrupted.ts';
import { RunJournal } from '../../ledger/journal.ts';
import { StoredRuns } from '../../ledger/runs.ts';
import { Store } from '../../ledger/store/store.ts';
import { fold } from '../../protocol/fold.ts';
import { traceEventSchema } from '../../protocol/trace.ts';
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
