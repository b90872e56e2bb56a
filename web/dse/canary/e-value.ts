// The evidence against a canary over time, as a chart takes it. Pure.
import type { CanaryHistoryRow, CanaryPlan } from '../../../protocol/dse/canary.ts';
import { HARM_SHARES } from '../../../protocol/dse/harm-shares.ts';
import { type Columns, columnsOf } from '../../charts/series.ts';

/** Of the test of errors, which the history tells: log10 of the E that stops it. */
export function stopLog10({ alpha }: Pick<CanaryPlan, 'alpha'>): number {
  return -Math.log10(alpha * HARM_SHARES.errors);
}

/** E of a log10, as people read it: `0.31`, `4.2`, `118`, `2e7`. */
export function printE(log10: number): string {
  const e = 10 ** log10;
  return e >= 1e6 || (e < 0.01 && e > 0)
    ? e.toExponential(0).replace('+', '')
    : String(Number(e.toPrecision(e < 10 ? 2 : 3)));
}

/** Times, log10 of E, and where it stops; no gaps, because between two receipts nothing is unknown. */
export function eValueColumns(history: readonly CanaryHistoryRow[], plan: Pick<CanaryPlan, 'alpha'>): Columns {
  const stop = stopLog10(plan);
  const points = history.map(({ atMs, logE }) => ({ atMs, values: [logE / Math.LN10, stop] }));
  return columnsOf(points, 2, Number.POSITIVE_INFINITY);
}
