// The one fold: any way of reading a trace gives the same state, and no gap is overlooked.
import fc from 'fast-check';
import t from 'tap';
import { fold, foldEvent, latenciesOf, metricsOf, type RunState, toRunRecord } from '../../protocol/fold.ts';
import { CHUNKS_MAX } from '../../protocol/limits.ts';
import { runRecordSchema } from '../../protocol/run.ts';
import { type TraceEvent, traceEventSchema } from '../../protocol/trace.ts';
import { lawfulTrace as trace } from '../support/lawful-trace.ts';

const BROKEN = { code: 'trace-invalid' };
/** A state as plain data, so that two can be compared. */
const plain = (state: RunState) => ({ ...state, queries: [...state.queries] });

t.test('following a run live, in any pieces, gives what reading it whole gives', async (t) => {
  fc.assert(
    fc.property(trace, fc.nat(), (events, cut) => {
      const at = 1 + (cut % events.length);
      let state: RunState | undefined = fold(events.slice(0, at));
      for (const event of events.slice(at)) state = foldEvent(state, event);
      t.same(plain(state), plain(fold(events)));
    }),
    { numRuns: 60 },
  );
});

t.test('a replay that overlaps changes nothing', async (t) => {
  fc.assert(
    fc.property(trace, fc.nat(), fc.nat(), (events, cut, back) => {
      const at = 1 + (cut % events.length);
      const from = back % at;
      t.same(plain(fold([...events.slice(0, at), ...events.slice(from)])), plain(fold(events)));
    }),
    { numRuns: 60 },
  );
});

t.test('a missing event is refused wherever it is missing', async (t) => {
  fc.assert(
    fc.property(trace, fc.nat(), (events, cut) => {
      const gap = cut % events.length;
      const rest = events.filter((_event, seq) => seq !== gap);
      if (gap === events.length - 1) return;
      t.throws(() => fold(rest), BROKEN, `without event ${gap} of ${events.length}`);
    }),
    { numRuns: 60 },
  );
});

t.test('a trace that is empty, begins in the middle or goes on with another run is refused', async (t) => {
  const [events, other] = fc.sample(
    trace.filter((events) => events.length > 3),
    { numRuns: 2, seed: 7 },
  ) as [TraceEvent[], TraceEvent[]];
  t.throws(() => fold([]), BROKEN);
  t.throws(() => fold(events.slice(1)), BROKEN);
  t.throws(() => fold([{ ...events[0]!, seq: 1 }]), BROKEN);
  t.throws(() => fold([events[0]!, { ...other[1]!, run_id: '01ARZ3NDEKTSV4RRFFQ69G5FAV' }]), BROKEN);
});

t.test('events survive JSON and the schema unchanged', async (t) => {
  fc.assert(
    fc.property(trace, (events) => {
      for (const event of events) t.same(traceEventSchema.parse(JSON.parse(JSON.stringify(event))), event);
    }),
    { numRuns: 20 },
  );
});

t.test('the record of any run, finished or not, has the open format and figures that add up', async (t) => {
  fc.assert(
    fc.property(trace, (events) => {
      const state = fold(events);
      const record = runRecordSchema.parse(JSON.parse(JSON.stringify(toRunRecord(state))));
      t.same(record, toRunRecord(state));
      const open = [...state.queries.values()].filter((query) => ['submitted', 'executing'].includes(query.status));
      t.equal(state.in_flight, open.length);
      t.ok(state.held_msat >= 0);
      const settled = [...state.queries.values()].reduce((sum, query) => sum + query.settled_msat, 0);
      t.equal(record.metrics.cost_msat, settled);
      t.ok(record.metrics.bytes_asked <= record.metrics.bytes_given);
      t.equal(record.metrics.sub_queries, state.queries.size);
    }),
    { numRuns: 60 },
  );
});

t.test('a duplicate chunk counts as answered with the chunk it repeats', async (t) => {
  const events = fc.sample(
    trace.filter((events) => events.some((event) => 'same_as' in event)),
    { numRuns: 20, seed: 3 },
  );
  for (const one of events) {
    const state = fold(one);
    state.chunks.forEach((chunk) => {
      chunk.answered = chunk.same_as === undefined;
    });
    const metrics = metricsOf(state);
    t.equal(metrics.coverage, 1);
    t.equal(metrics.chunks_answered, metrics.chunks);
  }
});

t.test('a chunk number no run can have is refused before it is counted to', async (t) => {
  const [events] = fc.sample(
    trace.filter((events) => events[1]?.type === 'EnvLoadFragment'),
    { numRuns: 1, seed: 1 },
  );
  t.equal(traceEventSchema.safeParse({ ...events![1], chunk: CHUNKS_MAX - 1 }).success, true);
  for (const chunk of [CHUNKS_MAX, 2 ** 32, -1, 0.5])
    t.equal(traceEventSchema.safeParse({ ...events![1], chunk }).success, false, String(chunk));
});

t.test('latencies of a run are told in ascending order', async (t) => {
  const property = fc.property(trace, (events) => {
    const latencies = latenciesOf(fold(events));
    return latencies.every((latency, at) => at === 0 || latencies[at - 1]! <= latency);
  });
  t.doesNotThrow(() => fc.assert(property, { numRuns: 20 }));
});
