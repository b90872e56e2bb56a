import t from 'tap';
import { followRun } from '../../../ledger/follow.ts';
import { VolatileJournal } from '../../../ledger/volatile/journal.ts';
import { VolatileRuns } from '../../../ledger/volatile/runs.ts';
import type { TraceEvent } from '../../../protocol/trace.ts';
import { collect } from '../../support/test-ledger.ts';
import { runIdOf, traceOf } from '../../support/traces.ts';

const RUN = runIdOf(1);

t.test(
  'without a log the runs of this process can be followed and asked for, and the oldest are forgotten',
  async (t) => {
    const journal = new VolatileJournal();
    const runs = new VolatileRuns(journal);
    const heard: TraceEvent[] = [];
    const trace = traceOf({ experiment: 'x' });
    await journal.commit(trace.slice(0, 1));
    const source = { events: runs.events.bind(runs), subscribe: journal.subscribe.bind(journal) };
    const ended = new Promise<void>((resolve, onFailure) => {
      const listener = (event: TraceEvent) => {
        heard.push(event);
        if (event.type === 'RunDone') resolve();
      };
      followRun(source, { runId: RUN, fromSeq: 0, listener, onFailure });
    });
    t.match(await runs.get(RUN), { status: 'running' });
    await Promise.all(trace.slice(1).map((event) => journal.commit([event])));
    await ended;
    t.same(heard, trace);
    t.match(await runs.get(RUN), { status: 'done', metrics: { cost_msat: 78 } });
    t.equal(journal.state(RUN), undefined);
    t.equal((await runs.list({ limit: 5, experiment: 'x', status: 'done' })).length, 1);
    t.equal((await runs.list({ limit: 5, experiment: 'y' })).length, 0);
    t.equal(await runs.resolve(RUN.toLowerCase()), RUN);
    for (let number = 2; number <= 9; number++) await journal.commit(traceOf({ runId: runIdOf(number) }));
    await t.rejects(runs.resolve(RUN), { code: 'run-unknown' });
    await t.rejects(collect(runs.events(RUN)), { code: 'run-unknown' });
    await t.rejects(journal.commit(trace.slice(1, 2)), { code: 'trace-invalid' });
  },
);

t.test('without a log a long run keeps only its latest events, and says so', async (t) => {
  const journal = new VolatileJournal();
  const runs = new VolatileRuns(journal);
  const trace = traceOf({ queries: 2_000, ends: 'never' });
  for (const event of trace) void journal.commit([event]);
  await journal.commit([{ ...trace.at(-1)!, seq: trace.length }]);
  await t.rejects(collect(runs.events(RUN)), { code: 'run-unknown', message: /before seq \d+ are gone/ });
  const latest = await collect(runs.events(RUN, 9_000));
  t.same([latest[0]?.seq, latest.at(-1)?.seq], [9_000, trace.length]);
});
