// What is in force for each signature, and the artifacts that might be, as they are told.
import { z } from 'zod';
import { runErrorSchema } from '../run.ts';
import { artifactSchema, pointerRowSchema } from './artifact.ts';
import { canaryHistoryRowSchema, canarySchema } from './canary.ts';

export const inForceSchema = z.object({
  signatureId: z.string(),
  /** `default` for the signature's own parameters. */
  compiled_id: z.string(),
  /** When it came into force; null where nothing else ever was. */
  sinceMs: z.number().int().nullable(),
  /** Why it may not be used, so that the signature's own parameters are; null where it is used. */
  unfit: runErrorSchema.nullable(),
  /** The canary that runs. */
  canary: canarySchema.nullable(),
});
export type InForceReport = z.infer<typeof inForceSchema>;

export const artifactSummarySchema = artifactSchema
  .pick({ compiled_id: true, signatureId: true, hashes: true, jobHash: true, datasetHash: true })
  .extend({
    isActive: z.boolean(),
    /** Why it may not be used. */
    unfit: runErrorSchema.nullable(),
  });
export type ArtifactSummary = z.infer<typeof artifactSummarySchema>;

export const signatureIdSchema = z.string().min(1).max(128);

export const artifactsQuerySchema = z.object({ signature: signatureIdSchema.optional() });
export const signatureQuerySchema = z.object({ signature: signatureIdSchema });
/** A name, or a unique prefix of one. */
export const compiledIdSchema = z.string().min(1).max(128);

export const artifactListSchema = z.object({ artifacts: z.array(artifactSummarySchema) });
export const inForceListSchema = z.object({ signatures: z.array(inForceSchema) });
export const pointerHistorySchema = z.object({
  /** The latest first. */
  changes: z.array(pointerRowSchema),
});
export const keptArtifactSchema = z.object({
  compiled_id: z.string(),
  /** False where it was there. */
  added: z.boolean(),
});

export const rollbackSchema = z.strictObject({
  signatureId: signatureIdSchema,
  /** What to go back to; what was in force before the latest promotion when absent. */
  to: compiledIdSchema.optional(),
  reason: z.string().max(1_024).default(''),
});
export type RollbackRequest = z.infer<typeof rollbackSchema>;

export const canaryStopSchema = z.strictObject({
  signatureId: signatureIdSchema,
  reason: z.string().max(1_024).default(''),
});
export const canaryJudgementSchema = z.strictObject({ receiptId: z.string().min(1).max(26), bad: z.boolean() });
export const canaryListSchema = z.object({
  /** The latest first. */
  canaries: z.array(canarySchema),
});
export const canaryHistorySchema = z.object({
  canary: canarySchema,
  /** Oldest first. */
  rows: z.array(canaryHistoryRowSchema),
});
export type CanaryHistory = z.infer<typeof canaryHistorySchema>;
