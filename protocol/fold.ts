// The one fold: a run's state is what its events say, and nothing else. The CLI's progress block,
// `GET /api/runs/:id`, the store's summary and the browser all call this same function.
import { PylonError } from './errors.ts';
import { acceptAnswer, countAnswer, reopenChunk, tellsAccepted } from './fold-answers.ts';
import { percentile } from './percentile.ts';
import type { RunMetrics, RunRecord } from './run.ts';
import { begin, type ChunkState, type QueryState, type QueryStatus, type RunState } from './run-state.ts';
import { addUsage, type Usage } from './signature.ts';
import type { TraceEvent } from './trace.ts';

export type { RunState } from './run-state.ts';

const OPEN: ReadonlySet<QueryStatus> = new Set(['submitted', 'executing']);

function end(state: RunState, queryId: string, status: QueryStatus): QueryState | undefined {
  const query = state.queries.get(queryId);
  if (query === undefined) return undefined;
  if (OPEN.has(query.status)) state.in_flight--;
  query.status = status;
  return query;
}

function applyReturn(state: RunState, event: Extract<TraceEvent, { type: 'SubQueryReturn' }>): void {
  state.usage = addUsage(state.usage, event.usage);
  const query = end(state, event.query_id, event.ok ? 'answered' : 'failed');
  if (query === undefined) return;
  query.latency_ms = event.latency_ms;
  query.findings = event.findings;
  query.error = event.error;
  state.quotes_dropped += event.quotes_dropped;
  if (event.ok && !tellsAccepted(state.config)) countAnswer(state, query);
}

/** Counts what the query had cost; one that is over already stays what it was. */
function giveUp(state: RunState, event: { query_id: string; usage?: Usage | undefined }, status: QueryStatus): void {
  if (event.usage !== undefined) state.usage = addUsage(state.usage, event.usage);
  const query = state.queries.get(event.query_id);
  if (query !== undefined && OPEN.has(query.status)) end(state, event.query_id, status);
}

function submit(state: RunState, event: Extract<TraceEvent, { type: 'SubQuerySubmit' }>): void {
  state.in_flight++;
  state.queries.set(event.query_id, {
    id: event.query_id,
    chunk: event.chunk,
    attempt: event.attempt,
    provider: event.provider,
    venue: event.venue,
    submitted_ms: event.timestamp_ms,
    model: event.model,
    canary: event.canary === true,
    status: 'submitted',
    latency_ms: undefined,
    findings: 0,
    settled_msat: 0,
    error: undefined,
  });
}

function settle(state: RunState, event: Extract<TraceEvent, { type: 'BudgetSettle' }>): void {
  state.held_msat -= event.amount_msat + (event.fee_reserve_msat ?? 0);
  state.spent_msat += event.amount_msat;
  const query = state.queries.get(event.query_id);
  if (query !== undefined) query.settled_msat += event.amount_msat;
}

function applyPayout(state: RunState, event: Extract<TraceEvent, { type: `Payout${string}` }>): void {
  if (event.type === 'PayoutStart') {
    state.payouts.set(event.payout_id, {
      id: event.payout_id,
      provider: event.provider,
      amount_msat: event.amount_msat,
      run_msat: event.run_msat ?? event.amount_msat,
      query_id: event.query_id,
      status: 'started',
      preimage: undefined,
      fees_msat: 0,
      reason: undefined,
    });
    return;
  }
  const payout = state.payouts.get(event.payout_id);
  if (payout === undefined) return;
  if (event.type === 'PayoutSettle') {
    payout.status = 'settled';
    payout.preimage = event.preimage;
    payout.fees_msat = event.fees_msat ?? 0;
    payout.reason = undefined;
  } else {
    payout.status = event.type === 'PayoutUnknown' ? 'unknown' : 'failed';
    payout.reason = event.reason;
  }
}

/** What was paid for this run and proven by a preimage. */
export function paidMsat(state: RunState): number {
  let paid = 0;
  for (const payout of state.payouts.values()) if (payout.status === 'settled') paid += payout.run_msat;
  return paid;
}

function execute(state: RunState, queryId: string): void {
  const query = state.queries.get(queryId);
  if (query?.status === 'submitted') query.status = 'executing';
}

function finish(state: RunState, event: Extract<TraceEvent, { type: 'RunDone' }>): void {
  state.status = event.status;
  state.output = event.output;
  state.span_refs = event.span_refs;
  state.error = event.error ?? null;
}

function apply(state: RunState, event: TraceEvent): void {
  switch (event.type) {
    case 'EnvLoadFragment':
      state.chunks[event.chunk] = { span: event.span, same_as: event.same_as, answered: false, answer: undefined };
      break;
    case 'EnvSelectFragments':
      state.selected = event.selected;
      break;
    case 'SubQuerySubmit':
      submit(state, event);
      break;
    case 'SubQueryExecute':
      execute(state, event.query_id);
      break;
    case 'SubQueryReturn':
      applyReturn(state, event);
      break;
    case 'SubQueryTimeout':
      giveUp(state, event, 'timeout');
      break;
    case 'SubQueryCancel':
      giveUp(state, event, 'cancelled');
      break;
    case 'VerifyAccept':
      acceptAnswer(state, event);
      break;
    case 'VerifyReopen':
      reopenChunk(state, event);
      break;
    case 'BudgetReserve':
      state.held_msat += event.amount_msat;
      break;
    case 'BudgetSettle':
      settle(state, event);
      break;
    case 'BudgetRelease':
      state.held_msat -= event.amount_msat;
      state.released_msat += event.amount_msat;
      break;
    case 'PayoutStart':
    case 'PayoutSettle':
    case 'PayoutUnknown':
    case 'PayoutFailed':
      applyPayout(state, event);
      break;
    case 'Predict':
    case 'VerifyValidated':
      if (event.usage !== undefined) state.usage = addUsage(state.usage, event.usage);
      break;
    case 'RunDone':
      finish(state, event);
      break;
    case 'RunFailed':
      state.status = 'failed';
      state.error = event.error;
      break;
  }
}

/**
 * The state after one more event. `state` is changed in place and returned; it is undefined before RunInit.
 * An event already seen changes nothing, so a replay may overlap.
 * @throws PylonError `trace-invalid` when an event is missing between
 */
export function foldEvent(state: RunState | undefined, event: TraceEvent): RunState {
  if (state === undefined) {
    if (event.type === 'RunInit' && event.seq === 0) return begin(event);
    throw new PylonError('trace-invalid', {
      value: `${event.type} ${event.seq}`,
      reason: 'a trace begins with RunInit, seq 0',
    });
  }
  if (event.seq < state.next_seq) return state;
  if (event.seq > state.next_seq || event.run_id !== state.id) {
    throw new PylonError('trace-invalid', {
      value: `seq ${event.seq}`,
      reason: `the trace of ${state.id} has a gap, seq ${state.next_seq} is missing`,
    });
  }
  state.next_seq++;
  state.updated_ms = event.timestamp_ms;
  apply(state, event);
  return state;
}

/** The state of a whole trace. @throws PylonError `trace-invalid` when empty or broken */
export function fold(events: Iterable<TraceEvent>): RunState {
  let state: RunState | undefined;
  for (const event of events) state = foldEvent(state, event);
  if (state === undefined) throw new PylonError('trace-invalid', { reason: 'the trace is empty' });
  return state;
}

/** Latencies of answered queries in ms, ascending. */
export function latenciesOf(state: RunState): number[] {
  const latencies: number[] = [];
  for (const query of state.queries.values()) {
    if (query.status === 'answered' && query.latency_ms !== undefined) latencies.push(query.latency_ms);
  }
  return latencies.sort((left, right) => left - right);
}

interface ChunkTotals {
  answered: number;
  duplicates: number;
  bytesAnswered: number;
}

function totalsOf(chunks: readonly (ChunkState | undefined)[]): ChunkTotals {
  const totals = { answered: 0, duplicates: 0, bytesAnswered: 0 };
  for (const chunk of chunks) {
    if (chunk === undefined) continue;
    if (chunk.same_as !== undefined) totals.duplicates++;
    const answered = chunk.same_as === undefined ? chunk.answered : (chunks[chunk.same_as]?.answered ?? false);
    if (!answered) continue;
    totals.answered++;
    totals.bytesAnswered += chunk.span.end_byte - chunk.span.start_byte;
  }
  return totals;
}

/** Everything countable about a run, at any moment of it. */
export function metricsOf(state: RunState): RunMetrics {
  const latencies = latenciesOf(state);
  const chunks = totalsOf(state.chunks);
  const bytesGiven = state.inputs.reduce((sum, file) => sum + file.bytes, 0);
  const queries = [...state.queries.values()];
  const having = (status: QueryStatus) => queries.filter((query) => query.status === status).length;
  return {
    bytes_given: bytesGiven,
    bytes_asked: chunks.bytesAnswered,
    coverage: bytesGiven === 0 ? 0 : Math.min(1, chunks.bytesAnswered / bytesGiven),
    chunks: state.chunks.length,
    chunks_answered: chunks.answered,
    chunks_duplicate: chunks.duplicates,
    chunks_local: state.chunks_local,
    sub_queries: queries.length,
    canaries: queries.filter((query) => query.canary).length,
    retries: queries.filter((query) => query.attempt > 0).length,
    timeouts: having('timeout'),
    refusals: having('failed'),
    cancelled: having('cancelled'),
    quotes_dropped: state.quotes_dropped,
    findings: state.findings,
    providers: new Set(
      queries.filter((query) => query.venue === 'Swarm' && query.status === 'answered').map((query) => query.provider),
    ).size,
    calls: state.usage.calls,
    input_tokens: state.usage.input_tokens,
    output_tokens: state.usage.output_tokens,
    cost_msat: state.spent_msat,
    held_msat: state.held_msat,
    released_msat: state.released_msat,
    paid_msat: paidMsat(state),
    elapsed_ms: state.updated_ms - state.created_ms,
    query_p50_ms: percentile(latencies, 0.5),
    query_p99_ms: percentile(latencies, 0.99),
  };
}

/** The record of a run: what `--json` prints and the run folder holds. */
export function toRunRecord(state: RunState): RunRecord {
  return {
    id: state.id,
    created_at: new Date(state.created_ms).toISOString(),
    status: state.status,
    query: state.query,
    config: state.config,
    inputs: state.inputs,
    git_sha: state.git_sha,
    dataset: state.dataset,
    experiment: state.experiment,
    metrics: metricsOf(state),
    output: state.output,
    span_refs: state.span_refs,
    cost_sats: state.spent_msat / 1000,
    tokens_used: state.usage.input_tokens + state.usage.output_tokens,
    error: state.error,
  };
}
