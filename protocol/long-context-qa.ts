// The signature of a whole run: a question about a long text, an answer, and the exact quotes that it stands on.
import { z } from 'zod';
import { CITATIONS_MAX, OUTPUT_CHARS_MAX, QUERY_CHARS_MAX, QUOTE_CHARS_MAX } from './limits.ts';
import type { Signature } from './signature.ts';

/** Files that one text is made of, at most. */
const FILES_MAX = 100_000;

export const longContextQaInputSchema = z.object({
  question: z.string().max(QUERY_CHARS_MAX),
  /** What it is to be answered from. In a receipt the hash of the input stands in its place. */
  text: z.string(),
  /** Files that the text is made of, and the line of it (1-based) where each begins; one text without a name when absent. */
  files: z
    .array(z.object({ path: z.string().max(4_096), line: z.number().int().min(1) }))
    .max(FILES_MAX)
    .optional(),
});
export type LongContextQaInput = z.infer<typeof longContextQaInputSchema>;

export const longContextQaOutputSchema = z.object({
  /** Text with `[n]` behind each claim: the n-th of the evidence. */
  answer: z.string().min(1).max(OUTPUT_CHARS_MAX),
  evidence: z
    .array(
      z.object({
        /** Copied letter for letter from the text; what is not in it is dropped. */
        quote: z.string().min(1).max(QUOTE_CHARS_MAX),
        /** Line of the text (1-based) where the quote begins. */
        line: z.number().int().min(1).optional(),
      }),
    )
    .max(CITATIONS_MAX),
});
export type LongContextQaOutput = z.infer<typeof longContextQaOutputSchema>;

export const LONG_CONTEXT_QA: Signature<LongContextQaInput, LongContextQaOutput> = {
  signatureId: '@pylon/rlm/LongContextQa.v1',
  input: longContextQaInputSchema,
  output: longContextQaOutputSchema,
};
