// The table that one looks at, for a spreadsheet (RFC 4180). Text in it is a stranger's, and a spreadsheet runs what begins like a
// formula: such text gets an apostrophe in front, as `ledger/export/csv.ts` does it. Pure.
import type { Comparison } from '../../protocol/comparison.ts';
import { wellFormed } from '../../protocol/text.ts';

const FORMULA = /^[\s\p{Cc}\p{Cf}]*[=+\-@\uFF1D\uFF0B\uFF0D\uFF20]|^[\t\r\n]/u;
const NEEDS_QUOTES = /[",\r\n]|^\s|\s$/;

function cell(value: string | number | null): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  const text = wellFormed(value).replaceAll('\0', '\uFFFD');
  const safe = FORMULA.test(text) ? `'${text}` : text;
  return NEEDS_QUOTES.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** A row for each run: who it is, its side, every metric, and every setting that differs. */
export function comparisonCsv({ metrics, runs, sides, differences }: Comparison): string {
  const head = ['run', 'created_at', 'status', 'method', 'side', 'dataset', 'question'];
  const names = [...head, ...metrics.map(({ name }) => name), ...differences.map(({ field }) => `config:${field}`)];
  const rows = runs.map((run, at) => [
    ...[run.run_id, run.created_at, run.status, run.method, sides[run.side]?.label ?? '', run.dataset, run.query],
    ...run.values,
    ...differences.map(({ values }) => values[at] ?? null),
  ]);
  return [names, ...rows].map((row) => `${row.map(cell).join(',')}\r\n`).join('');
}
