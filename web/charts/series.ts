// What a chart over time draws. Pure: points that were left out come back as gaps, so that no line crosses what nobody knows.

export interface TimePoint {
  readonly atMs: number;
  readonly values: readonly (number | null)[];
}

/** Columns as the chart library takes them: times in seconds, then each series. */
export type Columns = [times: number[], ...series: (number | null)[][]];

/** @param points in ascending order of time. @param stepMs the distance of two that follow each other */
export function columnsOf(points: readonly TimePoint[], seriesCount: number, stepMs: number): Columns {
  const columns: Columns = [[], ...Array.from({ length: seriesCount }, (): (number | null)[] => [])];
  const [times, ...series] = columns;
  let before = Number.NEGATIVE_INFINITY;
  for (const { atMs, values } of points) {
    if (Number.isFinite(before) && atMs - before > stepMs * 1.5) {
      times.push((before + stepMs) / 1_000);
      for (const column of series) column.push(null);
    }
    times.push(atMs / 1_000);
    for (const [index, column] of series.entries()) column.push(values[index] ?? null);
    before = atMs;
  }
  return columns;
}
