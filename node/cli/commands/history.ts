// `pylon rlm history`: the latest runs, one line each.
import { EXIT, PylonError } from '../../../protocol/errors.ts';
import { RUN_STATUSES, type RunRecord, type RunStatus } from '../../../protocol/run.ts';
import { preview } from '../../../protocol/text.ts';
import { printDuration, printSats, printShare } from '../../../protocol/words.ts';
import type { RunFilter } from '../../engine/port.ts';
import type { CliContext } from '../context.ts';
import { withEngine } from '../engine-access.ts';
import type { Flags } from '../flags.ts';
import { Notices } from '../notices.ts';
import { printable, printableJson } from '../printable.ts';

const LIMIT_DEFAULT = 20;
/** One page of the API. */
const LIMIT_MAX = 1_000;
const QUERY_CHARS = 60;

/** `--limit`: one page at most. @throws PylonError `option-invalid` */
export function limitOf(flags: Flags): number {
  if (flags.limit === undefined) return LIMIT_DEFAULT;
  const text = String(flags.limit);
  const limit = /^\d{1,9}$/.test(text) ? Number(text) : 0;
  if (limit >= 1 && limit <= LIMIT_MAX) return limit;
  throw new PylonError('option-invalid', {
    value: text,
    reason: `--limit must be a whole number from 1 to ${LIMIT_MAX}`,
  });
}

function statusOf(flags: Flags): RunStatus | undefined {
  const text = flags.status;
  if (text === undefined) return undefined;
  const status = RUN_STATUSES.find((known) => known === text);
  if (status !== undefined) return status;
  throw new PylonError('option-invalid', {
    value: String(text),
    reason: `--status must be one of ${RUN_STATUSES.join(', ')}`,
  });
}

/** `2026-11-21 12:04` in the user's own time zone. */
export function printTime(iso: string): string {
  const date = new Date(iso);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${two(date.getHours())}:${two(date.getMinutes())}`;
}

function rowOf(record: RunRecord): string[] {
  const { metrics } = record;
  return [
    record.id,
    printTime(record.created_at),
    record.status,
    printShare(metrics.coverage),
    `${printSats(metrics.cost_msat)} sats`,
    printDuration(metrics.elapsed_ms),
    printable(preview(record.query, QUERY_CHARS)),
  ];
}

/** Columns as wide as their widest cell. */
export function renderTable(rows: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  for (const row of rows) for (const [at, cell] of row.entries()) widths[at] = Math.max(widths[at] ?? 0, cell.length);
  const lines = rows.map((row) =>
    row
      .map((cell, at) => cell.padEnd(widths[at] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  return lines.map((line) => `${line}\n`).join('');
}

export async function history(context: CliContext, _words: readonly string[], flags: Flags): Promise<number> {
  const status = statusOf(flags);
  const filter: RunFilter = {
    limit: limitOf(flags),
    ...(status === undefined ? {} : { status }),
    ...(flags.experiment === undefined ? {} : { experiment: String(flags.experiment) }),
  };
  const notices = new Notices(context.stderr);
  const records = await withEngine(context, notices, (engine) => engine.runs.list(filter));
  if (flags.json === true) context.stdout.write(`${printableJson(records)}\n`);
  else if (records.length === 0) notices.line('no runs yet: ask one with `pylon rlm "…" --file …`');
  else context.stdout.write(renderTable(records.map(rowOf)));
  return EXIT.answer;
}
