// The trace of an exploration (`openagents.dse.rlm_trace`): what was asked, each action as the controller wrote it, and everything that came
// to the kernel from outside. With it and nothing else the same kernel explores the same again. It is a payload of the run, in canonical
// JSON; what would make it too large is in further payloads that it names.
import { z } from 'zod';
import { predictLimitsSchema, predictUsageSchema } from './predict-budgets.ts';
import { recordValueSchema } from './records.ts';
import { runErrorSchema } from './run.ts';
import { usageSchema } from './signature.ts';

export const RLM_TRACE_FORMAT = 'openagents.dse.rlm_trace';
export const RLM_TRACE_VERSION = 1;

const count = z.number().int().min(0);
const hash = z.string().regex(/^[0-9a-f]{64}$/);
const line = z.number().int().min(1);
const text = z.string();

/** A value of JSON that is too long to stand in the trace: the UTF-8 of its canonical JSON, cut into payloads. */
export const elsewhereSchema = z.strictObject({ payloads: z.array(hash).min(1).max(4_096), bytes: count });
export type Elsewhere = z.infer<typeof elsewhereSchema>;

/** An error of the catalogue, with what makes its message. */
export const recordedErrorSchema = z.strictObject({
  code: z.string().max(64),
  reason: text,
  next: text,
  value: text.optional(),
});
export type RecordedError = z.infer<typeof recordedErrorSchema>;

const placeShape = { file: count, startByte: count, endByte: count, startLine: line };
export const recordedPassageSchema = z.strictObject({ ...placeShape, endLine: line });
export const recordedSearchSchema = z.strictObject({
  hits: z.array(z.strictObject({ ...placeShape, endLine: line, text, score: z.number() })),
  matches: count,
  bytesScanned: count,
});
/**
 * Each of `found`: file, startByte, endByte, startLine, endLine, score, quote, note, and, where it is a record, the values of `fields`. The
 * quote of a record is left out: the kernel reads the record, and cites the bytes.
 */
export const recordedFanOutSchema = z.strictObject({
  fields: z.array(z.string()),
  found: z.array(z.tuple([count, count, count, line, line, z.number(), text, text.nullable()], recordValueSchema)),
  chunks: count,
  chunksAnswered: count,
  asked: count,
  bytesGiven: count,
  bytesAnswered: count,
  error: runErrorSchema.optional(),
});
export const recordedCompletionSchema = z.strictObject({ text, usage: usageSchema });
/** Bytes of the input: as text where they are UTF-8, else as base64. */
export const recordedBytesSchema = z.union([z.strictObject({ text }), z.strictObject({ base64: z.base64() })]);

export const EFFECT_KINDS = [
  'controller',
  'read',
  'lines',
  'locate',
  'cut',
  'search',
  'fanOut',
  'ask',
  'tool',
] as const;
export type EffectKind = (typeof EFFECT_KINDS)[number];

/**
 * One call from the kernel to the outside. Of a call of the controller the request is left out, because it is rendered again; of a long
 * request its sha256 stands in its place.
 */
export const effectSchema = z.strictObject({
  kind: z.enum(EFFECT_KINDS),
  request: z.unknown().optional(),
  /** The value, or where it is. */
  result: z.unknown().optional(),
  elsewhere: elsewhereSchema.optional(),
  error: recordedErrorSchema.optional(),
  /** What a call that failed had cost. */
  usage: usageSchema.optional(),
});
export type Effect = z.infer<typeof effectSchema>;

/** What was asked of the budget, and what it said. */
export const budgetStepSchema = z.strictObject({
  ask: z.enum(['charge', 'take', 'giveBack', 'remaining', 'hit']),
  kind: z.string().max(32).optional(),
  amount: count.optional(),
  taken: count.optional(),
  left: predictLimitsSchema.optional(),
  hit: z.array(z.string().max(32)).max(16).optional(),
  error: recordedErrorSchema.optional(),
});
export type BudgetStep = z.infer<typeof budgetStepSchema>;

export const recordedIterationSchema = z.strictObject({
  depth: count.max(16),
  /** Why it did not take place. */
  stop: recordedErrorSchema.optional(),
  /** In order. */
  effects: z.array(effectSchema),
  budget: z.array(budgetStepSchema),
  /** sha256 of what the controller was shown of it. */
  observation: hash,
  used: predictUsageSchema,
});
export type RecordedIteration = z.infer<typeof recordedIterationSchema>;

/** Bytes of the input as they are cited. */
const citedSchema = z.strictObject({
  path: text,
  start_line: line,
  end_line: line,
  start_byte: count,
  end_byte: count,
  quote: text,
});
export const explorationOutputSchema = z.strictObject({ answer: text, evidence: z.array(citedSchema) });
export type ExplorationOutput = z.infer<typeof explorationOutputSchema>;

export const recordedSourcesSchema = z.array(z.strictObject({ path: text, bytes: count, hash: hash.optional() }));
export const recordedIterationsSchema = z.array(recordedIterationSchema);

export const rlmTraceSchema = z.strictObject({
  format: z.literal(RLM_TRACE_FORMAT),
  version: z.literal(RLM_TRACE_VERSION),
  input: z.strictObject({
    query: text,
    /** Who wrote the actions: a model's name, or `extractive` for the embedded controller. */
    controller: z.string().max(256),
    sources: z.union([recordedSourcesSchema, elsewhereSchema]),
    limits: predictLimitsSchema,
    maxDepth: z.number().int().min(1).max(16),
    tools: z.array(z.strictObject({ name: text, about: text, args: z.unknown() })),
  }),
  /** In the order in which they began; those of a deeper exploration stand behind the one that began it. */
  iterations: z.union([recordedIterationsSchema, elsewhereSchema]),
  final: z.strictObject({
    output: z.union([explorationOutputSchema, elsewhereSchema]),
    /** sha256 of its canonical JSON. */
    output_hash: hash,
    /** Why the output is one of a part. */
    error: recordedErrorSchema.optional(),
  }),
});
export type RlmTrace = z.infer<typeof rlmTraceSchema>;
