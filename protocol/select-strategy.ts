// SelectStrategy: which strategy answers a question about an input, told from the question and a few figures of the input, before any of it
// is read. A small decision that is made for each run, so that what is learnt about it is learnt for all.
import { z } from 'zod';
import { QUERY_CHARS_MAX } from './limits.ts';
import type { Signature } from './signature.ts';

/** Without their versions: what a person may write behind `--strategy`. */
export const SELECTABLE_STRATEGIES = ['direct', 'map_reduce', 'rlm_lite', 'distilled'] as const;
export type SelectableStrategy = (typeof SELECTABLE_STRATEGIES)[number];

const featuresSchema = z.object({
  /** Of all files together. */
  bytes: z.number().int().min(0),
  files: z.number().int().min(1),
  /** Tokens that the window of the model takes. */
  window_tokens: z.number().int().min(1),
  /** What the largest file reads like, by its first lines. */
  kind: z.enum(['log', 'prose', 'code']),
});
export type InputFeatures = z.infer<typeof featuresSchema>;

export const selectStrategyInputSchema = z.object({
  query: z.string().min(1).max(QUERY_CHARS_MAX),
  features: featuresSchema,
});
export type SelectStrategyInput = z.infer<typeof selectStrategyInputSchema>;

export const selectStrategyOutputSchema = z.object({ strategy: z.enum(SELECTABLE_STRATEGIES) });
export type SelectStrategyOutput = z.infer<typeof selectStrategyOutputSchema>;

/** Which strategy answers this question about such an input best, and of those that do, at least cost. */
export const SELECT_STRATEGY: Signature<SelectStrategyInput, SelectStrategyOutput> = {
  signatureId: '@pylon/rlm/SelectStrategy.v1',
  input: selectStrategyInputSchema,
  output: selectStrategyOutputSchema,
};
