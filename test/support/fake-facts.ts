// What the fake engine's traces say of its input: how a run begins, how a query is answered, and the first line that it cites.
import { createHash } from 'node:crypto';
import type { RunRequest } from '../../node/engine/port.ts';
import type { SpanRef } from '../../protocol/span.ts';
import type { TraceFact } from '../../protocol/trace.ts';
import { PROVIDER } from './fake-providers.ts';

export interface FakeFile {
  readonly path: string;
  readonly bytes: Buffer;
}

export function firstLine(path: string, bytes: Buffer, n: number): SpanRef {
  const at = bytes.indexOf(10);
  const end = at < 0 ? bytes.length : at;
  const content_hash = createHash('sha256').update(bytes.subarray(0, end)).digest('hex');
  return { id: `s${n}`, path, start_line: 1, end_line: 1, start_byte: 0, end_byte: end, content_hash };
}

export function initOf({ query, options }: RunRequest, files: readonly FakeFile[]): TraceFact {
  const { fanout, quorum, budget_sats } = options;
  return {
    type: 'RunInit',
    query,
    config: {
      method: 'pylon.map_reduce',
      model: 'fake',
      chunk_size: options.chunk_size ?? 16_000,
      max_depth: 1,
      fanout,
      quorum,
      budget_sats,
      verification: 'none',
      strategy_id: 'direct.v1',
      timeout_ms: options.timeout_s * 1_000,
      relays: options.relays,
      public: options.public,
    },
    inputs: files.map(({ path, bytes }) => ({ path, bytes: bytes.length })),
    git_sha: null,
    dataset: options.dataset ?? null,
    experiment: options.experiment ?? null,
  };
}

/** A query that is asked, answered and owed. */
export function answerOf(query_id: string, chunk: number): TraceFact[] {
  const usage = { calls: 0, input_tokens: 0, output_tokens: 0 };
  const asked = { query_id, chunk, attempt: 0, provider: PROVIDER, venue: 'Swarm', price_msat: 26 } as const;
  const answered = { query_id, ok: true, latency_ms: 7, findings: 1, quotes_dropped: 0, usage, preview: 'found' };
  return [
    { type: 'BudgetReserve', query_id, amount_msat: 26 },
    { type: 'SubQuerySubmit', ...asked },
    { type: 'SubQueryReturn', ...answered },
    { type: 'BudgetSettle', query_id, provider: PROVIDER, amount_msat: 26 },
  ];
}
