// One night of improvement: what was asked for, every step that was taken, and by which ids its evidence is found. It is one row, written
// anew after each step and within the long ones, so that whoever goes on with it knows what was done.
import { z } from 'zod';
import { canaryPlanSchema } from './canary.ts';
import { OPTIMIZERS, REWARDS } from './compile.ts';
import { promoteRequestSchema } from './promotion.ts';

export const NIGHT_STEPS = ['baseline', 'mine', 'compile', 'gate', 'canary', 'promote', 'verify'] as const;
export type NightStep = (typeof NIGHT_STEPS)[number];

/** What an id is of: each is looked up where such things are kept. */
export const NIGHT_ID_KINDS = ['run', 'receipt', 'example', 'report', 'promotion', 'canary', 'artifact'] as const;
export type NightIdKind = (typeof NIGHT_ID_KINDS)[number];

const nightIdSchema = z.strictObject({ kind: z.enum(NIGHT_ID_KINDS), id: z.string().max(256) });
export type NightId = z.infer<typeof nightIdSchema>;

/** A prediction of the baseline, and the same one after a promotion. */
const probeSchema = z.strictObject({
  exampleId: z.string().max(256),
  runId: z.string().max(128),
  /** Null where it failed. */
  score: z.number().nullable(),
  /** As its receipt has it; null where it left none. */
  madeBy: z
    .strictObject({ receiptId: z.string().max(128), compiled_id: z.string().max(128), params: z.string().max(64) })
    .nullable(),
});
export type NightProbe = z.infer<typeof probeSchema>;

export const nightStepSchema = z.strictObject({
  step: z.enum(NIGHT_STEPS),
  status: z.enum(['done', 'skipped', 'failed']),
  startedAtMs: z.number().int(),
  endedAtMs: z.number().int(),
  /** What it made or read. */
  ids: z.array(nightIdSchema),
  costMsat: z.number().min(0),
  note: z.string().max(1_024),
  /** Of the baseline and the verification. */
  probes: z.array(probeSchema).optional(),
});
export type NightStepRow = z.infer<typeof nightStepSchema>;

/** Where a canary's predictions come from: those that people make meanwhile, or the examples outside the holdout, asked once each. */
export const NIGHT_TRAFFIC = ['replay', 'live'] as const;

/** Of the compile of a night: as `pylon dse compile` takes them. */
export const nightCompileSchema = z.strictObject({
  optimizer: z.enum(OPTIMIZERS).optional(),
  reward: z.enum(REWARDS).optional(),
  judgeHash: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .optional(),
  maxCalls: z.number().int().min(1).max(10_000_000).optional(),
  seed: z.number().int().min(0).optional(),
});

/** What its gate asks for, in the place of the usual rule's. */
export const nightGateSchema = promoteRequestSchema.pick({
  goal: true,
  minDelta: true,
  maxCostRatio: true,
  maxLatencyRatio: true,
  maxScoreDrop: true,
});

/** Of its canary: one whose error rate is near that of its control passes after about seventy predictions, half of them its own. */
export const nightCanarySchema = z.strictObject({
  traffic: z.enum(NIGHT_TRAFFIC).default('replay'),
  rolloutPct: canaryPlanSchema.shape.rolloutPct.default(50),
  minSamples: canaryPlanSchema.shape.minSamples.default(30),
  maxErrorRate: canaryPlanSchema.shape.maxErrorRate.default(0.2),
  alpha: canaryPlanSchema.shape.alpha.default(0.01),
  margin: canaryPlanSchema.shape.margin.default(0.1),
});

export const nightRequestSchema = z.strictObject({
  signatureId: z.string().min(1).max(128),
  /** Nothing is begun from then on (unix ms). */
  untilMs: z.number().int().min(0),
  /** For all that the search and the predictions of the night may buy. */
  budgetSats: z.number().min(0).max(1e9).default(0),
  /** Predictions that are made before the search, and again after a promotion. */
  probes: z.number().int().min(1).max(200).default(20),
  compile: nightCompileSchema.prefault({}),
  gate: nightGateSchema.prefault({}),
  canary: nightCanarySchema.prefault({}),
  backend: z.enum(['auto', 'extractive', 'openai']).default('auto'),
  model: z.string().max(256).optional(),
  subModel: z.string().max(256).optional(),
});
export type NightRequest = z.output<typeof nightRequestSchema>;

/** `held`: the gate let something in, and its canary was not decided: it may be tried again. */
export const NIGHT_STATUSES = ['running', 'passed', 'failed', 'nothing_to_promote', 'held'] as const;

export const nightSchema = z.strictObject({
  /** ULID. */
  nightId: z.string().max(128),
  signatureId: z.string().min(1).max(128),
  gitSha: z.string().max(64),
  window: z.strictObject({ fromMs: z.number().int(), untilMs: z.number().int() }),
  budgetMsat: z.number().min(0),
  status: z.enum(NIGHT_STATUSES),
  steps: z.array(nightStepSchema),
  /** Of the steps that are over. */
  costMsat: z.number().min(0),
  promoted: z.string().max(128).nullable(),
  request: nightRequestSchema,
  /** Receipts from then on are mined. */
  minesFromMs: z.number().int().min(0),
  /** Null while it runs; a night whose process died runs on in the next one. */
  endedAtMs: z.number().int().nullable(),
  /** The step that was begun, as far as it had come; null between two steps. */
  open: nightStepSchema
    .pick({ step: true, startedAtMs: true, ids: true, costMsat: true })
    .extend({
      probes: z.array(probeSchema),
      /** The last example that was replayed for the canary: the next one has a larger id. */
      replayed: z.string().max(256).nullable(),
    })
    .nullable(),
});
export type Night = z.infer<typeof nightSchema>;
export type OpenNightStep = NonNullable<Night['open']>;

/** At most this many nights a page. */
export const NIGHTS_PAGE_MAX = 100;

export const nightSelectionSchema = z.object({
  signature: z.string().min(1).max(128).optional(),
  /** Only older ones than this night: `next_before` of the page before. */
  before: z.string().max(128).optional(),
  limit: z.coerce.number().int().min(1).max(NIGHTS_PAGE_MAX).default(20),
});
export type NightSelection = z.infer<typeof nightSelectionSchema>;

export const nightPageSchema = z.object({
  /** Newest first. */
  nights: z.array(nightSchema),
  next_before: z.string().nullable(),
});
export type NightPage = z.infer<typeof nightPageSchema>;

/** Whether everything that a night names is there. */
export const nightCheckSchema = z.object({
  nightId: z.string(),
  /** Ids that were looked up. */
  ids: z.number().int().min(0),
  dangling: z.array(nightIdSchema.extend({ step: z.enum(NIGHT_STEPS) })),
});
export type NightCheck = z.infer<typeof nightCheckSchema>;
