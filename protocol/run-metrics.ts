// What can be counted of a run at any moment of it: chunks, queries, bytes, sats, times. Read from its state and from nothing else.
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

const bytesGivenTo = (state: RunState) => state.inputs.reduce((sum, file) => sum + file.bytes, 0);
const shareOf = (bytes: number, given: number) => (given === 0 ? 0 : Math.min(1, bytes / given));

/** The share of the input whose answer is in the result. */
export function coverageOf(state: RunState): number {
  return shareOf(totalsOf(state.chunks).bytesAnswered, bytesGivenTo(state));
}

/** Everything countable about a run, at any moment of it. */
export function metricsOf(state: RunState): RunMetrics {
  const latencies = latenciesOf(state);
  const chunks = totalsOf(state.chunks);
  const bytesGiven = bytesGivenTo(state);
  const queries = [...state.queries.values()];
  const having = (status: QueryStatus) => queries.filter((query) => query.status === status).length;
  return {
    bytes_given: bytesGiven,
    bytes_asked: chunks.bytesAnswered,
    coverage: shareOf(chunks.bytesAnswered, bytesGiven),
    chunks: state.chunks.length,
    chunks_answered: chunks.answered,
    chunks_duplicate: chunks.duplicates,
    chunks_local: state.chunks_local,
    sub_queries: queries.length,
    canaries: queries.filter((query) => query.canary).length,
    retries: queries.filter(({ reason }) => reason === 'retry').length,
    hedges: queries.filter(({ reason }) => reason === 'hedge').length,
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
    elapsed_ms: state.updated_ms - state.created_ms - state.idle_ms,
    query_p50_ms: percentile(latencies, 0.5),
    query_p99_ms: percentile(latencies, 0.99),
  };
}
