// Runs side by side, as it is told: by `pylon experiment`, the API and the dashboard. Made by compare.ts, which is pure and
// needs nothing of this file at run time.
import { z } from 'zod';
import { RUN_STATUSES } from './run.ts';

const count = z.number().int().min(0);
const share = z.number().min(0).max(1);
const value = z.number().nullable();

export const metricSchema = z.object({
  /** `accuracy`, `latency_ms`, or the name of a score. */
  name: z.string(),
  better: z.enum(['higher', 'lower']),
});
export type Metric = z.infer<typeof metricSchema>;

const comparedRunSchema = z.object({
  run_id: z.string(),
  created_at: z.string(),
  status: z.enum(RUN_STATUSES),
  method: z.string(),
  query: z.string(),
  dataset: z.string().nullable(),
  /** Which of `sides` it belongs to. */
  side: count,
  /** One for each metric; null where the run has none. */
  values: z.array(value),
  /** The best of all that can be compared in this metric. */
  best: z.array(z.boolean()),
});
export type ComparedRun = z.infer<typeof comparedRunSchema>;

const sideSchema = z.object({
  /** What its runs have in common and others have not. */
  label: z.string(),
  runs: count,
  /** The mean of its runs that are over, for each metric. */
  means: z.array(value),
});
export type Side = z.infer<typeof sideSchema>;

export const pairedTestSchema = z.object({
  /** Indexes of `sides`, or with `by` items of `runs`. */
  a: count,
  b: count,
  /** What is paired: the items that two runs scored, or runs of two sides that asked the same of one data set. */
  by: z.enum(['items', 'questions']),
  metric: z.string(),
  better: z.enum(['higher', 'lower']),
  /** Pairs. */
  n: count,
  mean_a: z.number(),
  mean_b: z.number(),
  /** Mean of b minus a. */
  effect: z.number(),
  /** Pairs in which a, or b, is better; the others are equal. */
  wins_a: count,
  wins_b: count,
  /** `mcnemar`: exact, where all values are 0 or 1; else `sign-flip`. */
  test: z.enum(['mcnemar', 'sign-flip']),
  /** Two-sided. */
  p: share,
  /** By Holm, for all tests of this comparison together; 1 where there are too few pairs. */
  p_adjusted: share,
  /** Fewer pairs than it takes to be sure of anything: whatever they say, p cannot come below 0.05. */
  too_few: z.boolean(),
  /** Which one is better, where p_adjusted is below 0.05. */
  winner: z.enum(['a', 'b']).nullable(),
});
export type PairedTest = z.infer<typeof pairedTestSchema>;

export const comparisonSchema = z.object({
  metrics: z.array(metricSchema),
  runs: z.array(comparedRunSchema),
  sides: z.array(sideSchema),
  /** What the runs were asked with that is not the same in all of them; as JSON, one for each run. */
  differences: z.array(z.object({ field: z.string(), values: z.array(z.string()) })),
  tests: z.array(pairedTestSchema),
});
export type Comparison = z.infer<typeof comparisonSchema>;
