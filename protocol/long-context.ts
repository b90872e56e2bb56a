// Two signatures about a long text: a question that is answered with exact quotes, and a summary that shows what it stands on.
import { z } from 'zod';
import {
  CITATIONS_MAX,
  LONG_TEXT_CHARS_MAX,
  OUTPUT_CHARS_MAX,
  QUERY_CHARS_MAX,
  QUOTE_CHARS_MAX,
  THREAD_MESSAGES_MAX,
} from './limits.ts';
import { evidenceSchema, type Signature } from './signature.ts';

/** Words of the input, letter for letter. */
export const quotedSchema = z.object({
  /** The number in `[n]`. */
  n: z.number().int().min(1),
  quote: z.string().min(1).max(QUOTE_CHARS_MAX),
  /** Where it stands, as the input names it; absent where the input is one text. */
  reference: z.string().max(8_192).optional(),
  /** Line of the text (1-based) where the quote begins. */
  line: z.number().int().min(1).optional(),
});
export type Quoted = z.infer<typeof quotedSchema>;

const longText = z.string().min(1).max(LONG_TEXT_CHARS_MAX);

export const longContextQaInputSchema = z
  .object({
    query: z.string().min(1).max(QUERY_CHARS_MAX),
    /** What is read: this text, or the evidence. */
    text: longText.optional(),
    evidence: z.array(evidenceSchema).max(CITATIONS_MAX).optional(),
  })
  .refine(({ text, evidence }) => (text === undefined) !== (evidence === undefined), {
    error: 'give either text or evidence',
  });
export type LongContextQaInput = z.infer<typeof longContextQaInputSchema>;

export const longContextQaOutputSchema = z.object({
  /** Text with `[n]` behind each claim. */
  answer: z.string().min(1).max(OUTPUT_CHARS_MAX),
  /** What the answer stands on: each quote is exactly in the input. */
  evidence: z.array(quotedSchema).max(CITATIONS_MAX),
});
export type LongContextQaOutput = z.infer<typeof longContextQaOutputSchema>;

export const summarizeInputSchema = z
  .object({
    /** What is summarised: this text, or the messages of a thread, oldest first. */
    text: longText.optional(),
    messages: z
      .array(z.object({ author: z.string().max(256), text: z.string().max(LONG_TEXT_CHARS_MAX) }))
      .min(1)
      .max(THREAD_MESSAGES_MAX)
      .optional(),
    /** What the reader wants to know most. */
    focus: z.string().max(QUERY_CHARS_MAX).optional(),
    /** Most characters of the summary. */
    max_chars: z.number().int().min(64).max(OUTPUT_CHARS_MAX),
  })
  .refine(({ text, messages }) => (text === undefined) !== (messages === undefined), {
    error: 'give either text or messages',
  });
export type SummarizeInput = z.infer<typeof summarizeInputSchema>;

export const summarizeOutputSchema = z.object({
  /** Text with `[n]` behind what it tells. */
  summary: z.string().min(1).max(OUTPUT_CHARS_MAX),
  evidence: z.array(quotedSchema).max(CITATIONS_MAX),
});
export type SummarizeOutput = z.infer<typeof summarizeOutputSchema>;

/** A question about a text too long to trust a model's memory of it, or about evidence that was found in one. */
export const LONG_CONTEXT_QA: Signature<LongContextQaInput, LongContextQaOutput> = {
  signatureId: '@pylon/rlm/LongContextQa.v1',
  input: longContextQaInputSchema,
  output: longContextQaOutputSchema,
};

/** A thread or a text in a few sentences. */
export const SUMMARIZE: Signature<SummarizeInput, SummarizeOutput> = {
  signatureId: '@pylon/rlm/Summarize.v1',
  input: summarizeInputSchema,
  output: summarizeOutputSchema,
};
