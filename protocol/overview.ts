// What the first page of the dashboard shows, and the health of the daemon in it: for the API that tells it and the page
// that draws it. Snake case, money in msat, times ISO 8601 in UTC.
import { z } from 'zod';
import { walletReportSchema } from './money-report.ts';
import { runRecordSchema } from './run.ts';

export const healthSchema = z.object({
  ok: z.literal(true),
  version: z.string(),
  pid: z.number().int(),
  /** New at every start: tells this daemon from another one on the same port. */
  instance: z.string(),
  started_at: z.string(),
  uptime_s: z.number(),
  public_key: z.string().nullable(),
  relays: z.array(z.object({ url: z.string(), connected: z.boolean() })),
  provider: z.object({ name: z.string(), models: z.array(z.string()), jobs_done: z.number().int() }).nullable(),
  runs_active: z.number().int(),
});
export type Health = z.infer<typeof healthSchema>;

export const overviewSchema = z.object({
  running: z.array(runRecordSchema),
  /** Newest first, those that run now among them. */
  recent: z.array(runRecordSchema),
  /** Since midnight, by the clock of this machine. */
  today_since: z.string(),
  /** What today's accepted work has cost and how many jobs were asked of providers, in all runs of this home; as on the leaderboard, imported ones count. */
  spent_today_msat: z.number().int(),
  jobs_today: z.number().int(),
  /** Null when the wallet does not answer at once. */
  wallet: walletReportSchema.nullable(),
  health: healthSchema,
  /** Null where the example did not come along. */
  demo: z.object({ query: z.string(), file: z.string() }).nullable(),
});
export type Overview = z.infer<typeof overviewSchema>;
