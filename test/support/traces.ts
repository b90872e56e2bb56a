// Traces as a conductor writes them, made up: any number of sub-queries with money and answers.
import { sha256Hex } from '../../protocol/event.ts';
import type { RunConfig } from '../../protocol/run.ts';
import type { TraceEvent, TraceFact } from '../../protocol/trace.ts';
import { ulid } from '../../protocol/ulid.ts';

export const RUN_CONFIG: RunConfig = {
  method: 'pylon.map_reduce',
  model: 'extractive',
  chunk_size: 16_000,
  max_depth: 1,
  fanout: 10,
  quorum: 'all',
  budget_sats: 1_000,
  verification: 'none',
  strategy_id: 'map_reduce.v1',
  timeout_ms: 60_000,
  relays: [],
  public: false,
};

export const TRACE_BEGINS_MS = 1_700_000_000_000;

/** Run ids in order: the greater the number, the newer the run. */
export function runIdOf(number: number): string {
  return ulid(
    TRACE_BEGINS_MS + number,
    Uint8Array.from({ length: 10 }, (_, index) => (number * 31 + index) & 0xff),
  );
}

export interface TraceShape {
  readonly runId?: string;
  readonly queries?: number;
  readonly experiment?: string;
  /** Without it the run is still going on. */
  readonly ends?: 'RunDone' | 'RunFailed' | 'never';
}

/** What a sub-query answered; its hash is in the trace. */
export const outputOf = (chunk: number) =>
  JSON.stringify({ findings: [{ quote: `line ${chunk} “ünïcode” 🐘`, score: 1.5 }] });

function* factsOf({ queries = 3, experiment, ends = 'RunDone' }: TraceShape): Generator<TraceFact> {
  const inputs = [{ path: 'build.log', bytes: queries * 16_000 }];
  const identity = { git_sha: null, dataset: null, experiment: experiment ?? null };
  yield { type: 'RunInit', query: 'Why “does” this build fail?\n🐘', config: RUN_CONFIG, inputs, ...identity };
  for (let chunk = 0; chunk < queries; chunk++) {
    const [startByte, query_id] = [chunk * 16_000, `${chunk}.0`];
    const lines = { start_line: chunk * 200 + 1, end_line: chunk * 200 + 200 };
    const place = { start_byte: startByte, end_byte: startByte + 16_000, content_hash: sha256Hex(`chunk ${chunk}`) };
    yield { type: 'EnvLoadFragment', chunk, span: { id: `${chunk}`, path: 'build.log', ...lines, ...place } };
    yield { type: 'BudgetReserve', query_id, amount_msat: 26 };
    const asked = { query_id, chunk, attempt: 0, provider: 'ab'.repeat(32), venue: 'Swarm' as const, price_msat: 26 };
    yield { type: 'SubQuerySubmit', ...asked };
    yield {
      type: 'SubQueryReturn',
      query_id,
      ok: true,
      latency_ms: 12.5,
      findings: 1,
      quotes_dropped: 0,
      usage: { calls: 0, input_tokens: 0, output_tokens: 0 },
      request_id: sha256Hex(`request ${chunk}`),
      output_hash: sha256Hex(outputOf(chunk)),
      preview: `line ${chunk} of the log says what went wrong`,
    };
    yield { type: 'BudgetSettle', query_id, provider: 'ab'.repeat(32), amount_msat: 26 };
  }
  if (ends === 'RunDone') yield { type: 'RunDone', status: 'done', output: 'Because of “it” 🐘.', span_refs: [] };
  if (ends === 'RunFailed')
    yield { type: 'RunFailed', error: { code: 'no-answer', message: 'nothing usable came back' } };
}

/** A whole trace: 1 + 5 events for each query + 1. */
export function traceOf(shape: TraceShape = {}): TraceEvent[] {
  const run_id = shape.runId ?? runIdOf(1);
  return [...factsOf(shape)].map(
    (fact, seq) => ({ v: 1, run_id, seq, timestamp_ms: TRACE_BEGINS_MS + seq, ...fact }) as TraceEvent,
  );
}
