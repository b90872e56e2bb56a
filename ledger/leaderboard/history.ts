// What one provider did, step by step: its rows of the hours asked for, added up by hours, or by as many as make the answer
// short enough to draw.
import { percentileRank } from '../../protocol/percentile.ts';
import { HISTORY_POINTS_MAX, type ProviderPoint } from '../../protocol/provider-history.ts';
import { hourBeginsMs } from './fold.ts';
import { Quantiles, type RollupRow, Total } from './totals.ts';

/** Hours of one point, so that all of these hours are at most `HISTORY_POINTS_MAX` points. */
export function stepHoursOf(fromHour: number, toHour: number): number {
  return Math.ceil((toHour - fromHour + 1) / HISTORY_POINTS_MAX);
}

function pointOf(hour: number, total: Total, quantiles: Quantiles): ProviderPoint {
  const { answered, failed, timeouts, rejected } = total;
  const ended = answered + failed + timeouts;
  const ranks = [percentileRank(answered, 0.5), percentileRank(answered, 0.99)];
  const [p50_ms = null, p99_ms = null] = quantiles.at(total.rows, ranks);
  return {
    at: new Date(hourBeginsMs(hour)).toISOString(),
    jobs: total.asked,
    answered,
    failed,
    timeouts,
    rejected,
    success: ended === 0 ? null : Math.max(0, answered - rejected) / ended,
    p50_ms,
    p99_ms,
    settled_msat: total.settledMsat,
  };
}

/** Oldest first; steps without a row are left out. @param rows of one provider, from `fromHour` on, in ascending order of hours */
export function pointsOf(rows: readonly RollupRow[], fromHour: number, stepHours: number): ProviderPoint[] {
  const steps = new Map<number, Total>();
  for (const { hour, provider, model, flat } of rows) {
    const step = Math.floor((hour - fromHour) / stepHours);
    let total = steps.get(step);
    if (total === undefined) {
      total = new Total(provider);
      steps.set(step, total);
    }
    total.add(model, flat);
  }
  const quantiles = new Quantiles();
  return [...steps].map(([step, total]) => pointOf(fromHour + step * stepHours, total, quantiles));
}
