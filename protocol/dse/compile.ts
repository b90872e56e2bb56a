// A compile: what is searched, by whom, for which reward and on which budget; and the report of all that was tried.
import { z } from 'zod';
import { predictParamsSchema } from '../predict-params.ts';
import { usageSchema } from '../signature.ts';

const hash = z.string().regex(/^[0-9a-f]{64}$/);
const signatureId = z.string().min(1).max(128);

export const OPTIMIZERS = ['exhaustive', 'halving', 'bootstrap', 'reflective'] as const;
export const REWARDS = ['exact_json', 'field_f1', 'evidence', 'judge'] as const;

/** Least that a search must be able to try beside what is in force. */
export const PROPOSALS_MIN = 1;
/** More than this are not kept in one report. */
export const CANDIDATES_MAX = 1_024;

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
  /** The smaller model beside it, for parameters that name that role; absent where there is one model. */
  subModel: z.string().min(1).max(256).optional(),
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
  /** All its predictions together; those that were known already count as if they had been made. */
  usage: usageSchema,
  /** Means per prediction. */
  costMsat: z.number().min(0),
  latencyMs: z.number().min(0),
  errors: z.number().int().min(0),
  /** Tried on all of `dev`, and no other one so tried is as good in score, sats, tokens and latency and better in one of them. */
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

/** What a list shows of a compile: all but what was tried. */
export const compileHeadSchema = compileReportSchema.omit({ candidates: true }).extend({
  /** Candidates tried so far. */
  tried: z.number().int().min(0),
});
export type CompileHead = z.infer<typeof compileHeadSchema>;

/** What is asked for; what is left out is the signature's and the machine's own. */
export const compileRequestSchema = z.strictObject({
  signatureId,
  optimizer: z.enum(OPTIMIZERS).optional(),
  reward: z.enum(REWARDS).optional(),
  /** Of a pinned judge; needed where the reward is `judge`. */
  judgeHash: hash.optional(),
  /** Parameters and their values; made from the examples when absent. */
  space: compileJobSchema.shape.space.optional(),
  seed: z.number().int().min(0).optional(),
  maxCalls: z.number().int().min(1).max(10_000_000).optional(),
  maxSats: z.number().min(0).max(1e9).optional(),
  maxTimeMs: z.number().int().min(1).optional(),
  backend: z.enum(['auto', 'extractive', 'openai']).optional(),
  model: z.string().max(256).optional(),
  subModel: z.string().min(1).max(256).optional(),
  /** Goes on with the latest one of the signature that did not end, whatever else is asked for. */
  resume: z.boolean().optional(),
});
export type CompileRequest = z.infer<typeof compileRequestSchema>;

/** What a compile would be: told before anything is asked or written. */
export const compilePlanSchema = z.strictObject({
  reportId: z.string().max(160),
  job: compileJobSchema,
  datasetHash: hash,
  examples: z.strictObject({ train: z.number().int(), dev: z.number().int() }),
  /** Combinations of the space. */
  spaceSize: z.number().min(0),
  proposalsAffordable: z.number().int().min(0),
});
export type CompilePlan = z.infer<typeof compilePlanSchema>;
