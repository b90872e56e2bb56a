// Results of a benchmark that never ran, for what reads results.
import type { Metrics, Result } from '../../bench/long-context/result.ts';
import type { RunRecord } from '../../protocol/run.ts';

const METRICS: Metrics = {
  score: 1,
  evidence: 1,
  coverage: 1,
  calls: 3,
  input_tokens: 900,
  output_tokens: 100,
  sats: 0.5,
  wall_ms: 120,
  peak_mb: 90,
  served: null,
  is_truthful: null,
};

export function madeResult(
  changes: Partial<Omit<Result, 'metrics'>> & { readonly metrics?: Partial<Metrics> },
): Result {
  const { metrics, ...rest } = changes;
  return {
    v: 1,
    suite: 's-niah',
    task: 'depth0-8000-1',
    method: 'map_reduce',
    bytes: 8_000,
    conditions: {
      model: 'oracle',
      seed: 1,
      error_rate: 0,
      verify: 'none',
      fanout: 10,
      providers: 4,
      window_tokens: 16_384,
      chunk_bytes: null,
      latency_ms: 0,
    },
    expected: 'KX-4417-RD',
    answer: 'KX-4417-RD [1]',
    error: null,
    record: null as RunRecord | null,
    ...rest,
    metrics: { ...METRICS, ...metrics },
  };
}
