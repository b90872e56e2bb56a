// The part of the fold that follows one sub-query from the moment it is asked until it has ended.
import { noteAsked, noteUnanswered } from './fold-again.ts';
import { countAnswer, tellsAccepted } from './fold-answers.ts';
import type { QueryState, QueryStatus, RunState } from './run-state.ts';
import type { TraceEvent } from './trace.ts';
import { addUsage } from './usage.ts';

const OPEN: ReadonlySet<QueryStatus> = new Set(['submitted', 'executing']);

type EndOfQuery = Extract<TraceEvent, { type: 'SubQueryReturn' | 'SubQueryTimeout' | 'SubQueryCancel' }>;

function end(state: RunState, event: EndOfQuery, status: QueryStatus): QueryState | undefined {
  const query = state.queries.get(event.query_id);
  if (query === undefined) return undefined;
  if (OPEN.has(query.status)) state.in_flight--;
  query.status = status;
  query.ended_ms = event.timestamp_ms;
  query.ended_seq = event.seq;
  return query;
}

export function applyReturn(state: RunState, event: Extract<TraceEvent, { type: 'SubQueryReturn' }>): void {
  state.usage = addUsage(state.usage, event.usage);
  const query = end(state, event, event.ok ? 'answered' : 'failed');
  if (query === undefined) return;
  if (!event.ok) noteUnanswered(state, query);
  query.latency_ms = event.latency_ms;
  query.findings = event.findings;
  query.error = event.error;
  state.quotes_dropped += event.quotes_dropped;
  if (event.ok && !tellsAccepted(state.config)) countAnswer(state, query);
}

/** Counts what the query had cost; one that is over already stays what it was. */
export function giveUp(state: RunState, event: Exclude<EndOfQuery, { ok: boolean }>, status: QueryStatus): void {
  if (event.usage !== undefined) state.usage = addUsage(state.usage, event.usage);
  const query = state.queries.get(event.query_id);
  if (query === undefined || !OPEN.has(query.status)) return;
  end(state, event, status);
  if (status === 'timeout') noteUnanswered(state, query);
}

export function submit(state: RunState, event: Extract<TraceEvent, { type: 'SubQuerySubmit' }>): void {
  state.in_flight++;
  const query: QueryState = {
    id: event.query_id,
    chunk: event.chunk,
    attempt: event.attempt,
    provider: event.provider,
    venue: event.venue,
    submitted_ms: event.timestamp_ms,
    name: event.name,
    price_msat: event.price_msat,
    model: event.model,
    canary: event.canary === true,
    reason: undefined,
    hedge_of: undefined,
    status: 'submitted',
    executing_ms: undefined,
    ended_ms: undefined,
    ended_seq: undefined,
    verdict: undefined,
    rejected: false,
    latency_ms: undefined,
    findings: 0,
    settled_msat: 0,
    error: undefined,
  };
  state.queries.set(query.id, query);
  noteAsked(state, query);
}

export function execute(state: RunState, event: Extract<TraceEvent, { type: 'SubQueryExecute' }>): void {
  const query = state.queries.get(event.query_id);
  if (query?.status !== 'submitted') return;
  query.status = 'executing';
  query.executing_ms = event.timestamp_ms;
}
