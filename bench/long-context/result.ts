// One result: a task answered by a method under conditions, with everything that is measured. A line of the checkpoint (results.jsonl).
import { z } from 'zod';
import { runErrorSchema, runRecordSchema } from '../../protocol/run.ts';

const count = z.number().int().min(0);
const figure = z.number().nullable();

export const conditionsSchema = z.object({
  model: z.string(),
  seed: count,
  error_rate: z.number(),
  verify: z.string(),
  fanout: count,
  providers: count,
  window_tokens: count,
  chunk_bytes: count.nullable(),
  latency_ms: count,
});

/** Null where it cannot be known: with a real endpoint nobody else counts. */
export const metricsSchema = z.object({
  score: z.number().min(0).max(1),
  /** The share of the evidence that is cited; null where a task has no single lines as evidence. */
  evidence: figure,
  /** The share of the input that the run says was seen. */
  coverage: figure,
  calls: count,
  input_tokens: count,
  output_tokens: count,
  sats: z.number(),
  wall_ms: z.number(),
  /** Highest resident memory of this process, oracle included, while the task was answered. */
  peak_mb: z.number(),
  /** What the endpoint counted by itself. */
  served: z
    .object({
      calls: count,
      input_tokens: count,
      output_tokens: count,
      leaf_calls: count,
      leaf_prompts: count,
      root_calls: count,
      root_prompt_bytes_max: count,
      /** Bytes of the parts that leaves read, each part once, to the bytes of the input; and with every replica. */
      leaf_ratio: z.number(),
      leaf_ratio_all: z.number(),
      records_told: count,
      records_wrong: count,
    })
    .nullable(),
  /** Reported calls and tokens are exactly what was served; null where nobody else counts. */
  is_truthful: z.boolean().nullable(),
});
export type Metrics = z.infer<typeof metricsSchema>;

export const resultSchema = z.object({
  v: z.literal(1),
  suite: z.string(),
  task: z.string(),
  method: z.string(),
  /** Of the input, really. */
  bytes: count,
  conditions: conditionsSchema,
  expected: z.string(),
  answer: z.string().nullable(),
  error: runErrorSchema.nullable(),
  metrics: metricsSchema,
  /** The run with its scores; null where it was refused before it began. */
  record: runRecordSchema.nullable(),
});
export type Result = z.infer<typeof resultSchema>;

/** Results with the same key are the same measurement. */
export function keyOf({ suite, task, method, conditions }: Pick<Result, 'suite' | 'task' | 'method' | 'conditions'>) {
  return JSON.stringify([suite, task, method, Object.entries(conditions).sort()]);
}
