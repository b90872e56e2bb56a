// The receipt of a prediction (`openagents.dse.predict_receipt`): with nothing else at hand it tells which strategy ran and why,
// which budgets were hit, which spans were read and how many iterations and sub-calls it took. Camel case, as the format has it.
import { z } from 'zod';
import { CANARY_ARMS } from './dse/canary.ts';
import { LIMIT_NAMES, predictLimitsSchema, predictUsageSchema } from './predict-budgets.ts';
import { runErrorSchema } from './run.ts';
import { usageSchema } from './signature.ts';

export const RECEIPT_FORMAT = 'openagents.dse.predict_receipt';
/** Spans that a receipt lists; `spansLeftOut` counts the rest. */
export const RECEIPT_SPANS_MAX = 256;

const hash = z.string().regex(/^[0-9a-f]{64}$/);
const count = z.number().int().min(0);

export const STRATEGY_IDS = ['direct.v1', 'map_reduce.v1', 'rlm_lite.v1', 'distilled.search_line_extract.v1'] as const;
export type StrategyId = (typeof STRATEGY_IDS)[number];

/** How much of the model's window the input would fill, and what that is computed from. */
export const contextPressureSchema = z.object({
  /** inputTokens / windowTokens; above 1 it does not fit. */
  pressure: z.number().min(0),
  inputBytes: count,
  /** Estimated at four bytes a token. */
  inputTokens: count,
  windowTokens: count,
});
export type ContextPressure = z.infer<typeof contextPressureSchema>;

/** Lines of the input that were shown to a model or quoted to the kernel. */
export const readSpanSchema = z.object({
  path: z.string().max(4_096),
  start_line: z.number().int().min(1),
  end_line: z.number().int().min(1),
});
export type ReadSpan = z.infer<typeof readSpanSchema>;

export const receiptSchema = z.object({
  format: z.literal(RECEIPT_FORMAT),
  version: z.literal(1),
  /** ULID. */
  receiptId: z.string().max(128),
  runId: z.string().max(128),
  /** Receipt of the prediction that this one is a part of; its own id where it is part of none. */
  threadId: z.string().max(128),
  signatureId: z.string().max(128),
  /** The artifact whose params were used; `default` where none is active. */
  compiled_id: z.string().max(128),
  /** The canary that counts it, and as which of its arms; absent where none did. */
  canary: z.object({ canaryId: z.string().max(128), arm: z.enum(CANARY_ARMS) }).optional(),
  strategyId: z.string().max(64),
  /** Why this strategy, in words. */
  strategyReason: z.string().max(1_024),
  /** sha256 of canonical JSON, of the rendered prompt as text. Null where there is none: no prompt was rendered, no output came. */
  hashes: z.object({
    inputSchema: hash,
    outputSchema: hash,
    promptIr: hash.nullable(),
    renderedPrompt: hash.nullable(),
    params: hash,
    input: hash,
    output: hash.nullable(),
  }),
  /** Backend and model: `extractive` or `openai:<model>`. */
  model: z.string().max(256),
  usage: usageSchema,
  startedAtMs: z.number().int(),
  latencyMs: z.number().min(0),
  budgets: z.object({
    limits: predictLimitsSchema,
    usage: predictUsageSchema,
    /** The limits that stopped something. */
    hit: z.array(z.enum(LIMIT_NAMES)),
  }),
  contextPressure: contextPressureSchema.nullable(),
  repairs: count,
  /** The exploration, where there was one: payload of the run under this hash (`openagents.dse.rlm_trace`). */
  rlmTrace: z.object({ blobId: hash, bytes: count, iterations: count, subCalls: count }).nullable(),
  spansRead: z.array(readSpanSchema).max(RECEIPT_SPANS_MAX),
  spansLeftOut: count,
  /** `partial`: a budget was exhausted, and this is what was known then. */
  result: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('done') }),
    z.object({ kind: z.literal('partial'), error: runErrorSchema }),
    z.object({ kind: z.literal('failed'), error: runErrorSchema }),
  ]),
});
export type PredictReceipt = z.infer<typeof receiptSchema>;
