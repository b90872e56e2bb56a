// What is known of a run at one moment of it. Only fold.ts changes it, one event at a time.
import type { InputFile, RunConfig, RunError, RunStatus } from './run.ts';
import type { SpanRef } from './span.ts';
import type { TraceEvent } from './trace.ts';
import { NO_USAGE, type Usage } from './usage.ts';

/** Most steps kept of one run: the first ones and the latest; the trace has them all. */
export const STEPS_MAX = 256;

export type QueryStatus = 'submitted' | 'executing' | 'answered' | 'failed' | 'timeout' | 'cancelled';

/**
 * `rejected` and `refuted` did not pass, of `accepted`, `local` (ours decided), `confirmed` and `canary` the answer was right, `withdrawn` was
 * accepted until its provider was caught, and of the others nobody could tell.
 */
export type QueryVerdict =
  | 'accepted'
  | 'local'
  | 'confirmed'
  | 'canary'
  | 'rejected'
  | 'refuted'
  | 'withdrawn'
  | 'undecided'
  | 'unavailable';

/** A step of the whole run, as its trace tells it. */
export type RunStep = Extract<TraceEvent, { type: 'Predict' | 'RlmIteration' | 'Aggregate' }>;

export interface QueryState {
  readonly id: string;
  readonly chunk: number;
  readonly attempt: number;
  readonly provider: string;
  readonly venue: 'Local' | 'Swarm' | 'Cloud';
  readonly submitted_ms: number;
  /** The name that its provider had announced. */
  readonly name: string | undefined;
  /** At most this is owed for its answer. */
  readonly price_msat: number;
  /** As its provider announced it. */
  readonly model: string | undefined;
  /** Its answer was known. */
  readonly canary: boolean;
  /** Why it was asked beside or after others of its chunk. */
  reason: 'retry' | 'hedge' | undefined;
  /** Of a hedge: the query that was late. */
  hedge_of: string | undefined;
  status: QueryStatus;
  /** When its provider showed that it worked on it. */
  executing_ms: number | undefined;
  /** When it ended, however it did. */
  ended_ms: number | undefined;
  /** The event that ended it, which has all that is known of its end. */
  ended_seq: number | undefined;
  /** What was said last of its answer. */
  verdict: QueryVerdict | undefined;
  /** It answered, and was found to be wrong. */
  rejected: boolean;
  latency_ms: number | undefined;
  findings: number;
  settled_msat: number;
  error: RunError | undefined;
}

/** A payout as the run's own trace tells it; the ledger knows what became of it later. */
export interface PayoutStateOfRun {
  readonly id: string;
  readonly provider: string;
  readonly amount_msat: number;
  /** The part that pays for this run. */
  readonly run_msat: number;
  /** Where it pays for just this query, before its answer. */
  readonly query_id: string | undefined;
  status: 'started' | 'settled' | 'unknown' | 'failed';
  preimage: string | undefined;
  fees_msat: number;
  reason: string | undefined;
}

export interface ChunkState {
  readonly span: SpanRef;
  readonly same_as: number | undefined;
  answered: boolean;
  /** The query whose answer counts. */
  answer: string | undefined;
  /** Why it was asked of the local backend. */
  fallback: string | undefined;
  /** What its replicas came to: `n` of `m` said the same. */
  agreement: { readonly n: number; readonly m: number; readonly verdict: QueryVerdict } | undefined;
}

/** A question that an exploration put to parts of the input; its chunks are numbered from `first_chunk` on. */
export type FanOutState = Pick<
  Extract<TraceEvent, { type: 'EnvFanOut' }>,
  'pass' | 'question' | 'first_chunk' | 'bytes_given'
>;

export interface RunState {
  id: string;
  next_seq: number;
  status: RunStatus;
  query: string;
  config: RunConfig;
  inputs: InputFile[];
  git_sha: string | null;
  dataset: string | null;
  experiment: string | null;
  created_ms: number;
  updated_ms: number;
  /** How often the run was resumed after it was interrupted. */
  resumes: number;
  /** Sha256 of the whole input, once it was read. */
  input_hash: string | undefined;
  /** Time between its ends by interruption and their resumption, in which nobody worked on it. */
  idle_ms: number;
  chunks: ChunkState[];
  queries: Map<string, QueryState>;
  /** By chunk, queries that ended without an answer that counts, and for which nobody was asked since. */
  unanswered: Map<number, number>;
  /** Router, Reducer, Verifier and the like, in order; those in the middle are left out when there are many. */
  steps: RunStep[];
  steps_left_out: number;
  /** Fan-outs of explorations, the first ones where there are many. */
  fan_outs: FanOutState[];
  /** What was put before a model as it is. */
  shown: SpanRef[];
  bytes_searched: number;
  /** Steps of explorations. */
  iterations: number;
  /** Calls of models by predictions of this node. */
  lm_calls: number;
  /** Fragments that the router chose; undefined until it did. */
  selected: number | undefined;
  in_flight: number;
  held_msat: number;
  /** Owed for accepted work, paid or not. */
  spent_msat: number;
  released_msat: number;
  payouts: Map<string, PayoutStateOfRun>;
  chunks_local: number;
  findings: number;
  quotes_dropped: number;
  usage: Usage;
  output: string | null;
  span_refs: SpanRef[];
  error: RunError | null;
  /** What people said of it since it ended. */
  scores: Map<string, number>;
  note: string | null;
}

/** The state after RunInit. */
export function begin(event: Extract<TraceEvent, { type: 'RunInit' }>): RunState {
  return {
    id: event.run_id,
    next_seq: 1,
    status: 'running',
    query: event.query,
    config: event.config,
    inputs: event.inputs,
    git_sha: event.git_sha,
    dataset: event.dataset,
    experiment: event.experiment,
    created_ms: event.timestamp_ms,
    updated_ms: event.timestamp_ms,
    resumes: 0,
    input_hash: undefined,
    idle_ms: 0,
    chunks: [],
    queries: new Map(),
    unanswered: new Map(),
    steps: [],
    steps_left_out: 0,
    fan_outs: [],
    shown: [],
    bytes_searched: 0,
    iterations: 0,
    lm_calls: 0,
    selected: undefined,
    in_flight: 0,
    held_msat: 0,
    spent_msat: 0,
    released_msat: 0,
    payouts: new Map(),
    chunks_local: 0,
    findings: 0,
    quotes_dropped: 0,
    usage: NO_USAGE,
    output: null,
    span_refs: [],
    error: null,
    scores: new Map(),
    note: null,
  };
}

/** The run goes on behind an end by interruption: what it had said of that end does not hold any more. */
export function resume(state: RunState, times: number, idleMs: number): void {
  state.resumes = times;
  state.idle_ms += idleMs;
  state.status = 'running';
  state.output = null;
  state.span_refs = [];
  state.error = null;
}
