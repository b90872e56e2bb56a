// A labelled example: what a signature is given, and what it should make of it. Examples are the only thing that an improvement is
// measured by, so each says where it comes from and which side of the split it is on.
import { z } from 'zod';
import { QUERY_CHARS_MAX } from '../limits.ts';

/** `holdout` is seen by a gate only, and never by a search or a prompt. */
export const SPLITS = ['train', 'dev', 'holdout'] as const;
export type Split = (typeof SPLITS)[number];

/** Only what is approved is counted or learnt from. */
export const REVIEWS = ['approved', 'pending', 'rejected'] as const;
export type Review = (typeof REVIEWS)[number];

/** One example as JSON: longer inputs are named by file, not copied. */
export const EXAMPLE_BYTES_MAX = 1_048_576;

/** sha256 of a file, in hex digits. */
const fileHash = z.string().regex(/^[0-9a-f]{64}$/);

/** A question about files that are too long to stand in an example: in the place of an input of LongContextQa. */
export const namedInputSchema = z.strictObject({
  query: z.string().min(1).max(QUERY_CHARS_MAX),
  files: z
    .array(z.strictObject({ path: z.string().max(4_096), bytes: z.number().int().min(0), sha256: fileHash }))
    .min(1)
    .max(4_096),
});
export type NamedInput = z.infer<typeof namedInputSchema>;

const tag = z.string().min(1).max(128);

export const exampleSchema = z.strictObject({
  /** `trace:<receiptId>` where it was mined; else whatever its maker calls it. Unique within its signature. */
  exampleId: z.string().min(1).max(256),
  signatureId: z.string().min(1).max(128),
  /** JSON, an input by the signature's schema. */
  inputJson: z.json(),
  /** JSON: the output that is right, by the signature's schema. */
  expectedJson: z.json(),
  split: z.enum(SPLITS),
  tags: z.array(tag).max(64),
  review: z.enum(REVIEWS),
  meta: z.record(z.string().max(128), z.json()),
});
export type DseExample = z.infer<typeof exampleSchema>;
