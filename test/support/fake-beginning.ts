// How a run of the fake engine begins: what was asked, of which files, and what it will cite.
import { createHash } from 'node:crypto';
import type { RunRequest } from '../../node/engine/port.ts';
import type { SpanRef } from '../../protocol/span.ts';
import type { TraceFact } from '../../protocol/trace.ts';

interface FakeFile {
  readonly path: string;
  readonly bytes: Buffer;
}

/** The span of a file's first line. */
export function firstLine(path: string, bytes: Buffer, n: number): SpanRef {
  const at = bytes.indexOf(10);
  const end = at < 0 ? bytes.length : at;
  const content_hash = createHash('sha256').update(bytes.subarray(0, end)).digest('hex');
  return { id: `s${n}`, path, start_line: 1, end_line: 1, start_byte: 0, end_byte: end, content_hash };
}

export function beginningOf({ query, options }: RunRequest, files: readonly FakeFile[]): TraceFact {
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
