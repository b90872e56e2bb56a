// Mining: a good exploration becomes an example, and what many of them did alike a tactic.
import { z } from 'zod';
import { predictUsageSchema } from '../predict-budgets.ts';
import { exampleSchema, SPLITS } from './example.ts';
import { keptSchema } from './example-list.ts';

/** Receipts that one request looks at. */
export const MINED_MAX = 1_000;

const signatureId = z.string().min(1).max(128);
const id = z.string().min(1).max(128);
const tags = exampleSchema.shape.tags.default([]);
const count = z.number().int().min(0);
const share = z.number().min(0).max(1);

const wishShape = {
  split: z.enum(SPLITS).default('train'),
  tags,
  /** Nothing is written. */
  dryRun: z.boolean().default(false),
  /** Also what nobody confirmed, for a person to judge: it is `pending` then. What is forged is never taken. */
  unverified: z.boolean().default(false),
};

export const traceExportSchema = z.strictObject({ receiptId: id, ...wishShape });
export type TraceExport = z.infer<typeof traceExportSchema>;

export const mineRequestSchema = z.strictObject({
  signature: signatureId,
  /** Only receipts of this run. */
  run: id.optional(),
  /** Only receipts from then on (unix ms). */
  sinceMs: z.number().int().min(0).optional(),
  limit: z.number().int().min(1).max(MINED_MAX).default(MINED_MAX),
  ...wishShape,
});
export type MineRequest = z.infer<typeof mineRequestSchema>;

/** Why a trace is not learnt from, in the order in which it is looked at. */
export const REFUSALS = [
  /** Another home's. */
  'foreign',
  /** It failed, or a budget ended it. */
  'unfinished',
  /** Nothing was explored, or it was not kept. */
  'no_trace',
  /** What was kept does not lead to what is told: somebody wrote it. */
  'forged',
  /** The answer cites nothing, or what is not there. */
  'ungrounded',
  /** The answer, or what it cites, gives orders to whoever reads it. */
  'instructions',
  /** A person scored the run low. */
  'scored_low',
  /** The input is not there any more, so that nothing of it can be confirmed. */
  'input_gone',
  /** The answer says what its citations do not. */
  'unverified',
] as const;
export type Refusal = (typeof REFUSALS)[number];

/** What was made of one receipt. */
export const minedSchema = z.object({
  receiptId: id,
  /** `known`: it is an example already, and stays as people left it. */
  outcome: z.enum(['mined', 'pending', 'known', 'refused']),
  exampleId: z.string().nullable(),
  refusal: z.enum(REFUSALS).nullable(),
  /** In words; empty where all is well. */
  reason: z.string(),
});
export type Mined = z.infer<typeof minedSchema>;

/** The example as it was written, or would be. */
export const exportedTraceSchema = minedSchema.extend({ example: exampleSchema });
export type ExportedTrace = z.infer<typeof exportedTraceSchema>;

export const mineReportSchema = z.object({
  signatureId,
  dryRun: z.boolean(),
  looked: count,
  mined: count,
  pending: count,
  known: count,
  refused: count,
  /** Those that went to another side of the split than was asked for. */
  moved: keptSchema.shape.moved,
  /** Oldest first. */
  receipts: z.array(minedSchema),
});
export type MineReport = z.infer<typeof mineReportSchema>;

export const tacticRequestSchema = z.strictObject({
  signature: signatureId,
  run: id.optional(),
  sinceMs: z.number().int().min(0).optional(),
  limit: z.number().int().min(1).max(MINED_MAX).default(MINED_MAX),
  /** Traces that must have done the same. */
  minTraces: z.number().int().min(2).max(MINED_MAX).default(2),
});
export type TacticRequest = z.infer<typeof tacticRequestSchema>;

const range = z.object({ min: z.number(), max: z.number() });

const tacticSchema = z.object({
  /** Of its operations: the same ones have the same name. */
  tacticId: z.string(),
  /** As `Search:bm25`, in order; what is repeated stands once, with a `+`. */
  operations: z.array(z.string()),
  /** It goes from the question to the answer: one that does not is no strategy. */
  isWhole: z.boolean(),
  /** What held wherever it was used. */
  precondition: z.object({
    inputBytes: range,
    files: range,
    /** Endings of the names of the files. */
    kinds: z.array(z.string()),
    /** Words that every question has. */
    words: z.array(z.string()),
    quotesPhrase: z.boolean(),
  }),
  /** What was there when it stopped. */
  stopRule: z.object({ citations: range, lastOperation: z.string(), rows: range }),
  /** The most that any of them used. */
  budgets: predictUsageSchema,
  traces: count,
  /** Of all traces that were looked at. */
  share,
  /** Of its traces, those that would be mined. */
  goodShare: share,
  /** Mean of the scores of its runs; null where none has any. */
  meanScore: z.number().nullable(),
  /** Means per trace. */
  mean: z.object({ calls: z.number(), subCalls: z.number(), msat: z.number(), latencyMs: z.number() }),
  /** Of its traces, in order of time. */
  receiptIds: z.array(id),
});
export type Tactic = z.infer<typeof tacticSchema>;

export const tacticReportSchema = z.object({
  signatureId,
  traces: count,
  /** The most used first. */
  tactics: z.array(tacticSchema),
});
export type TacticReport = z.infer<typeof tacticReportSchema>;

export const TACTIC_DRAFT_FORMAT = 'openagents.dse.tactic_draft';

/** A tactic as a draft of a strategy: what somebody who makes one of it begins with. */
export const tacticDraftSchema = z.object({
  format: z.literal(TACTIC_DRAFT_FORMAT),
  version: z.literal(1),
  strategyId: z.string(),
  signatureId,
  tactic: tacticSchema,
  /** Those of its traces that are examples, but for held-out ones. */
  examples: z.array(exampleSchema),
});
export type TacticDraft = z.infer<typeof tacticDraftSchema>;

export const tacticDraftRequestSchema = tacticRequestSchema.extend({
  tacticId: z.string().min(1).max(64),
  /** `distilled.<name>.v0`. */
  name: z
    .string()
    .regex(/^[a-z][a-z0-9_]{0,63}$/, 'is not a name of small letters, digits and _')
    .optional(),
});
export type TacticDraftRequest = z.infer<typeof tacticDraftRequestSchema>;
