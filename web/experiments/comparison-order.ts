// The order of compared runs: as told, by a metric (best first), or by time. What has no value stands last. Pure.
import type { Comparison } from '../../protocol/comparison.ts';

export interface Sorting {
  readonly by: string;
  readonly order: 'asc' | 'desc';
}

const METRIC = 'metric ';

/** Places in `comparison.runs`, in order. */
export function orderOf(
  { metrics, runs }: Pick<Comparison, 'metrics' | 'runs'>,
  sorting: Sorting | undefined,
): number[] {
  const places = runs.map((_run, at) => at);
  if (sorting === undefined) return places;
  const column = metrics.findIndex(({ name }) => METRIC + name === sorting.by);
  const figureOf = (at: number): number | null =>
    column < 0 ? Date.parse(runs[at]?.created_at ?? '') : (runs[at]?.values[column] ?? null);
  const sign = sorting.order === 'asc' ? 1 : -1;
  return places.sort((left, right) => {
    const [a, b] = [figureOf(left), figureOf(right)];
    if (a === null || b === null) return (a === null ? 1 : 0) - (b === null ? 1 : 0) || left - right;
    return (a - b) * sign || left - right;
  });
}

/** A click on a head: best first, then the other way round. */
export function sortedBy({ metrics }: Pick<Comparison, 'metrics'>, before: Sorting | undefined, by: string): Sorting {
  if (before?.by === by) return { by, order: before.order === 'asc' ? 'desc' : 'asc' };
  const metric = metrics.find(({ name }) => METRIC + name === by);
  return { by, order: metric?.better === 'lower' ? 'asc' : 'desc' };
}
