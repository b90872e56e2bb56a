// A compile: what is searched, by whom, for which reward and on which budget; and the report of all that was tried.
import { z } from 'zod';
import { predictParamsSchema } from '../predict-params.ts';
import { usageSchema } from '../signature.ts';

const hash = z.string().regex(/^[0-9a-f]{64}$/);
const signatureId = z.string().min(1).max(128);

export const OPTIMIZERS = ['exhaustive', 'halving', 'bootstrap', 'reflective'] as const;
export const REWARDS = ['exact_json', 'field_f1', 'evidence', 'judge'] as const;

/** Everything that decides what a compile makes: its hash, with that of the examples, names the result. */
export const compileJobSchema = z.strictObject({
  signatureId,
  /** Parameters that the search begins from: those in force then. */
  base: predictParamsSchema,
  /** Values to choose from, by the name of the parameter; in the order in which they are tried. */
  space: z.record(z.string().max(64), z.array(z.json()).min(1).max(256)),
  optimizer: z.enum(OPTIMIZERS),
  reward: z.enum(REWARDS),
  /** Of the artifact that judges, where the reward is `judge`. */
  judgeHash: hash.nullable(),
  /** As a receipt tells it: `extractive` or `openai:<model>`. */
  model: z.string().max(256),
  seed: z.number().int().min(0),
  budget: z.strictObject({
    maxCalls: z.number().int().min(1),
    maxMsat: z.number().int().min(0),
    maxTimeMs: z.number().int().min(1),
  }),
});
export type CompileJob = z.infer<typeof compileJobSchema>;

export const candidateSchema = z.strictObject({
  /** sha256 of the canonical JSON of its params. */
  paramsHash: hash,
  params: predictParamsSchema,
  /** How it came to be: the optimiser's words, and of which candidate. */
  origin: z.strictObject({ how: z.string().max(256), parent: hash.nullable() }),
  /** By example; only those that it was tried on. */
  scores: z.record(z.string().max(256), z.number()),
  /** Mean over `dev`; null where it was not tried on all of it. */
  devScore: z.number().nullable(),
  usage: usageSchema,
  costMsat: z.number().min(0),
  latencyMs: z.number().min(0),
  errors: z.number().int().min(0),
  /** Nothing else is better in score, cost and latency together. */
  isOnFrontier: z.boolean(),
});
export type CompileCandidate = z.infer<typeof candidateSchema>;

export const COMPILE_STATUSES = ['running', 'done', 'failed', 'stopped'] as const;

export const compileReportSchema = z.strictObject({
  /** jobHash and datasetHash, joined: the same compile is made once. */
  reportId: z.string().max(160),
  jobHash: hash,
  datasetHash: hash,
  job: compileJobSchema,
  status: z.enum(COMPILE_STATUSES),
  startedAtMs: z.number().int(),
  endedAtMs: z.number().int().nullable(),
  candidates: z.array(candidateSchema),
  /** What the budget paid for, and what was spent. */
  proposalsAffordable: z.number().int().min(0),
  calls: z.number().int().min(0),
  cacheHits: z.number().int().min(0),
  spentMsat: z.number().min(0),
  chosen: z.strictObject({ paramsHash: hash, compiled_id: hash, why: z.string().max(1_024) }).nullable(),
  error: z.strictObject({ code: z.string(), message: z.string() }).nullable(),
});
export type CompileReport = z.infer<typeof compileReportSchema>;
