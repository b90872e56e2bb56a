// The one fold: a run's state is what its events say, and nothing else. The CLI's progress block,
// `GET /api/runs/:id`, the store's summary and the browser all call this same function.
import { PylonError } from './errors.ts';
import { noteAsked, noteHedge, noteUnanswered, noteVerdict } from './fold-again.ts';
import { annotate, annotationOf } from './fold-annotation.ts';
import { acceptAnswer, countAnswer, rejectAnswers, reopenChunk, tellsAccepted } from './fold-answers.ts';
import type { RunRecord } from './run.ts';
import { metricsOf } from './run-metrics.ts';
import { begin, type QueryState, type QueryStatus, type RunState, resume } from './run-state.ts';
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
  if (!event.ok) noteUnanswered(state, query);
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
  if (query === undefined || !OPEN.has(query.status)) return;
  end(state, event.query_id, status);
  if (status === 'timeout') noteUnanswered(state, query);
}

function submit(state: RunState, event: Extract<TraceEvent, { type: 'SubQuerySubmit' }>): void {
  state.in_flight++;
  const query: QueryState = {
    id: event.query_id,
    chunk: event.chunk,
    attempt: event.attempt,
    provider: event.provider,
    venue: event.venue,
    submitted_ms: event.timestamp_ms,
    model: event.model,
    canary: event.canary === true,
    reason: undefined,
    status: 'submitted',
    rejected: false,
    latency_ms: undefined,
    findings: 0,
    settled_msat: 0,
    error: undefined,
  };
  state.queries.set(query.id, query);
  noteAsked(state, query);
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
    case 'EnvSurvey':
      state.input_hash = event.input_hash;
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
    case 'SubQueryHedge':
      noteHedge(state, event.query_id);
      break;
    case 'SubQueryTimeout':
      giveUp(state, event, 'timeout');
      break;
    case 'SubQueryCancel':
      giveUp(state, event, 'cancelled');
      break;
    case 'VerifyRedundant':
      rejectAnswers(state, event);
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
    case 'VerifyObjective':
    case 'VerifyValidated':
    case 'Predict':
      if ('usage' in event && event.usage !== undefined) state.usage = addUsage(state.usage, event.usage);
      if ('verdict' in event) noteVerdict(state, event);
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
  if (event.type === 'RunAnnotate') {
    annotate(state, event);
    return state;
  }
  if (event.type === 'RunResume') resume(state, event.times, Math.max(0, event.timestamp_ms - state.updated_ms));
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
    ...annotationOf(state.scores, state.note),
  };
}
