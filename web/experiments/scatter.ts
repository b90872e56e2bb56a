// Where runs lie when quality is held against cost. Pure: numbers in, places and ticks out.
import type { Comparison } from '../../protocol/comparison.ts';

export interface Dot {
  readonly runId: string;
  readonly side: number;
  readonly x: number;
  readonly y: number;
}

/** Runs that have both metrics. */
export function dotsOf(
  { metrics, runs }: Pick<Comparison, 'metrics' | 'runs'>,
  xName: string,
  yName: string,
): readonly Dot[] {
  const [xAt, yAt] = [xName, yName].map((wanted) => metrics.findIndex(({ name }) => name === wanted)) as [
    number,
    number,
  ];
  return runs.flatMap(({ run_id, side, values }) => {
    const [x, y] = [values[xAt], values[yAt]];
    return x === null || x === undefined || y === null || y === undefined ? [] : [{ runId: run_id, side, x, y }];
  });
}

/** Metrics that some run has and that can be held against each other; scores first. */
export function metricsWithValues({ metrics, runs }: Pick<Comparison, 'metrics' | 'runs'>): readonly string[] {
  return metrics.flatMap(({ name }, at) => (runs.some(({ values }) => typeof values[at] === 'number') ? [name] : []));
}
