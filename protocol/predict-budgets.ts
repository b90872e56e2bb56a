// What a prediction may use, and what it has used: the same six limits and sats for all its children together.
import { z } from 'zod';

const limit = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);

/** Absent: no limit of this kind. `rlm_lite` refuses to begin without `maxRlmIterations` and `maxSubLmCalls`. */
export const predictLimitsSchema = z.strictObject({
  maxTimeMs: limit.optional(),
  /** Calls of a language model by this node: controller, direct answers, repairs, SubLm. */
  maxLmCalls: limit.optional(),
  maxToolCalls: limit.optional(),
  /** Characters that models may write, all answers together. */
  maxOutputChars: limit.optional(),
  maxRlmIterations: limit.optional(),
  /** Leaves that are asked: each chunk of a fan-out is one, and each SubLm. */
  maxSubLmCalls: limit.optional(),
  /** Set aside or spent for leaves, with routing. */
  maxMsat: limit.optional(),
});
export type PredictLimits = z.infer<typeof predictLimitsSchema>;

/** Charged so far, before each call: what was given up counts too. */
export const predictUsageSchema = z.object({
  timeMs: limit,
  lmCalls: limit,
  toolCalls: limit,
  outputChars: limit,
  rlmIterations: limit,
  subLmCalls: limit,
  msat: limit,
});
export type PredictUsage = z.infer<typeof predictUsageSchema>;

export const LIMIT_NAMES = [
  'maxTimeMs',
  'maxLmCalls',
  'maxToolCalls',
  'maxOutputChars',
  'maxRlmIterations',
  'maxSubLmCalls',
  'maxMsat',
] as const satisfies readonly (keyof PredictLimits)[];
export type LimitName = (typeof LIMIT_NAMES)[number];

/** Which figure of the usage each limit bounds. */
export const USED_BY: Readonly<Record<LimitName, keyof PredictUsage>> = {
  maxTimeMs: 'timeMs',
  maxLmCalls: 'lmCalls',
  maxToolCalls: 'toolCalls',
  maxOutputChars: 'outputChars',
  maxRlmIterations: 'rlmIterations',
  maxSubLmCalls: 'subLmCalls',
  maxMsat: 'msat',
};
