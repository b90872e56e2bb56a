// What came of one prediction that a gate looks at.

export interface Outcome {
  /** 0 to 1, by the reward of the compile; 0 where the prediction failed. */
  readonly reward: number;
  readonly costMsat: number;
  /** Calls of a model. */
  readonly calls: number;
  readonly latencyMs: number;
  readonly isError: boolean;
}
