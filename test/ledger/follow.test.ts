import fc from 'fast-check';
import t from 'tap';
import { followRun } from '../../ledger/follow.ts';
import type { EventListener } from '../../ledger/writing/listeners.ts';
import type { PylonError } from '../../protocol/errors.ts';
import type { TraceEvent } from '../../protocol/trace.ts';
import { openTestLedger } from '../support/test-ledger.ts';
import { runIdOf, traceOf } from '../support/traces.ts';

const RUN = runIdOf(1);

t.test('a follower that comes in the middle hears all of it once, in order, and then no more', async (t) => {
  const { journal, runs } = await openTestLedger(t);
  const trace = traceOf({ queries: 60 });
  const source = {
    events: (id: string, fromSeq: number) => runs.events(id, fromSeq),
    subscribe: (listener: EventListener) => journal.subscribe(listener),
  };
  await journal.commit(trace.slice(0, 100));
  const heard: TraceEvent[] = [];
  const ended = new Promise<void>((resolve, onFailure) => {
    const listener = (event: TraceEvent) => {
      heard.push(event);
      if (event.type === 'RunDone') resolve();
    };
    followRun(source, { runId: RUN, fromSeq: 7, listener, onFailure });
  });
  await journal.commit(traceOf({ runId: runIdOf(2) }));
  await Promise.all(trace.slice(100).map((event) => journal.commit([event])));
  await ended;
  t.same(heard, trace.slice(7));
});

t.test('however replay and live events overlap, each event is heard exactly once', async (t) => {
  const trace = traceOf({ queries: 4 });
  const cut = fc.integer({ min: 0, max: trace.length });
  const property = fc.asyncProperty(
    cut,
    cut,
    cut,
    fc.array(cut, { maxLength: 5 }),
    async (stored, live, from, pauses) => {
      let tell: EventListener = () => undefined;
      const source = {
        async *events(_id: string, fromSeq: number) {
          for (const event of trace.slice(fromSeq, stored)) {
            if (pauses.includes(event.seq)) await null;
            yield event;
          }
        },
        subscribe(listener: EventListener) {
          tell = listener;
          return () => {
            tell = () => undefined;
          };
        },
      };
      const heard: TraceEvent[] = [];
      const listener = (event: TraceEvent) => heard.push(event);
      const onFailure = (error: PylonError) => {
        throw error;
      };
      followRun(source, { runId: RUN, fromSeq: from, listener, onFailure });
      for (const event of trace.slice(Math.min(live, stored))) {
        if (pauses.includes(event.seq)) await null;
        tell([event]);
      }
      await new Promise((resolve) => setImmediate(resolve));
      return heard.length === trace.length - from && heard.every((event, index) => event === trace[from + index]);
    },
  );
  await t.resolves(fc.assert(property, { numRuns: 200 }));
});

t.test('a follower goes on past an interruption behind which the run was resumed', async (t) => {
  const [init, ...rest] = traceOf({ queries: 1 });
  const header = { v: 1 as const, run_id: RUN, timestamp_ms: init!.timestamp_ms };
  const failed: TraceEvent = { ...header, seq: 1, type: 'RunFailed', error: { code: 'interrupted', message: '' } };
  const resumed: TraceEvent = { ...header, seq: 2, type: 'RunResume', times: 1 };
  const trace = [init!, failed, resumed, ...rest.map((event) => ({ ...event, seq: event.seq + 2 }))];
  for (let stored = 0; stored <= trace.length; stored++) {
    let tell: EventListener = () => undefined;
    const source = {
      async *events() {
        yield* trace.slice(0, stored);
      },
      subscribe(listener: EventListener) {
        tell = listener;
        return () => {
          tell = () => undefined;
        };
      },
    };
    const heard: TraceEvent[] = [];
    const onFailure = (error: PylonError) => t.fail(error.message);
    followRun(source, { runId: RUN, fromSeq: 0, listener: (event) => heard.push(event), onFailure });
    tell(trace.slice(Math.max(0, stored - 1))); // before the replay is over
    await new Promise((resolve) => setImmediate(resolve));
    t.same(heard, trace, `${stored} are stored`);
    tell([{ ...resumed, seq: trace.length }]);
    t.same(heard, trace, 'and then no more');
  }
});

t.test('following a run that is not there fails once; who stopped hears nothing', async (t) => {
  const { journal, runs } = await openTestLedger(t);
  const source = {
    events: (id: string, fromSeq: number) => runs.events(id, fromSeq),
    subscribe: (listener: EventListener) => journal.subscribe(listener),
  };
  const listener = () => t.fail('nothing should be heard');
  const error = await new Promise((onFailure) => followRun(source, { runId: RUN, fromSeq: 0, listener, onFailure }));
  t.match(error, { code: 'run-unknown' });
  const stop = followRun(source, { runId: RUN, fromSeq: 0, listener, onFailure: listener });
  stop();
  await journal.commit(traceOf());
});
