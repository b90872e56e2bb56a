// The parameters of a prediction: what may be tuned about it without changing what its signature means. An artifact carries a set of
// them, the receipt their hash.
import { z } from 'zod';
import { predictLimitsSchema } from './predict-budgets.ts';
import { STRATEGY_IDS } from './receipt.ts';

/** An answer is one JSON value and nothing else, or the one that stands somewhere in what a model wrote. */
export const DECODE_MODES = ['strict_json', 'jsonish'] as const;
export type DecodeMode = (typeof DECODE_MODES)[number];

/** More repairs than this cost more than another model. */
export const REPAIRS_MAX = 3;

/** The words of a prompt, apart from the data. */
export const promptBlocksSchema = z.strictObject({
  /** What the model is to do, in one or two sentences. */
  task: z.string().min(1).max(8_192),
  rules: z.array(z.string().min(1).max(4_096)).max(64),
  /** The JSON object asked for, as an example. */
  form: z.string().min(1).max(8_192),
});

/** More than this crowd out the question. */
export const FEW_SHOT_MAX = 16;

const fewShotSchema = z.strictObject({
  /** The example that it was taken from. */
  exampleId: z.string().min(1).max(256),
  input: z.json(),
  output: z.json(),
});
export type FewShot = z.infer<typeof fewShotSchema>;

export const MODEL_ROLES = ['main', 'sub'] as const;

/** Each may be a few hundred bytes: more of them fill a window. */
export const SHOWN_GROUPS_MAX = 128;
export const SHOWN_WHEN = ['clear', 'found'] as const;

export const predictParamsSchema = z.strictObject({
  decode: z.enum(DECODE_MODES),
  /** How often an answer of the wrong form is asked for again. */
  repairsMax: z.number().int().min(0).max(REPAIRS_MAX),
  /** `auto`: by the pressure of the input (conductor/predict/routing.ts). */
  strategyId: z.enum(['auto', ...STRATEGY_IDS]),
  /** In the place of the signature's own words. */
  blocks: promptBlocksSchema.partial().optional(),
  /** Shown before the question: inputs with the outputs that are right. */
  fewShot: z.array(fewShotSchema).max(FEW_SHOT_MAX).optional(),
  /** Which of the configured models is asked; `main` when absent. */
  role: z.enum(MODEL_ROLES).optional(),
  /** Bytes of a chunk, and lines that neighbours share, where the strategy cuts. */
  chunkBytes: z.number().int().min(1_024).max(1_048_576).optional(),
  overlapLines: z.number().int().min(0).max(64).optional(),
  /** Most chunks that are asked of those that there are. */
  routerTopK: z.number().int().min(1).max(100_000).optional(),
  /** Of `distilled`: groups of ranked lines that a model is shown, and bytes of what stands before and behind each. */
  shownGroups: z.number().int().min(1).max(SHOWN_GROUPS_MAX).optional(),
  aroundBytes: z.number().int().min(0).max(8_192).optional(),
  /** When it shows them: only where one group clearly leads, or wherever any was found. */
  shownWhen: z.enum(SHOWN_WHEN).optional(),
  /** Limits of each prediction; the prediction that it is a part of may set tighter ones. */
  budgets: predictLimitsSchema,
});
export type PredictParams = z.infer<typeof predictParamsSchema>;

/** `compiled_id` where no artifact is active. */
export const DEFAULT_COMPILED_ID = 'default';
