// The sub-queries of a snapshot, in the order in which they were asked. Times count from the moment each was asked, because those are
// small numbers; every other column is the field of its name.
import { type Cells, readTable, type Table, toTable } from './column-table.ts';
import type { QueryState } from './run-state.ts';

export type QueryTable = Table<keyof QueryState>;

function since(ms: number | undefined, submittedMs: number): number | undefined {
  return ms === undefined ? undefined : ms - submittedMs;
}

const CELLS: Cells<QueryState, keyof QueryState> = {
  id: ({ id }) => id,
  chunk: ({ chunk }) => chunk,
  attempt: ({ attempt }) => attempt,
  provider: ({ provider }) => provider,
  venue: ({ venue }) => venue,
  submitted_ms: ({ submitted_ms }) => submitted_ms,
  name: ({ name }) => name,
  price_msat: ({ price_msat }) => price_msat,
  model: ({ model }) => model,
  canary: ({ canary }) => canary,
  reason: ({ reason }) => reason,
  hedge_of: ({ hedge_of }) => hedge_of,
  status: ({ status }) => status,
  executing_ms: ({ executing_ms, submitted_ms }) => since(executing_ms, submitted_ms),
  ended_ms: ({ ended_ms, submitted_ms }) => since(ended_ms, submitted_ms),
  ended_seq: ({ ended_seq }) => ended_seq,
  verdict: ({ verdict }) => verdict,
  rejected: ({ rejected }) => rejected,
  latency_ms: ({ latency_ms }) => latency_ms,
  findings: ({ findings }) => findings,
  settled_msat: ({ settled_msat }) => settled_msat,
  error: ({ error }) => error,
};

export function toQueryTable(queries: ReadonlyMap<string, QueryState>): QueryTable {
  return toTable([...queries.values()], CELLS);
}

/** The queries again. They have the form that the fold gives them, field by field, so that folding on is as fast. */
export function fromQueryTable(table: QueryTable): Map<string, QueryState> {
  const column = readTable(table);
  const ids = column<string>('id');
  const chunk = column<number>('chunk');
  const attempt = column<number>('attempt');
  const provider = column<string>('provider');
  const venue = column<QueryState['venue']>('venue');
  const submitted = column<number>('submitted_ms');
  const name = column<string | undefined>('name');
  const price = column<number>('price_msat');
  const model = column<string | undefined>('model');
  const canary = column<boolean>('canary');
  const reason = column<QueryState['reason']>('reason');
  const hedgeOf = column<string | undefined>('hedge_of');
  const status = column<QueryState['status']>('status');
  const executing = column<number | undefined>('executing_ms');
  const ended = column<number | undefined>('ended_ms');
  const endedSeq = column<number | undefined>('ended_seq');
  const verdict = column<QueryState['verdict']>('verdict');
  const rejected = column<boolean>('rejected');
  const latency = column<number | undefined>('latency_ms');
  const findings = column<number>('findings');
  const settled = column<number>('settled_msat');
  const error = column<QueryState['error']>('error');
  const queries = new Map<string, QueryState>();
  ids.forEach((id, at) => {
    const submittedMs = submitted[at]!;
    const from = (ms: number | undefined) => (ms === undefined ? undefined : submittedMs + ms);
    queries.set(id, {
      id,
      chunk: chunk[at]!,
      attempt: attempt[at]!,
      provider: provider[at]!,
      venue: venue[at]!,
      submitted_ms: submittedMs,
      name: name[at],
      price_msat: price[at]!,
      model: model[at],
      canary: canary[at]!,
      reason: reason[at],
      hedge_of: hedgeOf[at],
      status: status[at]!,
      executing_ms: from(executing[at]),
      ended_ms: from(ended[at]),
      ended_seq: endedSeq[at],
      verdict: verdict[at],
      rejected: rejected[at]!,
      latency_ms: latency[at],
      findings: findings[at]!,
      settled_msat: settled[at]!,
      error: error[at],
    });
  });
  return queries;
}
