// One provider as it is asked for and told: its row of the leaderboard, what it did hour by hour, what it announces now,
// and the jobs it had last. Snake case, times ISO 8601 in UTC, money in msat, as everywhere in the API.
import { z } from 'zod';
import { providerReportSchema, providersQuerySchema } from './provider-report.ts';

/** Points of one answer: more than a screen is wide nobody sees. */
export const HISTORY_POINTS_MAX = 720;
/** Jobs of one answer. */
export const RECENT_JOBS_MAX = 50;

export const providerParamsSchema = z.object({ key: z.string().min(1).max(128).describe('a provider, by its key') });

export const providerQuerySchema = providersQuerySchema.pick({ since: true });
export type ProviderQuery = z.infer<typeof providerQuerySchema>;

const count = z.number().int().min(0);
const milliseconds = z.number().min(0);
const time = z.string().max(40);

/** What it did in one step of time; steps in which nothing happened are left out. */
export const providerPointSchema = z.object({
  /** When the step begins. */
  at: time,
  jobs: count,
  answered: count,
  failed: count,
  timeouts: count,
  rejected: count,
  /** (answered - rejected) / (answered + failed + timeouts); null where nothing ended. */
  success: z.number().min(0).max(1).nullable(),
  p50_ms: milliseconds.nullable(),
  p99_ms: milliseconds.nullable(),
  settled_msat: count,
});
export type ProviderPoint = z.infer<typeof providerPointSchema>;

/** Its announcement (kind 31990) while it is in force; a stranger's words. */
export const announcedSchema = z.object({
  name: z.string().max(128),
  models: z.array(z.string().max(256)),
  base_msat: count,
  msat_per_1k_chars: count,
  max_input_bytes: count,
  concurrency: count,
  credit_msat: count.nullable(),
  network: z.string().max(32).nullable(),
  escrow: z.boolean(),
  operator: z.string().max(128).nullable(),
  expires_at: time,
});
export type Announced = z.infer<typeof announcedSchema>;

export const providerHistorySchema = z.object({
  from: time,
  until: time,
  /** Zeros where it was asked nothing in this time. */
  report: providerReportSchema,
  /** Hours of one point: 1, or more where a long time is asked for. */
  step_hours: z.number().int().min(1),
  /** Oldest first. */
  points: z.array(providerPointSchema).max(HISTORY_POINTS_MAX),
  /** Null where it announces nothing that this daemon sees. */
  announcement: announcedSchema.nullable(),
});
export type ProviderHistory = z.infer<typeof providerHistorySchema>;

/** One job that a provider had. */
export const providerJobSchema = z.object({
  run_id: z.string().max(26),
  query_id: z.string().max(128),
  question: z.string().max(256),
  chunk: count,
  asked_at: time,
  state: z.enum(['open', 'answered', 'failed', 'timeout', 'cancelled']),
  rejected: z.boolean(),
  latency_ms: milliseconds.nullable(),
  settled_msat: count,
  /** The code of what went wrong. */
  error: z.string().max(64).nullable(),
});
export type ProviderJob = z.infer<typeof providerJobSchema>;

export const providerJobsSchema = z.object({
  /** Newest first. */
  jobs: z.array(providerJobSchema).max(RECENT_JOBS_MAX),
  /** The latest runs, whose traces were read for it: there is no index of all jobs. */
  runs_read: count,
});
export type ProviderJobs = z.infer<typeof providerJobsSchema>;
