// What the first page of the inspector shows, in one answer: what is in force for each signature, what it is measured by, and the latest of
// what was tried, gated, watched and done at night. Of one signature it also tells how its pointer came to be what it is.
import { z } from 'zod';
import { runErrorSchema } from '../run.ts';
import { pointerRowSchema } from './artifact.ts';
import { canarySchema } from './canary.ts';
import { compileHeadSchema, OPTIMIZERS, REWARDS } from './compile.ts';
import { datasetSchema } from './example-list.ts';
import { nightSchema } from './overnight.ts';
import { promotionSchema } from './promotion.ts';

/** Of each kind. */
export const OVERVIEW_ROWS_MAX = 20;
/** Changes of a pointer. */
export const OVERVIEW_HISTORY_MAX = 200;

export const dseOverviewQuerySchema = z.object({ signature: z.string().min(1).max(128).optional() });

const signatureSchema = z.object({
  signatureId: z.string(),
  about: z.string(),
  /** In force; `default` for the signature's own parameters. */
  compiled_id: z.string(),
  /** When it came into force; null where nothing else ever was. */
  sinceMs: z.number().int().nullable(),
  /** Why what is in force may not be used, so that the signature's own parameters are; null where it is used. */
  unfit: runErrorSchema.nullable(),
  /** Null where it has no examples. */
  dataset: datasetSchema.nullable(),
});
export type SignatureGlance = z.infer<typeof signatureSchema>;

const compileSchema = compileHeadSchema
  .pick({ reportId: true, status: true, startedAtMs: true, endedAtMs: true, tried: true, calls: true, spentMsat: true })
  .extend({
    signatureId: z.string(),
    optimizer: z.enum(OPTIMIZERS),
    reward: z.enum(REWARDS),
    model: z.string(),
    chosen: z.string().nullable(),
  });
export type CompileGlance = z.infer<typeof compileSchema>;

const gateSchema = promotionSchema
  .pick({
    promotionId: true,
    signatureId: true,
    atMs: true,
    n: true,
    look: true,
    verdict: true,
    override: true,
    movedPointer: true,
  })
  .extend({ compiled_id: z.string(), delta: z.number(), p: z.number() });
export type GateGlance = z.infer<typeof gateSchema>;

const nightGlanceSchema = nightSchema
  .pick({ nightId: true, signatureId: true, status: true, window: true, costMsat: true, promoted: true })
  .extend({ steps: z.number().int().min(0) });
export type NightGlance = z.infer<typeof nightGlanceSchema>;

/** Each list has the latest first. */
export const dseOverviewSchema = z.object({
  signatures: z.array(signatureSchema),
  /** Of the signature that was asked for; else empty. */
  history: z.array(pointerRowSchema),
  canaries: z.array(canarySchema),
  compiles: z.array(compileSchema),
  gates: z.array(gateSchema),
  nights: z.array(nightGlanceSchema),
});
export type DseOverview = z.infer<typeof dseOverviewSchema>;
