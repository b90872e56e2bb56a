// What a gate found when it held the winner of a search against what is in force, on examples that no search has seen.
import { z } from 'zod';

const hash = z.string().regex(/^[0-9a-f]{64}$/);

export const GATE_VERDICTS = ['promote', 'keep', 'insufficient_evidence'] as const;
export type GateVerdict = (typeof GATE_VERDICTS)[number];

const overrideSchema = z.strictObject({ by: z.string().max(256), reason: z.string().min(1).max(1_024) });

/** What is to become better: the reward, or the cost at no loss of reward. */
export const GATE_GOALS = ['score', 'cost'] as const;

export const gateRuleSchema = z.strictObject({
  goal: z.enum(GATE_GOALS),
  /** Chance that any look at one holdout promotes what is not better. */
  alpha: z.number().gt(0).max(0.5),
  /** Least gain, as it was measured: of the mean reward, or the share of the cost that is saved. */
  minHoldoutDelta: z.number().min(0).max(1),
  /** With fewer examples nothing is said. */
  minRows: z.number().int().min(2).max(1_000_000),
  /** Mean cost of the candidate, as a multiple of the baseline's: sats where either costs any, else calls of a model. */
  maxCostRatio: z.number().min(1).max(1e6),
  /** Of the mean latency; what takes less than a tenth of a second counts as that. */
  maxLatencyRatio: z.number().min(1).max(1e6),
  /** Where the goal is the cost: how much of the mean reward may be lost. */
  maxScoreDrop: z.number().min(0).max(1),
  /** How many more of the predictions may fail, as a share. */
  maxErrorRateRise: z.number().min(0).max(1),
});
export type GateRule = z.infer<typeof gateRuleSchema>;

const armSchema = z.strictObject({
  compiled_id: z.string().min(1).max(128),
  /** Mean reward, 0 to 1. */
  score: z.number(),
  /** Means per prediction. */
  costMsat: z.number().min(0),
  calls: z.number().min(0),
  latencyMs: z.number().min(0),
  errorRate: z.number().min(0).max(1),
  /** Reward of each holdout example, in the order of their ids. */
  rewards: z.array(z.number()),
});

export const promotionSchema = z.strictObject({
  /** ULID. */
  promotionId: z.string().max(128),
  signatureId: z.string().min(1).max(128),
  atMs: z.number().int(),
  jobHash: hash,
  datasetHash: hash,
  /** Over the held-out examples alone. */
  holdoutHash: hash,
  n: z.number().int().min(0),
  baseline: armSchema,
  candidate: armSchema,
  /** How often examples of this holdout were looked at for this signature, this look included. */
  look: z.number().int().min(1),
  test: z.strictObject({
    name: z.enum(['mcnemar', 'paired_bootstrap']),
    p: z.number().min(0).max(1),
    /** The share of the rule's alpha that this look has (dse/promote/looks.ts). */
    alpha: z.number().min(0).max(1),
    /** Gain of the mean reward, or the share of the cost that is saved. */
    delta: z.number(),
    minHoldoutDelta: z.number(),
  }),
  /** By which rule. */
  rule: gateRuleSchema,
  /** What must not become worse: the upper end of its interval, its bound and whether it holds. */
  nonInferiority: z.array(
    z.strictObject({
      what: z.enum(['score', 'cost', 'latency', 'error_rate']),
      ratioOrDelta: z.number(),
      bound: z.number(),
      holds: z.boolean(),
    }),
  ),
  verdict: z.enum(GATE_VERDICTS),
  /** In words; an operator's reason where they overrode the verdict. */
  reason: z.string().max(1_024),
  override: overrideSchema.nullable(),
  /** Whether it made the candidate the one in force: not where the verdict is against it, and not where it was to be measured only. */
  movedPointer: z.boolean(),
});
export type Promotion = z.infer<typeof promotionSchema>;

/** One look at a holdout. */
export interface Look {
  /** Of the promotion that looked. */
  readonly promotionId: string;
  readonly atMs: number;
  /** Short hashes of the inputs that it saw. */
  readonly inputs: readonly string[];
}

export const promoteRequestSchema = z.strictObject({
  /** Whole, or a prefix that only one artifact has. */
  compiled_id: z.string().min(1).max(128),
  goal: gateRuleSchema.shape.goal.optional(),
  /** In the place of the usual rule's. */
  minDelta: gateRuleSchema.shape.minHoldoutDelta.optional(),
  maxCostRatio: gateRuleSchema.shape.maxCostRatio.optional(),
  maxLatencyRatio: gateRuleSchema.shape.maxLatencyRatio.optional(),
  maxScoreDrop: gateRuleSchema.shape.maxScoreDrop.optional(),
  /** Stands on what this promotion found, whatever became of the examples since: what was measured before its canary ran. */
  promotionId: z.string().min(1).max(26).optional(),
  /** Leaves the pointer where it is, whatever is found: asked again without this, what was found stands. */
  measureOnly: z.boolean().optional(),
  /** Moves the pointer whatever the verdict: by whom, and why. */
  override: overrideSchema.optional(),
});
export type PromoteRequest = z.infer<typeof promoteRequestSchema>;

export const PROMOTIONS_PAGE_MAX = 200;

export const promotionSelectionSchema = z.object({
  signature: z.string().min(1).max(128).optional(),
  /** Only older ones than this. */
  before: z.string().max(26).optional(),
  limit: z.coerce.number().int().min(1).max(PROMOTIONS_PAGE_MAX).default(20),
});
export type PromotionSelection = z.infer<typeof promotionSelectionSchema>;

export const promotionPageSchema = z.object({
  /** Newest first. */
  promotions: z.array(promotionSchema),
  next_before: z.string().nullable(),
});
export type PromotionPage = z.infer<typeof promotionPageSchema>;
