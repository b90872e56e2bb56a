// The nearest-rank percentile: always a value that was seen, so that a recount can find the very same.

/** Which of `count` values in ascending order, from 1, is the one below which a share of them lies. */
export function percentileRank(count: number, share: number): number {
  return Math.max(1, Math.ceil(share * count));
}

/** The value below which a share of sorted values lies; 0 when there are none. */
export function percentile(sorted: ArrayLike<number>, share: number): number {
  return sorted[percentileRank(sorted.length, share) - 1] ?? 0;
}
