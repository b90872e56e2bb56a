// Runs as a Chrome trace, which Perfetto and chrome://tracing open: a process for each run, and threads in which slices
// never overlap but by nesting, because a slice that does is shown wrong or not at all. So queries that overlap lie in
// lanes, those of one provider together.
import type { QueryState } from '../../protocol/run-state.ts';
import { printSpan } from '../../protocol/span.ts';
import { wellFormed } from '../../protocol/text.ts';
import { factsOf, type RunFacts } from './facts.ts';
import { type Interval, packLanes } from './lanes.ts';
import type { ExportedRun } from './source.ts';

/** A thread has a number in its process; these come before the lanes. */
const RUN_THREAD = 1;
const FIRST_LANE = 2;
/** Slices of no length cannot be seen: as long as the clock is fine. */
const SLICE_US_MIN = 1;

type TraceRow = Readonly<Record<string, unknown>>;

const us = (ms: number) => Math.round(ms * 1_000);

interface Slice {
  readonly name: string;
  readonly category: string;
  /** µs since the run began. */
  readonly start: number;
  readonly end: number;
  readonly args: Readonly<Record<string, unknown>>;
}

/** Slices are made when they are written: there may be 100,000, each with its arguments. */
interface Track {
  readonly name: string;
  readonly slices: (() => Slice)[];
}

function slice(name: string, category: string, startMs: number, endMs: number, args: Slice['args']): Slice {
  const start = Math.max(0, us(startMs));
  return { name: wellFormed(name), category, start, end: Math.max(start + SLICE_US_MIN, us(endMs)), args };
}

const SIGNS: Readonly<Record<QueryState['status'], string>> = {
  submitted: '…',
  executing: '…',
  answered: '✓',
  failed: '✗',
  timeout: '⏱',
  cancelled: '–',
};

function querySlice(query: QueryState, facts: RunFacts): Slice {
  const { state } = facts;
  const span = state.chunks[query.chunk]?.span;
  const name = `chunk ${query.chunk} ${SIGNS[query.status]}${query.reason === undefined ? '' : ` ${query.reason}`}`;
  const end = query.ended_ms ?? Math.max(state.updated_ms, query.submitted_ms);
  const { created_ms: begin } = state;
  return slice(name, query.status, query.submitted_ms - begin, end - begin, {
    query: query.id,
    status: query.status,
    span: span === undefined ? null : printSpan(span),
    provider: query.provider,
    provider_name: query.name ?? null,
    venue: query.venue,
    model: facts.modelOf(query.id) ?? query.model ?? null,
    verdict: query.verdict ?? null,
    findings: query.findings,
    settled_msat: query.settled_msat,
    hedge_of: query.hedge_of ?? null,
    error: query.error === undefined ? null : `${query.error.code}: ${query.error.message}`,
  });
}

/** Tracks by provider, in the order in which providers were first asked. */
function tracksOf(facts: RunFacts): Track[] {
  const { state } = facts;
  const byProvider = new Map<string, Track>();
  for (const query of state.queries.values()) {
    const known = byProvider.get(query.provider);
    if (known !== undefined) {
      known.slices.push(() => querySlice(query, facts));
      continue;
    }
    const title =
      query.name === undefined ? query.provider.slice(0, 16) : `${query.name} ${query.provider.slice(0, 8)}`;
    byProvider.set(query.provider, { name: title, slices: [() => querySlice(query, facts)] });
  }
  const predictions = facts.predictions.map(({ signature, timestamp_ms, latency_ms, model, usage, error }) => {
    const end = timestamp_ms - state.created_ms;
    const args = { model, ...usage, error: error === undefined ? null : `${error.code}: ${error.message}` };
    return () => slice(signature, 'predict', end - latency_ms, end, args);
  });
  return [...(predictions.length === 0 ? [] : [{ name: 'predict', slices: predictions }]), ...byProvider.values()];
}

function* rowsOf(run: ExportedRun, facts: RunFacts, pid: number): Generator<TraceRow> {
  const { state } = facts;
  const meta = (name: string, tid: number, args: Readonly<Record<string, unknown>>): TraceRow => ({
    ph: 'M',
    pid,
    tid,
    name,
    ts: 0,
    args,
  });
  yield meta('process_name', 0, { name: wellFormed(`run ${run.id} ${run.record.query}`.slice(0, 200)) });
  yield meta('thread_name', RUN_THREAD, { name: 'run' });
  yield meta('thread_sort_index', RUN_THREAD, { sort_index: RUN_THREAD });
  const { status, config, metrics, cost_sats } = run.record;
  const whole = slice('run', status, 0, state.updated_ms - state.created_ms, { status, config, metrics, cost_sats });
  yield complete(whole, pid, RUN_THREAD);
  for (const { timestamp_ms, evidence, citations, unsupported } of facts.aggregates) {
    const args = { evidence, citations, unsupported };
    yield { ph: 'i', s: 'p', pid, tid: RUN_THREAD, name: 'aggregate', ts: us(timestamp_ms - state.created_ms), args };
  }
  let tid = FIRST_LANE;
  for (const { name, slices } of tracksOf(facts)) {
    const lanes = packLanes(slices.map((make) => intervalOf(make())));
    const count = lanes.reduce((most, lane) => Math.max(most, lane + 1), 0);
    for (let lane = 0; lane < count; lane++) {
      yield meta('thread_name', tid + lane, { name: wellFormed(count === 1 ? name : `${name} · ${lane + 1}`) });
      yield meta('thread_sort_index', tid + lane, { sort_index: tid + lane });
    }
    for (const [index, make] of slices.entries()) yield complete(make(), pid, tid + lanes[index]!);
    tid += count;
  }
  yield* counters(facts, pid);
}

function intervalOf({ start, end }: Slice): Interval {
  return { start, end };
}

function complete({ name, category, start, end, args }: Slice, pid: number, tid: number): TraceRow {
  return { ph: 'X', pid, tid, name, cat: category, ts: start, dur: end - start, args };
}

/** How many queries were in flight, at each moment at which that changed. */
function* counters({ state }: RunFacts, pid: number): Generator<TraceRow> {
  const changes: (readonly [at: number, by: number])[] = [];
  for (const { submitted_ms, ended_ms } of state.queries.values()) {
    changes.push([us(submitted_ms - state.created_ms), 1]);
    if (ended_ms !== undefined) changes.push([us(ended_ms - state.created_ms), -1]);
  }
  changes.sort(([left], [right]) => left - right);
  let flying = 0;
  for (const [index, [at, by]] of changes.entries()) {
    flying += by;
    if (changes[index + 1]?.[0] === at) continue;
    yield { ph: 'C', pid, tid: 0, name: 'in flight', ts: at, args: { queries: flying } };
  }
}

/** The document, a row a line. Times are µs since each run began. @throws PylonError `store-corrupt` */
export async function* perfetto(runs: AsyncIterable<ExportedRun>): AsyncGenerator<string> {
  yield '{"displayTimeUnit":"ms","traceEvents":[\n';
  let pid = 0;
  let isFirst = true;
  for await (const run of runs) {
    pid++;
    for (const row of rowsOf(run, await factsOf(run), pid)) {
      yield `${isFirst ? '' : ',\n'}${JSON.stringify(row)}`;
      isFirst = false;
    }
  }
  yield '\n]}\n';
}
