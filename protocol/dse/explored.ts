// An exploration as a person looks at it: each step with what was asked, how much came back and what it had cost by then. It is put together of
// the trace and the run's events, bounded; the whole is the payload that the receipt names.
import { z } from 'zod';
import { predictLimitsSchema, predictUsageSchema } from '../predict-budgets.ts';
import { readSpanSchema } from '../receipt.ts';
import { recordedErrorSchema } from '../rlm-trace.ts';

/** Steps of one answer. */
export const EXPLORED_STEPS_MAX = 200;
/** Of what a controller wrote in one step; and of an answer or a quote. */
export const EXPLORED_CHARS_MAX = 4_096;

export const exploredQuerySchema = z.object({
  /** The first step of the page, counted from 0 in the order in which they began. */
  from: z.coerce.number().int().min(0).default(0),
  limit: z.coerce.number().int().min(1).max(EXPLORED_STEPS_MAX).default(50),
});
export type ExploredQuery = z.infer<typeof exploredQuerySchema>;

const count = z.number().int().min(0);

const effectSummarySchema = z.object({
  kind: z.string(),
  /** Of what it brought, as JSON. */
  bytes: count,
  errorCode: z.string().nullable(),
});

export const exploredStepSchema = z.object({
  /** Place in the trace. */
  at: count,
  depth: count,
  /** `none` where what was written is no action. */
  action: z.string(),
  /** Arguments in a few words; what the controller wrote, cut; null where it is not known. */
  detail: z.string().nullable(),
  written: z.string().nullable(),
  writtenLeft: count,
  /** Of what the controller was shown of it; null where no event tells. */
  observationChars: count.nullable(),
  spans: z.array(readSpanSchema),
  bytesScanned: count.nullable(),
  subCalls: count.nullable(),
  newEvidence: z.boolean().nullable(),
  repairs: count.nullable(),
  latencyMs: z.number().nullable(),
  effects: z.array(effectSummarySchema),
  /** All that the prediction had used when it ended. */
  used: predictUsageSchema.nullable(),
  error: z.object({ code: z.string(), message: z.string() }).nullable(),
});
export type ExploredStep = z.infer<typeof exploredStepSchema>;

export const citedEvidenceSchema = z.object({
  path: z.string(),
  start_line: z.number().int(),
  end_line: z.number().int(),
  start_byte: count,
  end_byte: count,
  quote: z.string(),
  /** sha256 of the cited bytes; null where the quote is not all of them. */
  content_hash: z.string().nullable(),
});

export const exploredSchema = z.object({
  receiptId: z.string(),
  runId: z.string(),
  /** Null where the exploration was not recorded step by step: then the events alone tell. */
  query: z.string().nullable(),
  controller: z.string().nullable(),
  limits: predictLimitsSchema,
  steps: z.array(exploredStepSchema),
  total: count,
  next_from: count.nullable(),
  final: z
    .object({
      answer: z.string(),
      answerLeft: count,
      evidence: z.array(citedEvidenceSchema),
      evidenceLeft: count,
      outputHash: z.string(),
      error: recordedErrorSchema.nullable(),
    })
    .nullable(),
});
export type ExploredView = z.infer<typeof exploredSchema>;
