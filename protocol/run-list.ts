// The list of runs as it is asked for and told: filters, order, pages. One schema for `pylon rlm history`, the API and the dashboard.
import { z } from 'zod';
import { sinceHours } from './provider-report.ts';
import { RUN_STATUSES, type RunStatus, runRecordSchema } from './run.ts';

export const RUN_ORDERS = ['created', 'cost', 'latency', 'coverage', 'status', 'query'] as const;
export type RunOrder = (typeof RUN_ORDERS)[number];

/** Runs of one answer: a record holds its answer, and memory is bounded whatever is asked. */
export const RUNS_PER_PAGE_MAX = 1_000;
/** A cursor holds a run id and what it is sorted by: at most 128 characters, encoded twice. */
const CURSOR_CHARS_MAX = 2_048;
const HOUR_MS = 3_600_000;
/** A day, or a moment of one with its distance to UTC. */
const DATE = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d))?$/;

/** A span before now (`24h`, `7d`, `2w`), a day (in UTC) or a moment, in unix ms; undefined when it is none of these. */
export function momentMs(text: string, nowMs: number): number | undefined {
  const hours = sinceHours(text);
  if (hours !== undefined) return nowMs - hours * HOUR_MS;
  const ms = DATE.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(ms) ? undefined : ms;
}

const moment = z
  .string()
  .max(40)
  .refine((text) => momentMs(text, 0) !== undefined, {
    error: 'must be a span such as 24h, 7d or 2w, a day such as 2026-11-24, or a moment such as 2026-11-24T08:00:00Z',
  });
const sats = z.coerce.number({ error: 'must be a number of sats' }).min(0, { error: 'must be a number of sats' });
const limitError = `must be a whole number from 0 to ${RUNS_PER_PAGE_MAX}`;

/** What may be asked; each issue begins with `must`, so that a caller can put its own name of the field before it. */
export const runsQuerySchema = z.strictObject({
  status: z.enum(RUN_STATUSES, { error: `must be one of ${RUN_STATUSES.join(', ')}` }).optional(),
  method: z.string().max(64).optional(),
  experiment: z.string().max(256).optional(),
  /** Words that the question must have, in any order and letter case. */
  text: z.string().max(1_024).optional(),
  since: moment.optional(),
  until: moment.optional(),
  cost_min_sats: sats.optional(),
  cost_max_sats: sats.optional(),
  sort: z.enum(RUN_ORDERS, { error: `must be one of ${RUN_ORDERS.join(', ')}` }).default('created'),
  order: z.enum(['asc', 'desc'], { error: 'must be asc or desc' }).default('desc'),
  limit: z.coerce
    .number({ error: limitError })
    .int({ error: limitError })
    .min(0, { error: limitError })
    .max(RUNS_PER_PAGE_MAX, { error: limitError })
    .default(20),
  /** `next_cursor` of the page before, asked for with the same filters and order. */
  cursor: z.string().max(CURSOR_CHARS_MAX).optional(),
});
export type RunsQuery = z.infer<typeof runsQuerySchema>;

export const runPageSchema = z.object({
  runs: z.array(runRecordSchema),
  /** Ask with it for what follows; null on the last page. */
  next_cursor: z.string().max(CURSOR_CHARS_MAX).nullable(),
  /** Runs that pass the filters, on all pages; null where they were not counted. */
  total: z.number().int().min(0).nullable(),
});
export type RunPage = z.infer<typeof runPageSchema>;

/** The same question with moments instead of spans, and money as it is kept. */
export interface RunSelection {
  readonly status?: RunStatus | undefined;
  readonly method?: string | undefined;
  readonly experiment?: string | undefined;
  /** In lower case; none where the text has none. */
  readonly words: readonly string[];
  /** The first moment that counts, and the first that does not. */
  readonly fromMs: number;
  readonly untilMs: number;
  readonly costMinMsat: number;
  readonly costMaxMsat: number;
  readonly sort: RunOrder;
  readonly descending: boolean;
  readonly limit: number;
  readonly cursor?: string | undefined;
}

/** @param nowMs where spans begin */
export function selectionOf(query: RunsQuery, nowMs: number): RunSelection {
  const { status, method, experiment, text = '', since, until, sort, order, limit, cursor } = query;
  return {
    status,
    method,
    experiment,
    words: text.toLowerCase().split(/\s+/).filter(Boolean),
    fromMs: since === undefined ? Number.NEGATIVE_INFINITY : (momentMs(since, nowMs) ?? Number.NEGATIVE_INFINITY),
    untilMs: until === undefined ? Number.POSITIVE_INFINITY : (momentMs(until, nowMs) ?? Number.POSITIVE_INFINITY),
    costMinMsat: (query.cost_min_sats ?? 0) * 1_000,
    costMaxMsat: (query.cost_max_sats ?? Number.POSITIVE_INFINITY) * 1_000,
    sort,
    descending: order === 'desc',
    limit,
    cursor,
  };
}
