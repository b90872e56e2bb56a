// What a gate found when it held the winner of a search against what is in force, on examples that no search has seen.
import { z } from 'zod';

const hash = z.string().regex(/^[0-9a-f]{64}$/);

export const GATE_VERDICTS = ['promote', 'keep', 'insufficient_evidence'] as const;
export type GateVerdict = (typeof GATE_VERDICTS)[number];

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
  n: z.number().int().min(0),
  baseline: armSchema,
  candidate: armSchema,
  /** How often this holdout was looked at for this signature, this look included: alpha is divided by it. */
  look: z.number().int().min(1),
  test: z.strictObject({
    name: z.enum(['mcnemar', 'paired_bootstrap']),
    p: z.number().min(0).max(1),
    alpha: z.number().min(0).max(1),
    delta: z.number(),
    minHoldoutDelta: z.number(),
  }),
  /** What must not become worse: each with its bound and whether it holds. */
  nonInferiority: z.array(
    z.strictObject({
      what: z.enum(['cost', 'latency', 'error_rate']),
      ratioOrDelta: z.number(),
      bound: z.number(),
      holds: z.boolean(),
    }),
  ),
  verdict: z.enum(GATE_VERDICTS),
  /** In words; an operator's reason where they overrode the verdict. */
  reason: z.string().max(1_024),
  override: z.strictObject({ by: z.string().max(256), reason: z.string().min(1).max(1_024) }).nullable(),
});
export type Promotion = z.infer<typeof promotionSchema>;
