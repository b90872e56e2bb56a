// Records: what a chunk's lines say as structured values, so that the kernel can filter, group, count and join them. Every record
// names a line of the chunk, and so cites bytes of the input like any other finding.
import { z } from 'zod';
import {
  OUTPUT_CHARS_MAX,
  QUERY_CHARS_MAX,
  RECORD_FIELDS_CHARS_MAX,
  RECORD_FIELDS_MAX,
  RECORDS_MAX,
} from './limits.ts';
import type { ExtractorOutput, Signature } from './signature.ts';

/** The value of one field; null where the line does not say. */
export const recordValueSchema = z.union([z.string().max(1_024), z.number().finite(), z.boolean(), z.null()]);
export type RecordValue = z.infer<typeof recordValueSchema>;

/** A field that is wanted of each record. */
export const fieldSpecSchema = z.object({
  name: z.string().regex(/^[a-z][a-z0-9_]{0,31}$/, 'is not a name of small letters, digits and _'),
  type: z.enum(['string', 'number', 'boolean']),
  /** The only values there are, of a string. */
  values: z.array(z.string().min(1).max(128)).min(1).max(128).optional(),
  /** What it means, in a few words. */
  about: z.string().max(512).optional(),
});
export type FieldSpec = z.infer<typeof fieldSpecSchema>;
export const fieldSpecsSchema = z
  .array(fieldSpecSchema)
  .min(1)
  .max(RECORD_FIELDS_MAX)
  .refine((fields) => new Set(fields.map(({ name }) => name)).size === fields.length, 'two fields have the same name')
  .refine((fields) => fields.every(({ type, values }) => type === 'string' || values === undefined), {
    message: 'only a string has a list of values',
  })
  .refine((fields) => JSON.stringify(fields).length <= RECORD_FIELDS_CHARS_MAX, {
    message: `the fields have more than ${RECORD_FIELDS_CHARS_MAX} characters`,
  });

export const recordsInputSchema = z.object({
  /** Which lines make a record, and what is asked of each. */
  query: z.string().max(QUERY_CHARS_MAX),
  text: z.string(),
  fields: fieldSpecsSchema,
  /** As of the Extractor. */
  terms: z.string().optional(),
  context: z.string().optional(),
  max_output_chars: z.number().int().min(64).max(OUTPUT_CHARS_MAX),
});
export type RecordsInput = z.infer<typeof recordsInputSchema>;

export const lineRecordSchema = z.object({
  /** Line of the chunk's text (1-based) that it was read from. */
  line: z.number().int().min(1),
  fields: z.record(z.string().max(32), recordValueSchema),
});
export type LineRecord = z.infer<typeof lineRecordSchema>;

export const recordsOutputSchema = z.object({ records: z.array(lineRecordSchema).max(RECORDS_MAX) });
export type RecordsOutput = z.infer<typeof recordsOutputSchema>;

/** What a chunk may be answered with: quotes, or records. */
export type ChunkOutput = ExtractorOutput | RecordsOutput;

export function isRecords(output: ChunkOutput): output is RecordsOutput {
  return 'records' in output;
}

/** The records of one chunk, one a line at most, in the order of the lines. */
export const RECORDS: Signature<RecordsInput, RecordsOutput> = {
  signatureId: '@pylon/rlm/Records.v1',
  input: recordsInputSchema,
  output: recordsOutputSchema,
};
