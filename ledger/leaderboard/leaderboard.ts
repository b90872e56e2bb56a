// The leaderboard: rollups of the hours asked for, added up by provider and put in order. Those of whom little is known
// rank by what they are at worst: a share by its lower bound, a latency by its upper one, a price over that share.
import { PylonError } from '../../protocol/errors.ts';
import { percentileRank } from '../../protocol/percentile.ts';
import type { ProviderHistory, ProviderQuery } from '../../protocol/provider-history.ts';
import {
  type ProviderOrder,
  type ProviderReport,
  type ProvidersQuery,
  type ProvidersReport,
  sinceHours,
} from '../../protocol/provider-report.ts';
import { medianUpperRank, wilsonLower } from './bounds.ts';
import { hourBeginsMs, hourOf } from './fold.ts';
import { pointsOf, stepHoursOf } from './history.ts';
import { FLAT, sumMsat } from './rollup.ts';
import { Quantiles, type RollupRow, Total, totalsOf } from './totals.ts';

const HOUR_MS = 3_600_000;

/** Where rollups are read from: the store, or the memory of `--no-log`. */
export interface RollupSource {
  /** Rows from one hour to another, both included. @throws PylonError `store-*` */
  rollups(fromHour: number, toHour: number): AsyncIterable<readonly RollupRow[]>;
}

export interface Spent {
  /** Owed for accepted work, paid or not. */
  readonly settledMsat: number;
  /** Asked of providers, whatever came of it. */
  readonly jobs: number;
}

export interface LeaderboardOptions {
  readonly source: RollupSource;
  readonly nowMs: () => number;
  /** From 0 to 1; undefined when nothing is known of this provider. */
  readonly trustOf?: (provider: string) => number | undefined;
}

function iso(timeMs: number): string {
  return new Date(timeMs).toISOString();
}

function reportOf(total: Total, quantiles: Quantiles, trust: number | undefined): ProviderReport {
  const { provider, answered, failed, timeouts, cancelled, rejected, settledMsat, firstMs, lastMs } = total;
  const ended = answered + failed + timeouts;
  const good = Math.max(0, answered - rejected); // a verdict may come in a later hour than its answer
  // What came too late was slower than all that came: whoever answers rarely does not look fast.
  const upperRank = medianUpperRank(answered + timeouts);
  const ranks = [percentileRank(answered, 0.5), percentileRank(answered, 0.99), upperRank ?? answered + 1];
  const [p50 = null, p99 = null, p50_upper = null] = quantiles.at(total.rows, ranks);
  return {
    provider,
    name: total.name === '' ? null : total.name,
    models: [...total.models].sort(),
    jobs: total.asked,
    answered,
    failed,
    timeouts,
    cancelled,
    rejected,
    success: { rate: ended === 0 ? null : good / ended, lower: wilsonLower(good, ended) },
    latency_ms: { p50, p99, p50_upper },
    settled_msat: settledMsat,
    sats_per_1k_jobs: good === 0 ? null : settledMsat / good, // msat for one are sats for a thousand
    trust: trust ?? null,
    first_seen: firstMs === 0 ? null : iso(firstMs),
    last_seen: lastMs === 0 ? null : iso(lastMs),
  };
}

/** What ranks first when small; what is not known ranks last. */
const WORTH: Readonly<Record<ProviderOrder, (report: ProviderReport) => number>> = {
  success: ({ success }) => -success.lower,
  latency: ({ latency_ms }) => latency_ms.p50_upper ?? Number.POSITIVE_INFINITY,
  cost: ({ sats_per_1k_jobs, success }) =>
    sats_per_1k_jobs === null ? Number.POSITIVE_INFINITY : sats_per_1k_jobs / success.lower,
  jobs: ({ jobs }) => -jobs,
  trust: ({ trust }) => -(trust ?? -1),
};

/** Best first. Equals are ordered by success, then by how much is known of them, then by key: always the same order. */
function ranked(reports: readonly ProviderReport[], order: ProviderOrder): ProviderReport[] {
  const worths = new Map(reports.map((report) => [report, WORTH[order](report)]));
  return reports.toSorted((left, right) => {
    const [a, b] = [worths.get(left)!, worths.get(right)!];
    if (a !== b) return a < b ? -1 : 1;
    return (
      right.success.lower - left.success.lower || right.jobs - left.jobs || (left.provider < right.provider ? -1 : 1)
    );
  });
}

export class Leaderboard {
  readonly #options: LeaderboardOptions;

  constructor(options: LeaderboardOptions) {
    this.#options = options;
  }

  /** @throws PylonError `model-unknown` when others were asked in this time, but none with this model; `store-*` */
  async report(query: ProvidersQuery): Promise<ProvidersReport> {
    const { source, nowMs, trustOf } = this.#options;
    const untilMs = nowMs();
    const fromHour = hourOf(untilMs - (sinceHours(query.since) ?? 0) * HOUR_MS);
    const models = new Set<string>();
    const totals = await totalsOf(source.rollups(fromHour, hourOf(untilMs)), query.model, models);
    if (totals.size === 0 && models.size > 0) throw unknownModel(query, models);
    const quantiles = new Quantiles();
    const reports = [...totals.values()].map((total) => reportOf(total, quantiles, trustOf?.(total.provider)));
    return {
      from: iso(hourBeginsMs(fromHour)),
      until: iso(untilMs),
      sort: query.sort,
      model: query.model ?? null,
      total: reports.length,
      providers: ranked(reports, query.sort).slice(0, query.limit),
    };
  }

  /** What one provider did in this time; zeros and no points where it was asked nothing. @throws PylonError `store-*` */
  async history(provider: string, query: ProviderQuery): Promise<Omit<ProviderHistory, 'announcement'>> {
    const { source, nowMs, trustOf } = this.#options;
    const untilMs = nowMs();
    const fromHour = hourOf(untilMs - (sinceHours(query.since) ?? 0) * HOUR_MS);
    const toHour = hourOf(untilMs);
    const rows: RollupRow[] = [];
    for await (const page of source.rollups(fromHour, toHour))
      rows.push(...page.filter((row) => row.provider === provider));
    rows.sort((left, right) => left.hour - right.hour);
    const total = new Total(provider);
    for (const { model, flat } of rows) total.add(model, flat);
    const step_hours = stepHoursOf(fromHour, toHour);
    return {
      from: iso(hourBeginsMs(fromHour)),
      until: iso(untilMs),
      report: reportOf(total, new Quantiles(), trustOf?.(provider)),
      step_hours,
      points: pointsOf(rows, fromHour, step_hours),
    };
  }

  /** What everybody together was owed and asked since a time, from the beginning of its hour. @throws PylonError `store-*` */
  async spentSince(sinceMs: number): Promise<Spent> {
    const { source, nowMs } = this.#options;
    let [settledMsat, jobs] = [0, 0];
    for await (const page of source.rollups(hourOf(sinceMs), hourOf(nowMs()))) {
      for (const { flat } of page) {
        settledMsat = sumMsat(settledMsat, flat[FLAT.settledMsat]);
        jobs += flat[FLAT.asked];
      }
    }
    return { settledMsat, jobs };
  }
}

/** Names told in an error. */
const MODELS_TOLD = 8;

function unknownModel({ model = '', since }: ProvidersQuery, models: ReadonlySet<string>): PylonError {
  const names = [...models].sort().slice(0, MODELS_TOLD).join(', ');
  const more = models.size > MODELS_TOLD ? ` and ${models.size - MODELS_TOLD} more` : '';
  return new PylonError('model-unknown', {
    value: model,
    reason: `no provider with this model was asked in the last ${since}`,
    next: `take one of ${names}${more}, or a longer time`,
  });
}
