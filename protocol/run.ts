// A run as it is recorded: its configuration, its metrics, and the record that `--json` prints,
// the history lists and the run folder holds. Snake case: this is the open format.
import { z } from 'zod';
import { noteSchema, scoresSchema } from './annotation.ts';
import { SCHEMA_CHARS_MAX } from './limits.ts';
import { predictLimitsSchema } from './predict-budgets.ts';
import { spanRefSchema } from './span-schema.ts';

export const RUN_STATUSES = ['running', 'done', 'partial', 'failed'] as const;
export type RunStatus = (typeof RUN_STATUSES)[number];

export const runConfigSchema = z.object({
  /** `pylon.map_reduce` (through the swarm) or `pylon.local` (no relay at all). */
  method: z.string().max(64),
  /** Backend and model that route, reduce and stand in: `extractive` or `openai:<model>`. */
  model: z.string().max(256),
  chunk_size: z.number().int().min(1),
  /** Lines that neighbouring chunks share, and most chunks that are asked; by the kind of the text, and all of them, when absent. */
  overlap_lines: z.number().int().min(0).optional(),
  chunks_max: z.number().int().min(1).optional(),
  max_depth: z.number().int().min(1),
  fanout: z.number().int().min(1),
  quorum: z.string().max(32),
  budget_sats: z.number().min(0),
  verification: z.string().max(1_024),
  /** The JSON Schema, as text, that `objective:<file>` applies. */
  verification_schema: z.string().max(SCHEMA_CHARS_MAX).optional(),
  /** The strategy that finds the answer (receipt.ts). */
  strategy_id: z.string().max(64),
  /** The artifact whose parameters the run's prediction is made with; absent for the signature's own. */
  compiled_id: z.string().max(128).optional(),
  /** What was asked for: `auto`, or one by name. Absent in older records. */
  strategy: z.string().max(32).optional(),
  /** What the run's prediction may use, all its parts together. Absent in older records. */
  limits: predictLimitsSchema.optional(),
  /** Tokens that the model's window is taken to have. */
  window_tokens: z.number().int().min(1).optional(),
  timeout_ms: z.number().int().min(1),
  deadline_ms: z.number().int().min(1).optional(),
  relays: z.array(z.string().max(1024)).max(64),
  public: z.boolean(),
  /** Each job's price waits in a hold invoice until its answer was verified; absent in older records. */
  escrow: z.boolean().optional(),
});
export type RunConfig = z.infer<typeof runConfigSchema>;

export const inputFileSchema = z.object({ path: z.string().max(4096), bytes: z.number().int().min(0) });
export type InputFile = z.infer<typeof inputFileSchema>;

export const runErrorSchema = z.object({ code: z.string().max(64), message: z.string().max(4_096) });
export type RunError = z.infer<typeof runErrorSchema>;

/** Counted, never estimated; times in milliseconds, money in msat. */
export const runMetricsSchema = z.object({
  bytes_given: z.number().int(),
  bytes_asked: z.number().int(),
  /** The share of the input that was answered, shown to a model or gone through by a search, each byte counted once: at least this much. */
  coverage: z.number().min(0).max(1),
  /** Gone through by searches; what they did not find is not there. Records of before there were searches lack it. */
  bytes_searched: z.number().int().default(0),
  chunks: z.number().int(),
  chunks_answered: z.number().int(),
  chunks_duplicate: z.number().int(),
  chunks_local: z.number().int(),
  sub_queries: z.number().int(),
  /** Of the sub-queries: those whose answer was known. Records of before there were canaries lack it. */
  canaries: z.number().int().default(0),
  /** Of the sub-queries: those asked because another one of the same chunk gave no answer. */
  retries: z.number().int(),
  /** Those asked beside one that was late. Records of before this was counted lack it. */
  hedges: z.number().int().default(0),
  timeouts: z.number().int(),
  refusals: z.number().int(),
  cancelled: z.number().int(),
  quotes_dropped: z.number().int(),
  findings: z.number().int(),
  providers: z.number().int(),
  calls: z.number().int(),
  /** Of the calls: those of predictions of this node, and not of leaves. */
  lm_calls: z.number().int().default(0),
  /** Steps of explorations. */
  iterations: z.number().int().default(0),
  input_tokens: z.number().int(),
  output_tokens: z.number().int(),
  /** Owed for accepted work, paid or not. */
  cost_msat: z.number().int(),
  /** Still set aside; 0 once the run has ended. Records of before there was money lack these three. */
  held_msat: z.number().int().default(0),
  released_msat: z.number().int().default(0),
  /** Paid for this run by its end, each payment proven by a preimage. */
  paid_msat: z.number().int().default(0),
  elapsed_ms: z.number(),
  query_p50_ms: z.number(),
  query_p99_ms: z.number(),
});
export type RunMetrics = z.infer<typeof runMetricsSchema>;

export const runRecordSchema = z.object({
  id: z.string().regex(/^[0-7][0-9A-HJKMNP-TV-Z]{25}$/),
  /** ISO 8601, UTC. */
  created_at: z.string().max(40),
  status: z.enum(RUN_STATUSES),
  query: z.string(),
  config: runConfigSchema,
  inputs: z.array(inputFileSchema),
  git_sha: z.string().max(64).nullable(),
  dataset: z.string().max(256).nullable(),
  experiment: z.string().max(256).nullable(),
  metrics: runMetricsSchema,
  output: z.string().nullable(),
  span_refs: z.array(spanRefSchema),
  cost_sats: z.number(),
  tokens_used: z.number().int(),
  error: runErrorSchema.nullable(),
  /** What people said of it since (protocol/annotation.ts); absent where nobody did. */
  scores: scoresSchema.optional(),
  note: noteSchema.nullable().optional(),
  /** Public key (hex) of the home that sent it; absent in one's own. What it cost is not this home's money. */
  origin: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .optional(),
});
export type RunRecord = z.infer<typeof runRecordSchema>;
