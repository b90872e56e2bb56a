// `pylon providers`: who answered, how reliably, how fast and for what price, best first.
import { EXIT, PylonError } from '../../../protocol/errors.ts';
import {
  type ProviderReport,
  type ProvidersQuery,
  type ProvidersReport,
  providersQuerySchema,
} from '../../../protocol/provider-report.ts';
import { preview } from '../../../protocol/text.ts';
import { plural, printCompact, printShare, printSpan } from '../../../protocol/words.ts';
import type { CliContext } from '../context.ts';
import { withEngine } from '../engine-access.ts';
import type { Flags } from '../flags.ts';
import { Notices } from '../notices.ts';
import { printableJson, printableLine } from '../printable.ts';
import { shortKey } from '../timeline.ts';
import { printTime, renderTable } from './history.ts';

/** Characters of strangers' words in a row: the table fits a terminal of 100 columns, whatever they call themselves. */
const NAME_CHARS = 9;
const MODEL_CHARS = 12;
const KEY_CHARS = 9;

/** @throws PylonError `option-invalid` naming the flag */
function queryOf(flags: Flags): ProvidersQuery {
  const { sort, since, model, limit } = flags;
  const given = Object.entries({ sort, since, model, limit }).filter(([, value]) => value !== undefined);
  const parsed = providersQuerySchema.safeParse(Object.fromEntries(given));
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const field = String(issue?.path[0]);
  throw new PylonError('option-invalid', {
    value: String(flags[field]),
    reason: `--${field} ${issue?.message}`,
    next: 'see `pylon providers --help`',
  });
}

function known<Value>(value: Value | null, print: (value: Value) => string): string {
  return value === null ? '-' : print(value);
}

function modelsOf(models: readonly string[]): string {
  const [first] = models;
  if (first === undefined) return '-';
  const others = models.length > 1 ? ` +${models.length - 1}` : '';
  return `${preview(printableLine(first), MODEL_CHARS - others.length)}${others}`;
}

/** `≥` stands before the bound that success ranks by. */
function cellsOf(report: ProviderReport, untilMs: number): string[] {
  const { success, latency_ms } = report;
  return [
    preview(shortKey(report.provider), KEY_CHARS),
    known(report.name, (name) => preview(printableLine(name), NAME_CHARS)),
    modelsOf(report.models),
    printCompact(report.jobs),
    known(success.rate, printShare),
    `≥${printShare(success.lower)}`,
    known(latency_ms.p50, printSpan),
    known(latency_ms.p99, printSpan),
    known(report.sats_per_1k_jobs, printCompact),
    known(report.trust, (trust) => trust.toFixed(2)),
    known(report.last_seen, (time) => printSpan(Math.max(0, untilMs - Date.parse(time)))),
  ];
}

const HEAD = ['provider', 'name', 'model', 'jobs', 'success', '', 'p50', 'p99', 'sats/1k', 'trust', 'seen'];

function render({ providers, total, from, until, sort }: ProvidersReport): string {
  const rows = providers.map((report) => cellsOf(report, Date.parse(until)));
  const shown = providers.length < total ? `the first ${providers.length} of ` : '';
  const foot = `${shown}${plural(total, 'provider')} asked since ${printTime(from)}, by ${sort}; ≥ is what is sure at 95 %\n`;
  return `${renderTable([HEAD, ...rows])}${foot}`;
}

export async function providers(context: CliContext, _words: readonly string[], flags: Flags): Promise<number> {
  const query = queryOf(flags);
  const notices = new Notices(context.stderr);
  const report = await withEngine(context, notices, (engine) => engine.providers(query));
  if (flags.json === true) context.stdout.write(`${printableJson(report)}\n`);
  else if (report.total === 0)
    notices.line(
      `no provider was asked in the last ${query.since}: ask one with \`pylon rlm "…" --file …\`, or look further back with --since 30d`,
    );
  else context.stdout.write(render(report));
  return EXIT.answer;
}
