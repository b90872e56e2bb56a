// `pylon rlm history`: the latest runs, one line each.
import { EXIT, PylonError } from '../../../protocol/errors.ts';
import type { RunRecord } from '../../../protocol/run.ts';
import { type RunPage, type RunsQuery, runsQuerySchema } from '../../../protocol/run-list.ts';
import { preview } from '../../../protocol/text.ts';
import { grouped, plural, printDuration, printSats, printShare } from '../../../protocol/words.ts';
import type { Engine, RunFilter } from '../../engine/port.ts';
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

/** Flags, and the fields of the query they are. */
const FLAGS = {
  limit: 'limit',
  status: 'status',
  method: 'method',
  experiment: 'experiment',
  text: 'text',
  since: 'since',
  until: 'until',
  costMin: 'cost_min_sats',
  costMax: 'cost_max_sats',
  sort: 'sort',
  order: 'order',
} as const;
/** What the newest runs can be picked by without an index of all of them. */
const PLAIN: ReadonlySet<string> = new Set(['limit', 'status', 'experiment']);

const flagOf = (field: unknown) => Object.entries(FLAGS).find(([, known]) => known === field)?.[0] ?? String(field);
const written = (flag: string) => `--${flag.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

/** @throws PylonError `option-invalid` naming the flag */
function queryOf(flags: Flags): RunsQuery {
  const limit = limitOf(flags);
  const given = Object.entries(FLAGS).filter(([flag]) => flags[flag] !== undefined);
  const parsed = runsQuerySchema.safeParse(Object.fromEntries(given.map(([flag, field]) => [field, flags[flag]])));
  if (parsed.success) return { ...parsed.data, limit };
  const issue = parsed.error.issues[0];
  const flag = flagOf(issue?.path[0]);
  throw new PylonError('option-invalid', {
    value: String(flags[flag]),
    reason: `${written(flag)} ${issue?.message}`,
    next: 'see `pylon rlm history --help`',
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

/** The newest runs are read from the store as they lie there; for anything else a list of all is made. */
async function listed(
  engine: Engine,
  query: RunsQuery,
  flags: Flags,
): Promise<Pick<RunPage, 'total'> & { runs: readonly RunRecord[] }> {
  const isPlain = Object.keys(FLAGS).every((flag) => flags[flag] === undefined || PLAIN.has(flag));
  if (!isPlain) return engine.runs.page(query);
  const { limit, status, experiment } = query;
  const filter: RunFilter = {
    limit,
    ...(status === undefined ? {} : { status }),
    ...(experiment === undefined ? {} : { experiment }),
  };
  return { runs: await engine.runs.list(filter), total: null };
}

export async function history(context: CliContext, _words: readonly string[], flags: Flags): Promise<number> {
  const query = queryOf(flags);
  const notices = new Notices(context.stderr);
  const { runs: records, total } = await withEngine(context, notices, (engine) => listed(engine, query, flags));
  if (flags.json === true) context.stdout.write(`${printableJson(records)}\n`);
  else if (records.length === 0 && total !== null) notices.line('no run passes these filters');
  else if (records.length === 0) notices.line('no runs yet: ask one with `pylon rlm "…" --file …`');
  else context.stdout.write(renderTable(records.map(rowOf)));
  if (total !== null && total > records.length) notices.line(`${grouped(records.length)} of ${plural(total, 'run')}`);
  return EXIT.answer;
}
