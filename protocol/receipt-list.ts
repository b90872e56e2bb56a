// The list of receipts: what is chosen, and what each row tells without its receipt being read.
import { z } from 'zod';
import { isUlid } from './ulid.ts';

const ulidSchema = z.string().refine(isUlid, { error: 'is not a ULID' });

/** At most this many a page. */
export const RECEIPTS_PAGE_MAX = 200;

export const receiptSelectionSchema = z.object({
  signature: z.string().min(1).max(128).optional(),
  run: ulidSchema.optional(),
  /** Only older ones than this receipt: `next_before` of the page before. */
  before: ulidSchema.optional(),
  limit: z.coerce.number().int().min(1).max(RECEIPTS_PAGE_MAX).default(50),
});
export type ReceiptSelection = z.infer<typeof receiptSelectionSchema>;

export const receiptSummarySchema = z.object({
  receiptId: z.string(),
  runId: z.string(),
  signatureId: z.string(),
  strategyId: z.string(),
  model: z.string(),
  endedAtMs: z.number().int(),
  latencyMs: z.number(),
  /** Null where all went well. */
  errorCode: z.string().nullable(),
});
export type ReceiptSummary = z.infer<typeof receiptSummarySchema>;

export const receiptPageSchema = z.object({
  /** Newest first. */
  receipts: z.array(receiptSummarySchema),
  next_before: z.string().nullable(),
});
export type ReceiptPage = z.infer<typeof receiptPageSchema>;
