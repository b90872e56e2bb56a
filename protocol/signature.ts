// The four steps of the pipeline as typed contracts: what goes in, what must come out. A backend is
// anything that fulfils them: a language model by prompt, the embedded engine by ranking.
import { z } from 'zod';
import { CITATIONS_MAX, FINDINGS_MAX, OUTPUT_CHARS_MAX, QUOTE_CHARS_MAX } from './limits.ts';
import type { Usage } from './usage.ts';

export { addUsage, NO_USAGE, type Usage } from './usage.ts';

/** A typed step. `signatureId` looks like `@pylon/rlm/Extractor.v1`; the name and version never change meaning. */
export interface Signature<Input, Output> {
  readonly signatureId: string;
  readonly input: z.ZodType<Input>;
  readonly output: z.ZodType<Output>;
}

/** The model name by which the embedded engine is recorded: it ranks and quotes, no language model is asked. */
export const ENGINE_NAME = 'extractive';

export const usageSchema = z.object({
  calls: z.number().int().min(0).max(1_000_000),
  input_tokens: z.number().int().min(0).max(1e12),
  output_tokens: z.number().int().min(0).max(1e12),
}) satisfies z.ZodType<Usage>;

// Router: which fragments are worth asking when not all can be asked.
export const routerInputSchema = z.object({
  query: z.string(),
  /** Most fragments that may be chosen. */
  select_max: z.number().int().min(1),
  fragments: z.array(z.object({ index: z.number().int().min(0), outline: z.string(), score: z.number() })),
});
export type RouterInput = z.infer<typeof routerInputSchema>;
export const routerOutputSchema = z.object({ selected: z.array(z.number().int().min(0)) });
export type RouterOutput = z.infer<typeof routerOutputSchema>;

// Extractor: what one chunk says about the question, in its own words.
export const extractorInputSchema = z.object({
  query: z.string(),
  text: z.string(),
  /** The search plan (conductor/search/plan.ts) as JSON: weighted terms and statistics of the whole input. */
  terms: z.string().optional(),
  /** What surrounds the chunk (headings in force, neighbouring lines), as JSON. */
  context: z.string().optional(),
  max_output_chars: z.number().int().min(64).max(OUTPUT_CHARS_MAX),
});
export type ExtractorInput = z.infer<typeof extractorInputSchema>;

export const findingSchema = z.object({
  /** Copied letter for letter from the chunk; anything else is dropped by the grounding gate. */
  quote: z.string().min(1).max(QUOTE_CHARS_MAX),
  /** Line of the chunk (1-based) where the quote begins; a hint that tells equal quotes apart. */
  line: z.number().int().min(1).optional(),
  /** Relevance: comparable between providers of the same kind. */
  score: z.number().finite(),
  /** Equal for findings that say the same with other numbers; the merge keeps one. */
  group: z.string().max(64).optional(),
  /** What the quote tells about the question, in the provider's words. Never cited, never evidence. */
  note: z.string().max(1_000).optional(),
});
export type Finding = z.infer<typeof findingSchema>;
export const extractorOutputSchema = z.object({ findings: z.array(findingSchema).max(FINDINGS_MAX) });
export type ExtractorOutput = z.infer<typeof extractorOutputSchema>;

/** A grounded finding as the Reducer and Verifier see it: `n` is the number in `[n]`. */
export const evidenceSchema = z.object({
  n: z.number().int().min(1),
  reference: z.string(),
  quote: z.string(),
  note: z.string().optional(),
  /** Lines of the whole input that the quote stands for, counted by the conductor. */
  count: z.number().int().min(1).optional(),
});
export type Evidence = z.infer<typeof evidenceSchema>;

// Reducer: all evidence to one answer.
export const reducerInputSchema = z.object({ query: z.string(), evidence: z.array(evidenceSchema) });
export type ReducerInput = z.infer<typeof reducerInputSchema>;
export const reducerOutputSchema = z.object({
  /** Text with `[n]` behind each claim. */
  answer: z.string().min(1).max(OUTPUT_CHARS_MAX),
  /** The evidence used, best first. */
  citations: z.array(z.number().int().min(1)).max(CITATIONS_MAX),
});
export type ReducerOutput = z.infer<typeof reducerOutputSchema>;

// Verifier: is every claim of the answer carried by what it cites?
export const verifierInputSchema = z.object({
  query: z.string(),
  answer: z.string(),
  evidence: z.array(evidenceSchema),
});
export type VerifierInput = z.infer<typeof verifierInputSchema>;
export const verifierOutputSchema = z.object({
  supported: z.boolean(),
  /** Claims of the answer that no cited quote carries, as the answer words them. */
  unsupported: z.array(z.string().max(1_000)).max(64),
});
export type VerifierOutput = z.infer<typeof verifierOutputSchema>;

export const ROUTER: Signature<RouterInput, RouterOutput> = {
  signatureId: '@pylon/rlm/Router.v1',
  input: routerInputSchema,
  output: routerOutputSchema,
};
export const EXTRACTOR: Signature<ExtractorInput, ExtractorOutput> = {
  signatureId: '@pylon/rlm/Extractor.v1',
  input: extractorInputSchema,
  output: extractorOutputSchema,
};
export const REDUCER: Signature<ReducerInput, ReducerOutput> = {
  signatureId: '@pylon/rlm/Reducer.v1',
  input: reducerInputSchema,
  output: reducerOutputSchema,
};
export const VERIFIER: Signature<VerifierInput, VerifierOutput> = {
  signatureId: '@pylon/rlm/Verifier.v1',
  input: verifierInputSchema,
  output: verifierOutputSchema,
};
