// The one fold: a run's state is what its events say, and nothing else. The CLI's progress block,
// `GET /api/runs/:id`, the store's summary and the browser all call this same function.
import { noteHedge } from './fold-again.ts';
import { annotate, annotationOf } from './fold-annotation.ts';
import { explore } from './fold-exploration.ts';
import { applyMoney, isMoney } from './fold-money.ts';
import { applyReturn, execute, giveUp, submit } from './fold-queries.ts';
import { applyVerdict, isVerdict } from './fold-verdicts.ts';
import { PylonError } from './pylon-error.ts';
import type { RunRecord } from './run.ts';
import { metricsOf } from './run-metrics.ts';
import { begin, type RunState, type RunStep, resume, STEPS_MAX } from './run-state.ts';
import type { TraceEvent } from './trace.ts';
import { addUsage, tokensOf } from './usage.ts';

export type { RunState } from './run-state.ts';

/** When there are many, the first ones and the latest stay: they began the run, and they end it. */
function keepStep(state: RunState, step: RunStep): void {
  state.steps.push(step);
  if (state.steps.length <= STEPS_MAX) return;
  state.steps.splice(STEPS_MAX / 2, 1);
  state.steps_left_out++;
}

function fallBack(state: RunState, event: Extract<TraceEvent, { type: 'FallbackLocal' }>): void {
  const chunk = state.chunks[event.chunk];
  if (chunk !== undefined) chunk.fallback = event.reason;
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
      state.chunks[event.chunk] = {
        span: event.span,
        same_as: event.same_as,
        answered: false,
        answer: undefined,
        fallback: undefined,
        agreement: undefined,
      };
      break;
    case 'EnvSurvey':
      state.input_hash = event.input_hash;
      break;
    case 'EnvSelectFragments':
      state.selected = event.selected;
      break;
    case 'EnvFanOut':
    case 'EnvShow':
    case 'RlmIteration':
      explore(state, event);
      if (event.type === 'RlmIteration') keepStep(state, event);
      break;
    case 'SubQuerySubmit':
      submit(state, event);
      break;
    case 'SubQueryExecute':
      execute(state, event);
      break;
    case 'SubQueryReturn':
      applyReturn(state, event);
      break;
    case 'SubQueryHedge':
      noteHedge(state, event.query_id, event.of);
      break;
    case 'SubQueryTimeout':
      giveUp(state, event, 'timeout');
      break;
    case 'SubQueryCancel':
      giveUp(state, event, 'cancelled');
      break;
    case 'Predict':
      state.usage = addUsage(state.usage, event.usage);
      state.lm_calls += event.usage.calls;
      keepStep(state, event);
      break;
    case 'Aggregate':
      keepStep(state, event);
      break;
    case 'FallbackLocal':
      fallBack(state, event);
      break;
    case 'RunDone':
      finish(state, event);
      break;
    case 'RunFailed':
      state.status = 'failed';
      state.error = event.error;
      break;
    default:
      if (isVerdict(event)) applyVerdict(state, event);
      else if (isMoney(event)) applyMoney(state, event);
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
    tokens_used: tokensOf(state.usage),
    error: state.error,
    ...annotationOf(state.scores, state.note),
  };
}
