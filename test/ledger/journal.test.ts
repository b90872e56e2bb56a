import { join } from 'node:path';
import t, { type Test } from 'tap';
import { RunJournal } from '../../ledger/journal.ts';
import { StoredRuns } from '../../ledger/runs.ts';
import { Store } from '../../ledger/store/store.ts';
import type { TraceEvent } from '../../protocol/trace.ts';
import { promptTimer } from '../support/prompt-timer.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { runIdOf, traceOf } from '../support/traces.ts';

async function setUp(t: Test) {
  const folder = join(await temporaryFolder(t), 'store');
  const store = await Store.open(folder);

  const journal = new RunJournal(store, promptTimer);
  t.teardown(() => store.close());
  return { folder, store, journal, runs: new StoredRuns(store, journal) };
}

async function readAll(events: AsyncIterable<TraceEvent>): Promise<TraceEvent[]> {
  const all: TraceEvent[] = [];
  for await (const event of events) all.push(event);
  return all;
}

t.test('what was committed is read back, in order, with its record', async (t) => {
  const { journal, runs } = await setUp(t);
  const trace = traceOf({ queries: 50 });
  await Promise.all(trace.map((event) => journal.commit([event])));
  t.same(await readAll(runs.events(runIdOf(1))), trace);
  t.match(await runs.get(runIdOf(1)), { status: 'done', metrics: { sub_queries: 50, cost_msat: 1_300 } });
});
