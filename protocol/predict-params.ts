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

export const predictParamsSchema = z.strictObject({
  decode: z.enum(DECODE_MODES),
  /** How often an answer of the wrong form is asked for again. */
  repairsMax: z.number().int().min(0).max(REPAIRS_MAX),
  /** `auto`: by the pressure of the input (conductor/predict/routing.ts). */
  strategyId: z.enum(['auto', ...STRATEGY_IDS]),
  /** In the place of the signature's own words. */
  blocks: promptBlocksSchema.partial().optional(),
  /** Limits of each prediction; the prediction that it is a part of may set tighter ones. */
  budgets: predictLimitsSchema,
});
export type PredictParams = z.infer<typeof predictParamsSchema>;

/** `compiled_id` where no artifact is active. */
export const DEFAULT_COMPILED_ID = 'default';
