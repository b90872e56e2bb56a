// The one fold: any way of reading a trace gives the same state, and no gap is overlooked.
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import fc from 'fast-check';
import t from 'tap';
import { fold, foldEvent, type RunState, toRunRecord } from '../../protocol/fold.ts';
import { CHUNKS_MAX } from '../../protocol/limits.ts';
import { runRecordSchema } from '../../protocol/run.ts';
import { latenciesOf, metricsOf } from '../../protocol/run-metrics.ts';
import { STEPS_MAX } from '../../protocol/run-state.ts';
import { type TraceEvent, type TraceFact, traceEventSchema } from '../../protocol/trace.ts';
import { lawfulTrace as trace } from '../support/lawful-trace.ts';
import { RUN_CONFIG, runIdOf, TRACE_BEGINS_MS } from '../support/traces.ts';

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

t.test('a run that is interrupted anywhere and resumed is what it would have been, and as long', async (t) => {
  fc.assert(
    fc.property(trace, fc.nat(), fc.nat(100_000), (events, cut, idle) => {
      const at = 1 + (cut % events.length);
      const { run_id, timestamp_ms } = events[at - 1]!;
      const header = { v: 1 as const, run_id };
      const error = { code: 'interrupted', message: 'killed' };
      const between: TraceEvent[] = [
        { ...header, seq: at, timestamp_ms, type: 'RunFailed', error },
        { ...header, seq: at + 1, timestamp_ms: timestamp_ms + idle, type: 'RunResume', times: 1 },
      ];
      const rest = events.slice(at).map((event) => ({
        ...event,
        seq: event.seq + 2,
        timestamp_ms: event.timestamp_ms + idle,
      }));
      const died = fold([...events.slice(0, at), ...between.slice(0, 1)]);
      t.match(died, { status: 'failed', error });
      const state = fold([...events.slice(0, at), ...between, ...rest]);
      t.match(state, { resumes: 1, idle_ms: idle });
      const whole = fold(events);
      // Where the cut is behind the end, RunResume undoes that: only an interruption is followed in earnest (foldNext).
      if (rest.length === 0) return;
      t.same(toRunRecord(state), toRunRecord(whole));
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

/** A trace of one chunk: RunInit, the fragment, and these; a millisecond apart. */
function traceOfFacts(facts: readonly TraceFact[]): TraceEvent[] {
  const place = { start_line: 1, end_line: 9, start_byte: 0, end_byte: 90, content_hash: 'a'.repeat(64) };
  const opening: TraceFact[] = [
    { type: 'RunInit', query: 'Why?', config: RUN_CONFIG, inputs: [], git_sha: null, dataset: null, experiment: null },
    { type: 'EnvLoadFragment', chunk: 0, span: { id: '0', path: 'a.log', ...place } },
  ];
  return [...opening, ...facts].map(
    (fact, seq) => ({ v: 1, run_id: runIdOf(1), seq, timestamp_ms: TRACE_BEGINS_MS + seq, ...fact }) as TraceEvent,
  );
}

const asked = (query_id: string) =>
  ({ type: 'SubQuerySubmit', query_id, chunk: 0, attempt: 0, provider: 'p', venue: 'Swarm', price_msat: 26 }) as const;
const usage = { calls: 0, input_tokens: 0, output_tokens: 0 };
const returned = (query_id: string) =>
  ({
    type: 'SubQueryReturn',
    query_id,
    ok: true,
    latency_ms: 2,
    findings: 1,
    quotes_dropped: 0,
    usage,
    preview: '',
  }) as const;

t.test('a query knows when it began, was worked on and ended, whom it raced and what was said of it', async (t) => {
  const { queries, chunks } = fold(
    traceOfFacts([
      { ...asked('a'), name: 'node one' },
      { type: 'SubQueryExecute', query_id: 'a' },
      asked('b'),
      { type: 'SubQueryHedge', query_id: 'b', of: 'a' },
      returned('b'),
      { type: 'SubQueryCancel', query_id: 'a', reason: 'hedged' },
      { type: 'SubQueryCancel', query_id: 'a', reason: 'its last word', usage },
      { type: 'VerifyRedundant', chunk: 0, agreement: 1, n: 1, m: 1, verdict: 'accepted', agreeing: ['b'] },
      { type: 'FallbackLocal', chunk: 0, reason: 'late' },
    ]),
  );
  const at = (seq: number) => TRACE_BEGINS_MS + seq;
  t.match(queries.get('a'), { name: 'node one', price_msat: 26, submitted_ms: at(2), executing_ms: at(3) });
  t.match(queries.get('a'), { status: 'cancelled', ended_ms: at(7), ended_seq: 7, verdict: undefined });
  t.match(queries.get('b'), { hedge_of: 'a', ended_ms: at(6), ended_seq: 6, verdict: 'accepted' });
  t.match(chunks[0], { fallback: 'late', agreement: { n: 1, m: 1, verdict: 'accepted' } });
});

t.test(
  'an answer that was accepted and falls with its provider is withdrawn, and a stranger word is undecided',
  async (t) => {
    const facts: TraceFact[] = [asked('a'), returned('a'), { type: 'VerifyAccept', chunk: 0, query_id: 'a' }];
    const verdict = (more: TraceFact[]) => fold(traceOfFacts([...facts, ...more])).queries.get('a')?.verdict;
    t.equal(verdict([]), 'accepted');
    t.equal(verdict([{ type: 'VerifyReopen', chunk: 0, reason: 'provider-struck' }]), 'withdrawn');
    t.equal(verdict([{ type: 'VerifyObjective', chunk: 0, query_id: 'a', verdict: '<b>' }]), 'undecided');
  },
);

t.test('however many tokens strangers claim, the record can be written and read again', async (t) => {
  const most = { calls: 1_000_000, input_tokens: 1e12, output_tokens: 1e12 };
  const facts = Array.from({ length: 10_000 }, (_, at): TraceFact[] => [
    asked(`${at}`),
    { ...returned(`${at}`), usage: most },
  ]).flat();
  const record = toRunRecord(fold(traceOfFacts(facts)));
  t.match(runRecordSchema.parse(JSON.parse(JSON.stringify(record))), {
    tokens_used: Number.MAX_SAFE_INTEGER,
    metrics: { calls: 10_000_000_000, input_tokens: Number.MAX_SAFE_INTEGER },
  });
});

t.test('of many steps the first and the latest are kept', async (t) => {
  const many = STEPS_MAX + 50;
  const steps = Array.from({ length: many }, (_, iteration): TraceFact => {
    return { type: 'RlmIteration', iteration, action: 'look', observation_chars: 1 };
  });
  const state = fold(traceOfFacts([...steps, { type: 'Aggregate', evidence: 1, citations: 1, unsupported: 0 }]));
  t.equal(state.steps.length, STEPS_MAX);
  t.equal(state.steps_left_out, many + 1 - STEPS_MAX);
  t.match(state.steps[0], { iteration: 0 });
  t.match(state.steps.slice(-2), [{ iteration: many - 1 }, { type: 'Aggregate' }]);
});

/** The fold with all it needs; the dashboard's first load is 45 KB, and a run's page loads this behind it. */
const BUNDLE_BYTES_MAX = 7_680;

t.test('what the browser folds with carries no zod, and is small', async (t) => {
  const modules = ['fold', 'snapshot', 'run-metrics', 'span', 'percentile', 'text', 'run-end'];
  const { outputFiles, metafile } = await build({
    stdin: {
      contents: modules.map((name) => `export * from './${name}.ts';`).join('\n'),
      resolveDir: fileURLToPath(new URL('../../../protocol/', import.meta.url)),
    },
    bundle: true,
    minify: true,
    format: 'esm',
    write: false,
    metafile: true,
  });
  const inputs = Object.keys(metafile.inputs);
  t.same(
    inputs.filter((path) => path.includes('node_modules')),
    [],
  );
  const bytes = gzipSync(outputFiles[0]!.contents).byteLength;
  t.comment(`${inputs.length} modules, ${bytes} bytes gzipped`);
  t.ok(bytes <= BUNDLE_BYTES_MAX, `${bytes} bytes`);
});
