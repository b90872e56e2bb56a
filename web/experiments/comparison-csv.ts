// The table that one looks at, for a spreadsheet. Pure.
import type { Comparison } from '../../protocol/comparison.ts';
import { csvRow } from '../../protocol/csv.ts';

/** A row for each run: who it is, its side, every metric, and every setting that differs. */
export function comparisonCsv({ metrics, runs, sides, differences }: Comparison): string {
  const head = ['run', 'created_at', 'status', 'method', 'side', 'dataset', 'question'];
  const names = [...head, ...metrics.map(({ name }) => name), ...differences.map(({ field }) => `config:${field}`)];
  const rows = runs.map((run, at) => [
    ...[run.run_id, run.created_at, run.status, run.method, sides[run.side]?.label ?? '', run.dataset, run.query],
    ...run.values,
    ...differences.map(({ values }) => values[at] ?? null),
  ]);
  return [names, ...rows].map(csvRow).join('');
}
