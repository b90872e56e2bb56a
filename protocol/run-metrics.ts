// What can be counted of a run at any moment of it: chunks, queries, bytes, sats, times. Read from its state and from nothing else.

import { bytesRead, isAnswered } from './coverage.ts';
import { inputBytes } from './input-bytes.ts';
import { percentile } from './percentile.ts';
import type { RunMetrics } from './run.ts';
import type { ChunkState, QueryStatus, RunState } from './run-state.ts';

/** What was paid for this run and proven by a preimage. */
export function paidMsat(state: RunState): number {
  let paid = 0;
  for (const payout of state.payouts.values()) if (payout.status === 'settled') paid += payout.run_msat;
  return paid;
}

/** Latencies of answered queries in ms, ascending. */
export function latenciesOf(state: RunState): Float64Array {
  const latencies = new Float64Array(state.queries.size);
  let count = 0;
  for (const query of state.queries.values())
    if (query.status === 'answered' && query.latency_ms !== undefined) latencies[count++] = query.latency_ms;
  return latencies.subarray(0, count).sort();
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
    if (!isAnswered(chunks, chunk)) continue;
    totals.answered++;
    totals.bytesAnswered += chunk.span.end_byte - chunk.span.start_byte;
  }
  return totals;
}

interface QueryTotals {
  readonly by: Record<QueryStatus, number>;
  canaries: number;
  retries: number;
  hedges: number;
  readonly providers: Set<string>;
}

function queryTotalsOf(state: RunState): QueryTotals {
  const by = { submitted: 0, executing: 0, answered: 0, failed: 0, timeout: 0, cancelled: 0 };
  const totals = { by, canaries: 0, retries: 0, hedges: 0, providers: new Set<string>() };
  // By `forEach`: of a hundred thousand queries, an iterator would leave as many results to collect.
  state.queries.forEach(({ status, canary, reason, venue, provider }) => {
    by[status]++;
    if (canary) totals.canaries++;
    if (reason === 'retry') totals.retries++;
    else if (reason === 'hedge') totals.hedges++;
    if (venue === 'Swarm' && status === 'answered') totals.providers.add(provider);
  });
  return totals;
}

const shareOf = (bytes: number, given: number) => (given === 0 ? 0 : Math.min(1, bytes / given));

/** The share of the input that was answered, shown or searched. What was searched and what was read may be the same bytes: the larger counts. */
export function coverageOf(state: RunState): number {
  const read = bytesRead(state, totalsOf(state.chunks).bytesAnswered);
  return shareOf(Math.max(read, state.bytes_searched), inputBytes(state.inputs));
}

/** What can be counted without looking at how long each answer took. */
export type RunCounts = Omit<RunMetrics, 'query_p50_ms' | 'query_p99_ms'>;

/** Everything countable about a run, at any moment of it, but its latencies. */
export function countsOf(state: RunState): RunCounts {
  const chunks = totalsOf(state.chunks);
  const bytesGiven = inputBytes(state.inputs);
  const queries = queryTotalsOf(state);
  const read = bytesRead(state, chunks.bytesAnswered);
  return {
    bytes_given: bytesGiven,
    bytes_asked: read,
    coverage: shareOf(Math.max(read, state.bytes_searched), bytesGiven),
    bytes_searched: Math.min(state.bytes_searched, bytesGiven),
    chunks: state.chunks.length,
    chunks_answered: chunks.answered,
    chunks_duplicate: chunks.duplicates,
    chunks_local: state.chunks_local,
    sub_queries: state.queries.size,
    canaries: queries.canaries,
    retries: queries.retries,
    hedges: queries.hedges,
    timeouts: queries.by.timeout,
    refusals: queries.by.failed,
    cancelled: queries.by.cancelled,
    quotes_dropped: state.quotes_dropped,
    findings: state.findings,
    providers: queries.providers.size,
    calls: state.usage.calls,
    lm_calls: state.lm_calls,
    iterations: state.iterations,
    input_tokens: state.usage.input_tokens,
    output_tokens: state.usage.output_tokens,
    cost_msat: state.spent_msat,
    held_msat: state.held_msat,
    released_msat: state.released_msat,
    paid_msat: paidMsat(state),
    elapsed_ms: state.updated_ms - state.created_ms - state.idle_ms,
  };
}

/** Everything countable about a run, at any moment of it. */
export function metricsOf(state: RunState): RunMetrics {
  const latencies = latenciesOf(state);
  return {
    ...countsOf(state),
    query_p50_ms: percentile(latencies, 0.5),
    query_p99_ms: percentile(latencies, 0.99),
  };
}
