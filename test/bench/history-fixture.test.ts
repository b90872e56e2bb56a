import t from 'tap';
import { madeRun, writeHistory } from '../../bench/history-fixture.ts';
import { fold, toRunRecord } from '../../protocol/fold.ts';
import { runsQuerySchema, selectionOf } from '../../protocol/run-list.ts';
import { traceEventSchema } from '../../protocol/trace.ts';
import { collect, openTestLedger } from '../support/test-ledger.ts';
import { runIdOf } from '../support/traces.ts';

t.test('a made history is what the journal would have written: each record is the fold of its events', async (t) => {
  for (let number = 1; number <= 20; number++) {
    const { events, record } = madeRun(number);
    for (const event of events) traceEventSchema.parse(event);
    t.same(toRunRecord(fold(events)), record, `run ${number}`);
  }
});

t.test('its runs are found by every filter, and their events are there', async (t) => {
  const ledger = await openTestLedger(t);
  const events = await writeHistory(ledger.store, 300);
  t.ok(events > 300 * 90 && events < 300 * 110, `${events} events`);
  const ask = (query: object) => ledger.runs.page(selectionOf(runsQuerySchema.parse(query), 0));
  t.match(await ask({ status: 'failed', sort: 'cost' }), { total: 30 });
  t.match(await ask({ method: 'pylon.local', text: 'why' }), { total: 75 });
  t.strictSame(await collect(ledger.runs.events(runIdOf(17))), madeRun(17).events);
  t.same(await ledger.runs.get(runIdOf(17)), madeRun(17).record);
});
