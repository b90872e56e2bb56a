// A canary: a share of a signature's predictions made by another artifact, until the evidence says whether it harms.
import { z } from 'zod';

export const canaryPlanSchema = z.strictObject({
  signatureId: z.string().min(1).max(128),
  canary_compiled_id: z.string().min(1).max(128),
  /** Share of predictions, sticky by the hash of what is asked. */
  rolloutPct: z.number().gt(0).max(100),
  /** Canary receipts before a pass can be said. */
  minSamples: z.number().int().min(1),
  /** The absolute ceiling of the canary's error rate. */
  maxErrorRate: z.number().min(0).max(1),
  /** Chance of stopping a harmless one, however long it is watched. */
  alpha: z.number().gt(0).lt(1),
  /** How much worse it may be and pass. */
  margin: z.number().gt(0).lt(1),
  reason: z.string().max(1_024),
});
export type CanaryPlan = z.infer<typeof canaryPlanSchema>;

/** What a canary is begun with where nobody says otherwise. */
export const CANARY_DEFAULTS = {
  rolloutPct: 10,
  minSamples: 50,
  maxErrorRate: 0.3,
  alpha: 0.01,
  margin: 0.05,
} as const;

/** A plan as it is asked for: whatever is left out has its default. */
export const canaryStartSchema = z.strictObject({
  ...canaryPlanSchema.shape,
  rolloutPct: canaryPlanSchema.shape.rolloutPct.default(CANARY_DEFAULTS.rolloutPct),
  minSamples: canaryPlanSchema.shape.minSamples.default(CANARY_DEFAULTS.minSamples),
  maxErrorRate: canaryPlanSchema.shape.maxErrorRate.default(CANARY_DEFAULTS.maxErrorRate),
  alpha: canaryPlanSchema.shape.alpha.default(CANARY_DEFAULTS.alpha),
  margin: canaryPlanSchema.shape.margin.default(CANARY_DEFAULTS.margin),
  reason: canaryPlanSchema.shape.reason.default(''),
});

/** Which artifact made a prediction. */
export const CANARY_ARMS = ['control', 'canary'] as const;

export const CANARY_STATUSES = ['running', 'hold', 'passed', 'auto_stopped', 'stopped'] as const;

/** Of one arm, counted from its receipts. */
const countsSchema = z.strictObject({
  receipts: z.number().int().min(0),
  errors: z.number().int().min(0),
  /** Wrong form, a repair, or a budget that was hit. */
  troubles: z.number().int().min(0),
  /** Of the receipts: those whose output was looked at, and those of them that were found bad. */
  judged: z.number().int().min(0),
  bad: z.number().int().min(0),
});
export type CanaryCounts = z.infer<typeof countsSchema>;

/** An anytime-valid test as it stands (Turner, Ly, Grünwald 2x2). Never reset while the canary runs. */
const eProcessSchema = z.strictObject({
  logE: z.number(),
  /** Largest so far: what the threshold is held against. */
  logEMax: z.number(),
  control: z.strictObject({ events: z.number().int(), n: z.number().int() }),
  canary: z.strictObject({ events: z.number().int(), n: z.number().int() }),
  /** The block that is not closed yet, for want of a receipt of the other arm: controls, and canaries. */
  open: z.strictObject({ events: z.number().int(), n: z.number().int() }),
  openCanary: z.strictObject({ events: z.number().int(), n: z.number().int() }),
});
export type EProcessState = z.infer<typeof eProcessSchema>;

export const canarySchema = z.strictObject({
  /** ULID. */
  canaryId: z.string().max(128),
  plan: canaryPlanSchema,
  control_compiled_id: z.string().min(1).max(128),
  startedAtMs: z.number().int(),
  endedAtMs: z.number().int().nullable(),
  status: z.enum(CANARY_STATUSES),
  control: countsSchema,
  canary: countsSchema,
  errors: eProcessSchema,
  troubles: eProcessSchema,
  /** Of outputs that were looked at. */
  quality: eProcessSchema,
  /** That its error rate is less than the margin above the control's (protocol/dse/no-worse.ts). */
  noWorse: z.strictObject({ logE: z.number(), logEMax: z.number() }),
  /** Rows of its history. */
  historyRows: z.number().int().min(0),
  reason: z.string().max(1_024),
});
export type Canary = z.infer<typeof canarySchema>;

export const canaryHistoryRowSchema = z.strictObject({
  canaryId: z.string().max(128),
  seq: z.number().int().min(0),
  atMs: z.number().int(),
  action: z.enum(['start', 'update', 'hold', 'auto_stop', 'stop', 'pass', 'promote']),
  receiptId: z.string().max(128).nullable(),
  logE: z.number(),
  control: countsSchema,
  canary: countsSchema,
  reason: z.string().max(1_024),
});
export type CanaryHistoryRow = z.infer<typeof canaryHistoryRowSchema>;
