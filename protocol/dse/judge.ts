// A judge: a model that says how good an output is, pinned with its words, its model and its agreement with people, so that a reward
// cannot change unnoticed. And the two signatures by which a search asks a model about predictions.
import { z } from 'zod';
import { predictParamsSchema } from '../predict-params.ts';
import type { Signature } from '../signature.ts';

export const JUDGE_FORMAT = 'openagents.dse.judge';

const hash = z.string().regex(/^[0-9a-f]{64}$/);

/** JSON texts in prompts are cut here: a judge that reads a book judges the book. */
export const JUDGED_CHARS_MAX = 32_768;
const shown = z.string().max(JUDGED_CHARS_MAX);

export const judgeInputSchema = z.object({
  /** What makes an output good, in words. */
  rubric: z.string().min(1).max(8_192),
  /** JSON, each. */
  input: shown,
  expected: shown,
  output: shown,
});
export type JudgeInput = z.infer<typeof judgeInputSchema>;

export const judgeOutputSchema = z.object({
  /** From 0, worthless, to 1, as good as what was expected. */
  score: z.number().min(0).max(1),
  reason: z.string().max(1_000),
});
export type JudgeOutput = z.infer<typeof judgeOutputSchema>;

/** How good an output is beside the one that was expected. */
export const JUDGE: Signature<JudgeInput, JudgeOutput> = {
  signatureId: '@pylon/dse/Judge.v1',
  input: judgeInputSchema,
  output: judgeOutputSchema,
};

/** Failures shown to the model that proposes. */
export const FAILURES_SHOWN_MAX = 16;

export const proposeInputSchema = z.object({
  /** What the signature is for, in one line. */
  about: z.string().max(1_024),
  task: z.string().max(8_192),
  rules: z.array(z.string().max(4_096)).max(64),
  /** The JSON asked for; it stays as it is. */
  form: z.string().max(8_192),
  cases: z
    .array(
      z.object({ input: shown, expected: shown, output: shown, reward: z.number(), feedback: z.string().max(2_000) }),
    )
    .max(FAILURES_SHOWN_MAX),
});
export type ProposeInput = z.infer<typeof proposeInputSchema>;

export const proposeOutputSchema = z.object({
  task: z.string().min(1).max(8_192),
  rules: z.array(z.string().min(1).max(4_096)).max(64),
});
export type ProposeOutput = z.infer<typeof proposeOutputSchema>;

/** Better instructions, from what went wrong with those there are. */
export const PROPOSE: Signature<ProposeInput, ProposeOutput> = {
  signatureId: '@pylon/dse/ProposeInstructions.v1',
  input: proposeInputSchema,
  output: proposeOutputSchema,
};

/** A labelled pair: what was asked, what came, and what people say it is worth. */
export const labelledPairSchema = z.strictObject({
  input: z.json(),
  expected: z.json(),
  output: z.json(),
  /** 0 to 1; at least one half counts as good. */
  score: z.number().min(0).max(1),
});
export type LabelledPair = z.infer<typeof labelledPairSchema>;

/** With fewer, agreement says nothing. */
export const PAIRS_MIN = 20;
export const LABELLED_PAIRS_MAX = 2_000;

export const judgeRequestSchema = z.strictObject({
  rubric: z.string().min(1).max(8_192),
  pairs: z.array(labelledPairSchema).max(LABELLED_PAIRS_MAX),
  /** Least Cohen's kappa between judge and labels, good and bad. */
  minKappa: z.number().min(0).max(1).optional(),
  backend: z.enum(['auto', 'extractive', 'openai']).optional(),
  model: z.string().max(256).optional(),
});
export type JudgeRequest = z.infer<typeof judgeRequestSchema>;

export const judgeBodySchema = z.strictObject({
  format: z.literal(JUDGE_FORMAT),
  version: z.literal(1),
  signatureId: z.string().min(1).max(128),
  /** As a receipt tells it. */
  model: z.string().max(256),
  rubric: z.string().min(1).max(8_192),
  params: predictParamsSchema,
  /** Of the judge's own signature when it was pinned. */
  hashes: z.strictObject({ inputSchema: hash, outputSchema: hash, promptIr: hash, params: hash }),
  agreement: z.strictObject({
    pairsHash: hash,
    n: z.number().int().min(0),
    /** Share of pairs on which judge and label say the same, good or bad. */
    accuracy: z.number().min(0).max(1),
    /** Cohen's kappa: the same, with what chance would agree on taken off. */
    kappa: z.number().min(-1).max(1),
    minKappa: z.number().min(0).max(1),
  }),
});

export const judgeSchema = judgeBodySchema.extend({
  /** sha256 of the canonical JSON of the rest. */
  judgeHash: hash,
});
export type Judge = z.infer<typeof judgeSchema>;
