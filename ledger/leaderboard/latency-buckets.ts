// Latencies counted in buckets whose width grows with the value, so that a few dozen small numbers tell any quantile
// within 2 % (DDSketch, Masson et al. 2019). Counts of two histograms add up to the histogram of both.

/** A value is told as one that is at most this share away from it. */
export const LATENCY_ERROR = 0.02;
const GROWTH = (1 + LATENCY_ERROR) / (1 - LATENCY_ERROR);
const LOG_GROWTH = Math.log(GROWTH);
/** In ms; what is faster is told as this. */
const FASTEST_MS = 0.01;
/** In ms, two weeks; what is slower is told as this. No sub-query may take longer than a day. */
const SLOWEST_MS = 1_209_600_000;

/** The bucket of a latency: from 0, below `BUCKETS`. */
export function bucketOf(latencyMs: number): number {
  if (latencyMs <= FASTEST_MS) return 0;
  return Math.ceil(Math.log(Math.min(latencyMs, SLOWEST_MS) / FASTEST_MS) / LOG_GROWTH);
}

/** How many buckets there are. */
export const BUCKETS = bucketOf(SLOWEST_MS) + 1;

/** What a bucket's latencies are told as, in ms: within 2 % of each of them. */
export function latencyOf(bucket: number): number {
  return bucket === 0 ? FASTEST_MS : (FASTEST_MS * 2 * GROWTH ** bucket) / (GROWTH + 1);
}
