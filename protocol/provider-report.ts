// The leaderboard as it is asked for and told: which providers answered, how fast, for what price. One schema for the
// command, the API and the dashboard. Snake case, times ISO 8601 in UTC, money in msat but for the price people compare.
import { z } from 'zod';

export const PROVIDER_ORDERS = ['success', 'latency', 'cost', 'jobs', 'trust'] as const;
export type ProviderOrder = (typeof PROVIDER_ORDERS)[number];

/** Rows of one answer: more is not read by a person, and a crowd of providers must not fill the memory. */
export const PROVIDERS_PER_PAGE_MAX = 1_000;
/** Ten years: past it nobody compares anything. */
const SINCE_HOURS_MAX = 87_600;
const HOURS_OF = { h: 1, d: 24, w: 168 } as const;
const SINCE = /^([1-9]\d{0,4})([hdw])$/;

/** `24h`, `7d`, `2w` in hours; undefined when it is none of these or more than ten years. */
export function sinceHours(text: string): number | undefined {
  const [, count = '', unit = 'h'] = SINCE.exec(text) ?? [];
  const hours = Number(count) * HOURS_OF[unit as keyof typeof HOURS_OF];
  return hours >= 1 && hours <= SINCE_HOURS_MAX ? hours : undefined;
}

const limitError = `must be a whole number from 1 to ${PROVIDERS_PER_PAGE_MAX}`;

/** What may be asked; each issue begins with `must`, so that a caller can put its own name of the field before it. */
export const providersQuerySchema = z.strictObject({
  sort: z.enum(PROVIDER_ORDERS, { error: `must be one of ${PROVIDER_ORDERS.join(', ')}` }).default('success'),
  since: z
    .string()
    .refine((text) => sinceHours(text) !== undefined, {
      error: 'must be a number of hours, days or weeks, such as 24h, 7d or 2w',
    })
    .default('24h'),
  /** Only what was asked of providers that announced this model. */
  model: z.string().min(1, { error: 'must name a model' }).max(256, { error: 'must name a model' }).optional(),
  limit: z.coerce
    .number({ error: limitError })
    .int({ error: limitError })
    .min(1, { error: limitError })
    .max(PROVIDERS_PER_PAGE_MAX, { error: limitError })
    .default(100),
});
export type ProvidersQuery = z.infer<typeof providersQuerySchema>;

const count = z.number().int().min(0);
const share = z.number().min(0).max(1);
const milliseconds = z.number().min(0);
const time = z.string().max(40);

export const providerReportSchema = z.object({
  provider: z.string().max(128),
  /** As it announced itself, last; a stranger's words. */
  name: z.string().max(128).nullable(),
  models: z.array(z.string().max(256)),
  /** Asked in this time; what became of each is counted when it ended. */
  jobs: count,
  answered: count,
  failed: count,
  timeouts: count,
  /** Withdrawn by us, or ended by what is no fault of the provider's: they count neither for nor against it. */
  cancelled: count,
  /** `rate` = answered / (answered + failed + timeouts); `lower` is its Wilson 95 % bound, by which providers are ranked. */
  success: z.object({ rate: share.nullable(), lower: share }),
  /** Of answers, within 2 %. `p50_upper`: the median is below it with 95 % confidence; null with too few answers to say. */
  latency_ms: z.object({
    p50: milliseconds.nullable(),
    p99: milliseconds.nullable(),
    p50_upper: milliseconds.nullable(),
  }),
  /** Owed for work that passed, paid or not. */
  settled_msat: count,
  /** Sats for 1,000 answers. */
  sats_per_1k_jobs: z.number().min(0).nullable(),
  /** How far it is believed, from 0 to 1; null when nothing is known. */
  trust: share.nullable(),
  /** When it first and last returned anything in this time. */
  first_seen: time.nullable(),
  last_seen: time.nullable(),
});
export type ProviderReport = z.infer<typeof providerReportSchema>;

export const providersReportSchema = z.object({
  /** Whole hours: the one in which the time asked for began, up to now. */
  from: time,
  until: time,
  sort: z.enum(PROVIDER_ORDERS),
  model: z.string().nullable(),
  /** Providers that fit, of which the best are listed. */
  total: count,
  providers: z.array(providerReportSchema),
});
export type ProvidersReport = z.infer<typeof providersReportSchema>;
