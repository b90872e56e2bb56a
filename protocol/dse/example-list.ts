// Examples as they are listed, changed and judged: what is asked of a desk of examples, and what it answers.
import { z } from 'zod';
import { exampleSchema, REVIEWS, SPLITS } from './example.ts';

/** At most this many a page; it is shorter where they are long. */
export const EXAMPLES_PAGE_MAX = 200;

const signatureId = z.string().min(1).max(128);
const exampleId = z.string().min(1).max(256);
const count = z.number().int().min(0);

export const exampleSelectionSchema = z.object({
  /** Of all signatures when absent. */
  signature: signatureId.optional(),
  split: z.enum(SPLITS).optional(),
  review: z.enum(REVIEWS).optional(),
  tag: z.string().min(1).max(128).optional(),
  /** `next_after` of the page before. */
  after: z.string().max(8_192).optional(),
  limit: z.coerce.number().int().min(1).max(EXAMPLES_PAGE_MAX).default(50),
});
export type ExampleSelection = z.infer<typeof exampleSelectionSchema>;

export const examplePageSchema = z.object({
  /** By signature and id: the order never depends on when they came. */
  examples: z.array(exampleSchema),
  next_after: z.string().nullable(),
});
export type ExamplePage = z.infer<typeof examplePageSchema>;

/** A signature's examples as a whole. */
export const datasetSchema = z.object({
  signatureId,
  /** Over those that are approved (dse/examples/dataset.ts). */
  datasetHash: z.string(),
  /** Over the approved ones of `holdout` alone. */
  holdoutHash: z.string(),
  /** Approved ones. */
  splits: z.object({ train: count, dev: count, holdout: count }),
  /** Of these, those that only name their files: nothing is predicted from them. */
  named: count,
  pending: count,
  rejected: count,
});
export type Dataset = z.infer<typeof datasetSchema>;

export const datasetListSchema = z.object({ datasets: z.array(datasetSchema) });

/** What came of keeping examples. */
export const keptSchema = z.object({
  added: count,
  changed: count,
  unchanged: count,
  /** Those that went to another side of the split than they were given, because something that asks nearly the same is there. */
  moved: z.array(z.object({ exampleId, split: z.enum(SPLITS), besides: exampleId })),
});
export type Kept = z.infer<typeof keptSchema>;

export const exampleBatchSchema = z.strictObject({ examples: z.array(exampleSchema).min(1).max(EXAMPLES_PAGE_MAX) });

/** What is absent stays as it is. */
export const exampleChangeSchema = z.strictObject({
  inputJson: z.json().optional(),
  expectedJson: z.json().optional(),
  /** What asks nearly the same goes along. */
  split: z.enum(SPLITS).optional(),
  tags: exampleSchema.shape.tags.optional(),
});
export type ExampleChange = z.infer<typeof exampleChangeSchema>;

export const VERDICTS = ['approve', 'correct', 'reject'] as const;

/** A person's word on one example. */
export const labelSchema = z
  .strictObject({
    signatureId,
    exampleId,
    verdict: z.enum(VERDICTS),
    /** What is right, where it is corrected. */
    expectedJson: z.json().optional(),
    note: z.string().max(1_024).optional(),
  })
  .refine(({ verdict, expectedJson }) => (verdict === 'correct') === (expectedJson !== undefined), {
    error: 'a correction, and nothing else, brings expectedJson',
  });
export type Label = z.infer<typeof labelSchema>;

export const SPLIT_CHOICES = [...SPLITS, 'auto'] as const;

/** A file of JSON lines, read on the machine of the store. */
export const exampleImportSchema = z.strictObject({
  /** Absolute path. */
  file: z.string().min(1).max(4_096),
  /** Of lines that name none. */
  signature: signatureId.optional(),
  /** Of lines that name none; `auto` deals all of them out anew. */
  split: z.enum(SPLIT_CHOICES).default('train'),
  /** Of `auto`. */
  seed: z.number().int().min(0).default(1),
});
export type ExampleImport = z.infer<typeof exampleImportSchema>;
