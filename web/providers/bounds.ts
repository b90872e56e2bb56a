// What the drawings of the leaderboard are measured by. Pure.
import type { ProviderReport } from '../../protocol/provider-report.ts';

/** Two-sided 95 % of the normal distribution. */
const Z = 1.96;

/**
 * The upper bound of a share of which `rate` was seen among `count` (Wilson 1927); the daemon tells the lower one.
 * 1 where nothing was seen.
 */
export function wilsonUpper(rate: number | null, count: number): number {
  if (rate === null || count === 0) return 1;
  const square = (Z * Z) / count;
  const spread = Z * Math.sqrt((rate * (1 - rate) + square / 4) / count);
  return Math.min(1, (rate + square / 2 + spread) / (1 + square));
}

/** Jobs that ended in a way that says something about the provider. */
export function endedOf({
  answered,
  failed,
  timeouts,
}: Pick<ProviderReport, 'answered' | 'failed' | 'timeouts'>): number {
  return answered + failed + timeouts;
}

export interface Scale {
  /** Where a value lies, from 0 to 1. */
  at(value: number): number;
}

/**
 * A logarithmic scale over all latencies shown, so that one slow provider does not make all others look alike.
 * From half the smallest to the largest.
 */
export function latencyScale(reports: readonly Pick<ProviderReport, 'latency_ms'>[]): Scale {
  const known = reports.flatMap(({ latency_ms: { p50, p99 } }) => [p50, p99]).filter((ms): ms is number => ms !== null);
  const positive = known.filter((ms) => ms > 0);
  const low = Math.log(positive.reduce((left, right) => Math.min(left, right), Number.POSITIVE_INFINITY) / 2);
  const high = Math.log(positive.reduce((left, right) => Math.max(left, right), 0));
  return {
    at: (ms) => (ms <= 0 || !(high > low) ? 0 : Math.min(1, Math.max(0, (Math.log(ms) - low) / (high - low)))),
  };
}
