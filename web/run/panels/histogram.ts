// Latencies as columns on a logarithmic scale: what matters of them is the tail, and that is ten times as long as the middle.

export interface HistogramColumn {
  readonly fromMs: number;
  readonly toMs: number;
  readonly count: number;
}

/** The fewest that still tell a shape from an accident. */
const COLUMNS_MAX = 24;
const RATIO_MIN = 1.08;

/** @param sorted ascending, in ms @returns none when there are no latencies; the columns touch and hold them all */
export function histogramOf(sorted: ArrayLike<number>): readonly HistogramColumn[] {
  const least = Math.max(0.5, sorted[0] ?? 0);
  const most = Math.max(least, sorted[sorted.length - 1] ?? 0);
  if (sorted.length === 0) return [];
  const ratio = Math.max(RATIO_MIN, (most / least) ** (1 / COLUMNS_MAX) * 1.0001);
  const columns: HistogramColumn[] = [];
  let at = 0;
  for (let fromMs = least; at < sorted.length; fromMs *= ratio) {
    const toMs = fromMs * ratio;
    const before = at;
    while (at < sorted.length && sorted[at]! < toMs) at++;
    columns.push({ fromMs, toMs, count: at - before });
  }
  return columns;
}

/** Where a latency stands among the columns, from 0 to 1. */
export function placeIn(columns: readonly HistogramColumn[], latencyMs: number): number {
  const first = columns[0]?.fromMs ?? 1;
  const last = columns.at(-1)?.toMs ?? 1;
  if (last <= first) return 0;
  return Math.min(1, Math.max(0, Math.log(Math.max(first, latencyMs) / first) / Math.log(last / first)));
}
