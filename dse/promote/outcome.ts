// What came of one prediction that a gate looks at, and what it means over many.

export interface Outcome {
  /** 0 to 1, by the reward of the compile; 0 where the prediction failed. */
  readonly reward: number;
  readonly costMsat: number;
  /** Calls of a model. */
  readonly calls: number;
  readonly latencyMs: number;
  readonly isError: boolean;
}

/** Mean of one measure; 0 over none. */
export function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}
