import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import t from 'tap';
import { fold, toRunRecord } from '../../protocol/fold.ts';
import type { TraceEvent } from '../../protocol/trace.ts';
import { collect, openTestLedger } from '../support/test-ledger.ts';
import { runIdOf, TRACE_BEGINS_MS, traceOf } from '../support/traces.ts';

const RUN = runIdOf(1);
const LATER_MS = TRACE_BEGINS_MS + 3_600_000;
const INTERRUPTED = { code: 'interrupted', message: 'the process died' };

async function keysOf({ store }: Awaited<ReturnType<typeof openTestLedger>>, prefix: string): Promise<string[]> {
  return collect(store.keys({ gte: prefix, lt: `${prefix}~` }));
}

t.test(
  'a run that is over joins an experiment, gets scores and a note, and leaves again, in the trace and in the index',
  async (t) => {
    const ledger = await openTestLedger(t);
    await ledger.journal.commit(traceOf({ experiment: 'first' }));
    const heard: TraceEvent[] = [];
    ledger.journal.subscribe((events) => heard.push(...events));
    const annotated = await ledger.taker.annotate(
      RUN,
      { experiment: 'second', scores: { accuracy: 0.84 }, note: 'n' },
      LATER_MS,
    );
    t.match(annotated, { experiment: 'second', scores: { accuracy: 0.84 }, note: 'n', status: 'done' });
    t.same(await ledger.runs.get(RUN), annotated);
    t.same(toRunRecord(fold(await collect(ledger.runs.events(RUN)))), annotated, 'the record is the fold of the trace');
    t.match(heard, [{ type: 'RunAnnotate', seq: 17, timestamp_ms: LATER_MS }]);
    t.same(await keysOf(ledger, 'x!ex!'), [`x!ex!second!${RUN}`]);
    t.equal((await ledger.runs.list({ limit: 9, experiment: 'first' })).length, 0);
    t.equal((await ledger.runs.list({ limit: 9, experiment: 'second' })).length, 1);
    t.equal((await ledger.runs.list({ limit: 9, status: 'done' })).length, 1);
    await ledger.taker.annotate(RUN, { experiment: null, scores: { accuracy: null } }, LATER_MS);
    t.same(await keysOf(ledger, 'x!ex!'), []);
    t.match(await ledger.runs.get(RUN), { experiment: null, note: 'n' });
  },
);

t.test('what says nothing new is not told again, and only what is new is told', async (t) => {
  const ledger = await openTestLedger(t);
  await ledger.journal.commit(traceOf({ experiment: 'first' }));
  await ledger.taker.annotate(RUN, { scores: { a: 1, b: 2 } }, LATER_MS);
  await ledger.taker.annotate(RUN, { scores: { a: 1, b: 3, c: null }, experiment: 'first', note: null }, LATER_MS);
  await ledger.taker.annotate(RUN, { scores: { b: 3 } }, LATER_MS);
  await ledger.taker.annotate(RUN, {}, LATER_MS);
  const said = (await collect(ledger.runs.events(RUN, 17))).map(
    ({ v, run_id, seq, timestamp_ms, type, ...rest }) => rest,
  );
  t.strictSame(said, [{ scores: { a: 1, b: 2 } }, { scores: { b: 3 } }]);
});

t.test('many annotations at once each leave an event, without gaps', async (t) => {
  const ledger = await openTestLedger(t);
  await ledger.journal.commit(traceOf());
  await Promise.all(
    Array.from({ length: 50 }, (_, at) => ledger.taker.annotate(RUN, { scores: { [`s${at}`]: at } }, LATER_MS)),
  );
  const record = await ledger.runs.get(RUN);
  t.equal(Object.keys(record?.scores ?? {}).length, 50);
  t.same(toRunRecord(fold(await collect(ledger.runs.events(RUN)))), record);
});

t.test(
  'a run that goes on, or that nobody knows, is not annotated; nor is one given a thousand and one scores',
  async (t) => {
    const ledger = await openTestLedger(t);
    await ledger.journal.commit(traceOf({ ends: 'never' }));
    await t.rejects(ledger.taker.annotate(RUN, { note: 'x' }, LATER_MS), {
      code: 'request-invalid',
      message: /goes on/,
    });
    await t.rejects(ledger.taker.annotate(runIdOf(9), { note: 'x' }, LATER_MS), { code: 'run-unknown' });
    await ledger.journal.commit(traceOf({ runId: runIdOf(2) }));
    const scores = Object.fromEntries(Array.from({ length: 1_000 }, (_, at) => [`item:${at}`, 1]));
    await ledger.taker.annotate(runIdOf(2), { scores }, LATER_MS);
    await t.rejects(ledger.taker.annotate(runIdOf(2), { scores: { more: 1 } }, LATER_MS), { code: 'request-invalid' });
    t.ok(await ledger.taker.annotate(runIdOf(2), { scores: { more: 1, 'item:0': null } }, LATER_MS));
  },
);

t.test('an interrupted run can be annotated, and goes on behind it', async (t) => {
  const ledger = await openTestLedger(t);
  const trace = traceOf({ ends: 'never' });
  const end = { v: 1, run_id: RUN, seq: trace.length, timestamp_ms: LATER_MS } as const;
  await ledger.journal.commit([...trace, { ...end, type: 'RunFailed', error: INTERRUPTED }]);
  const stale = fold(await collect(ledger.runs.events(RUN)));
  await ledger.taker.annotate(RUN, { experiment: 'late' }, LATER_MS);
  t.throws(() => ledger.journal.takeUp(stale), { code: 'run-not-resumable', message: /while it was read/ });
  const state = fold(await collect(ledger.runs.events(RUN)));
  ledger.journal.takeUp(state);
  await t.rejects(
    ledger.taker.annotate(RUN, { note: 'x' }, LATER_MS),
    { code: 'request-invalid' },
    'somebody is about to go on',
  );
  await ledger.journal.commit([{ ...end, seq: state.next_seq, type: 'RunResume', times: 1 }]);
  await ledger.journal.commit([
    { ...end, seq: state.next_seq, type: 'RunDone', status: 'done', output: 'x', span_refs: [] },
  ]);
  t.match(await ledger.runs.get(RUN), { status: 'done', experiment: 'late' });
  t.same(await keysOf(ledger, 'x!ex!'), [`x!ex!late!${RUN}`]);
});

t.test(
  'events sent in any batches, cut and sent again, add up to the same run, which is there once its end is',
  async (t) => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record({ from: fc.double({ min: 0, max: 1, noNaN: true }), length: fc.integer({ min: 1, max: 40 }) }),
          {
            maxLength: 12,
          },
        ),
        async (batches) => {
          const ledger = await openTestLedger(t);
          const trace = traceOf({ queries: 12, experiment: 'sent' });
          for (const { from, length } of batches) {
            const begin = Math.floor(from * (await ledger.taker.nextSeq(RUN)));
            const taken = await ledger.taker.take(trace.slice(begin, begin + length));
            t.equal(taken.nextSeq, await ledger.taker.nextSeq(RUN));
            t.equal(taken.complete, taken.nextSeq === trace.length);
            t.equal((await ledger.runs.get(RUN)) !== undefined, taken.complete, 'half a run is in no list');
          }
          const rest = trace.slice(await ledger.taker.nextSeq(RUN));
          if (rest.length > 0) await ledger.taker.take(rest);
          t.strictSame(await ledger.taker.take(trace), { nextSeq: trace.length, taken: 0, complete: true });
          t.strictSame(await collect(ledger.runs.events(RUN)), trace);
          t.same(await ledger.runs.get(RUN), toRunRecord(fold(trace)));
          t.equal((await ledger.runs.list({ limit: 9, experiment: 'sent', status: 'done' })).length, 1);
        },
      ),
      { numRuns: 15 },
    );
  },
);

t.test('gaps, other runs, another past and what goes on here are refused, and nothing of them is kept', async (t) => {
  const ledger = await openTestLedger(t);
  const trace = traceOf();
  const refused = (events: readonly TraceEvent[], code: string) => t.rejects(ledger.taker.take(events), { code });
  await refused(trace.slice(1), 'trace-invalid');
  await refused([trace[0]!, trace[2]!], 'trace-invalid');
  await refused([trace[0]!, { ...trace[1]!, run_id: runIdOf(3) }], 'trace-invalid');
  await refused([], 'trace-invalid');
  await refused([...trace, { ...trace[1]!, seq: trace.length }], 'trace-invalid');
  t.equal(await ledger.taker.nextSeq(RUN), 0);
  await ledger.taker.take(trace);
  await refused([{ ...trace[0]!, timestamp_ms: 1 }], 'run-conflict');
  const live = traceOf({ runId: runIdOf(2), ends: 'never' });
  await ledger.journal.commit(live);
  await refused(live, 'run-conflict');
});

t.test(
  'a folder with annotations survives the round trip to the byte, and one that knows more adds the rest',
  async (t) => {
    const [here, there] = [await openTestLedger(t), await openTestLedger(t)];
    await here.journal.commit(traceOf());
    const before = await here.export(RUN, join(here.home, 'before'));
    t.same(await there.import(before), { runId: RUN, imported: true });
    await here.taker.annotate(RUN, { experiment: 'é', scores: { a: 0.5 }, note: 'later' }, LATER_MS);
    const after = await here.export(RUN, join(here.home, 'after'));
    t.same(await there.import(after), { runId: RUN, imported: true }, 'what was told since is new');
    t.same(await there.import(after), { runId: RUN, imported: false });
    t.same(await there.import(before), { runId: RUN, imported: false }, 'an older folder takes nothing away');
    t.same(await there.runs.get(RUN), await here.runs.get(RUN));
    const again = await there.export(RUN, join(there.home, 'again'));
    for (const name of ['trace.jsonl', 'config.json', 'metrics.json', 'output.txt'])
      t.equal(await readFile(join(again, name), 'utf8'), await readFile(join(after, name), 'utf8'), name);
    const trace = await readFile(join(after, 'trace.jsonl'), 'utf8');
    await writeFile(join(after, 'trace.jsonl'), trace.replace('later', 'other'));
    await t.rejects(there.import(after), { code: 'run-conflict', message: /part at seq 17/ });
  },
);

t.test(
  'the leaderboard counts a run that arrived in pieces once, and after a restart of the store the same',
  async (t) => {
    const ledger = await openTestLedger(t);
    const trace = traceOf({ queries: 5 });
    for (const event of trace) await ledger.taker.take([event]);
    const rollups = async () => {
      const rows: unknown[] = [];
      for await (const key of ledger.store.keys({ gte: 'a!prov!', lt: 'a!prov"' }))
        rows.push([key, await ledger.store.value(key)]);
      return rows;
    };
    const counted = await rollups();
    t.equal(counted.length, 1);
    await ledger.journal.recount();
    t.same(await rollups(), counted);
  },
);
