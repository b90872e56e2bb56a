// The mean of what was measured, the same wherever something is averaged.

/** 0 over none. */
export function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}
