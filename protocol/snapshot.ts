// A run's state at one moment as JSON, column by column: what the dashboard opens a run with, before it folds what follows. It loses
// nothing, so that what is folded on is the same; of a run of 100,000 sub-queries it is a tenth of the events, and needs no folding.
import { type Cells, readTable, type Table, toTable } from './column-table.ts';
import { PylonError } from './pylon-error.ts';
import type { PayoutStateOfRun, RunState } from './run-state.ts';
import { type ChunkTable, fromChunkTable, toChunkTable } from './snapshot-chunks.ts';
import { fromQueryTable, type QueryTable, toQueryTable } from './snapshot-queries.ts';

/** Raised when an older reader would misread: the dashboard and its daemon are of one version, stored ones are made anew. */
export const SNAPSHOT_VERSION = 2;

export interface RunSnapshot {
  readonly v: typeof SNAPSHOT_VERSION;
  /** What the state has once. */
  readonly run: Omit<RunState, 'chunks' | 'queries' | 'unanswered' | 'payouts' | 'scores'>;
  readonly scores: readonly (readonly [name: string, value: number])[];
  readonly chunks: ChunkTable;
  readonly queries: QueryTable;
  readonly unanswered: Table<'chunk' | 'times'>;
  readonly payouts: Table<keyof PayoutStateOfRun>;
}

const PAYOUT_CELLS: Cells<PayoutStateOfRun, keyof PayoutStateOfRun> = {
  id: ({ id }) => id,
  provider: ({ provider }) => provider,
  amount_msat: ({ amount_msat }) => amount_msat,
  run_msat: ({ run_msat }) => run_msat,
  query_id: ({ query_id }) => query_id,
  status: ({ status }) => status,
  preimage: ({ preimage }) => preimage,
  fees_msat: ({ fees_msat }) => fees_msat,
  reason: ({ reason }) => reason,
};

function fromPayoutTable(table: RunSnapshot['payouts']): Map<string, PayoutStateOfRun> {
  const column = readTable(table);
  const provider = column<string>('provider');
  const amount = column<number>('amount_msat');
  const ofRun = column<number>('run_msat');
  const query = column<string | undefined>('query_id');
  const status = column<PayoutStateOfRun['status']>('status');
  const preimage = column<string | undefined>('preimage');
  const fees = column<number>('fees_msat');
  const reason = column<string | undefined>('reason');
  const payouts = column<string>('id').map((id, at) => ({
    id,
    provider: provider[at]!,
    amount_msat: amount[at]!,
    run_msat: ofRun[at]!,
    query_id: query[at],
    status: status[at]!,
    preimage: preimage[at],
    fees_msat: fees[at]!,
    reason: reason[at],
  }));
  return new Map(payouts.map((payout) => [payout.id, payout]));
}

/** The state as it is now: nothing in it changes when the state goes on, once it was written as JSON. */
export function encodeSnapshot(state: RunState): RunSnapshot {
  const { chunks, queries, unanswered, payouts, scores, ...run } = state;
  return {
    v: SNAPSHOT_VERSION,
    run,
    scores: [...scores],
    chunks: toChunkTable(chunks, queries.keys()),
    queries: toQueryTable(queries),
    unanswered: toTable([...unanswered], { chunk: ([chunk]) => chunk, times: ([, times]) => times }),
    payouts: toTable([...payouts.values()], PAYOUT_CELLS),
  };
}

/** The state again, to be read or folded on. @param snapshot read from JSON. @throws PylonError `trace-invalid` of another version */
export function decodeSnapshot(snapshot: RunSnapshot): RunState {
  if (snapshot.v !== SNAPSHOT_VERSION)
    throw new PylonError('trace-invalid', {
      value: String(snapshot.v),
      reason: `a snapshot has another version, this Pylon reads ${SNAPSHOT_VERSION}`,
    });
  const { run } = snapshot;
  const queries = fromQueryTable(snapshot.queries);
  const unanswered = readTable(snapshot.unanswered);
  const times = unanswered<number>('times');
  return {
    ...run,
    // JSON leaves out what is undefined.
    input_hash: run.input_hash,
    selected: run.selected,
    chunks: fromChunkTable(snapshot.chunks, [...queries.keys()]),
    queries,
    scores: new Map(snapshot.scores),
    unanswered: new Map(unanswered<number>('chunk').map((chunk, at) => [chunk, times[at]!])),
    payouts: fromPayoutTable(snapshot.payouts),
  };
}
