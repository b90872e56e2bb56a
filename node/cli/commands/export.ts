// `pylon rlm export`: a run or an experiment as open folders, as a file, or sent to a collector. What is redacted is told
// before anything is written, and `--preview` writes nothing.
import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import {
  type ExportRequest,
  type ExportScope,
  FILE_FORMATS,
  type FileFormat,
} from '../../../ledger/export/exporter.ts';
import { LEAVING_RULES, parseRules, type RedactionRules, SHARE_RULES } from '../../../ledger/redact/rules.ts';
import { EXIT, PylonError } from '../../../protocol/errors.ts';
import type { Engine } from '../../engine/port.ts';
import type { CliContext } from '../context.ts';
import { withEngine } from '../engine-access.ts';
import { printPreview } from '../export-preview.ts';
import type { Flags } from '../flags.ts';
import { Notices } from '../notices.ts';
import { escapedJson, printableLine } from '../printable.ts';
import { writeSlowly, writeWhole } from '../write-whole.ts';

const FORMATS = ['folder', ...FILE_FORMATS] as const;
type Format = (typeof FORMATS)[number];

const RUNS_PER_PAGE = 1_000;

function invalid(value: string, reason: string): PylonError {
  return new PylonError('option-invalid', { value, reason });
}

interface Wanted {
  readonly format: Format;
  readonly rules: RedactionRules;
  /** `-` is standard output. */
  readonly output: string | undefined;
  readonly endpoint: string | undefined;
  readonly previews: boolean;
}

function formatOf({ format, otlpEndpoint }: Flags): Format {
  if (format === undefined) return otlpEndpoint === undefined ? 'folder' : 'otlp';
  const known = FORMATS.find((one) => one === format);
  if (known === undefined) throw invalid(String(format), `--format must be one of ${FORMATS.join(', ')}`);
  if (otlpEndpoint !== undefined && known !== 'otlp')
    throw invalid(known, '--otlp-endpoint sends otlp, and no other --format');
  return known;
}

/** What leaves this machine is redacted unless somebody says otherwise; what stays is whole. */
function rulesOf(flags: Flags, format: Format): RedactionRules {
  if (typeof flags.redact === 'string') return parseRules(flags.redact);
  if (flags.otlpEndpoint !== undefined) return LEAVING_RULES;
  return format === 'html' ? SHARE_RULES : parseRules('none');
}

function wantedOf(flags: Flags): Wanted {
  const format = formatOf(flags);
  const named = flags.output ?? flags.to;
  return {
    format,
    rules: rulesOf(flags, format),
    output: typeof named === 'string' ? named : undefined,
    endpoint: typeof flags.otlpEndpoint === 'string' ? flags.otlpEndpoint : undefined,
    previews: flags.preview === true,
  };
}

export async function scopeOf(engine: Engine, words: readonly string[], flags: Flags): Promise<ExportScope> {
  const [prefix] = words;
  const { experiment } = flags;
  if (typeof experiment === 'string') {
    if (prefix !== undefined) throw invalid(prefix, 'name a run or --experiment, not both');
    return { experiment };
  }
  if (prefix === undefined) throw invalid('', 'name a run, or an experiment with --experiment');
  return { run: await engine.runs.resolve(prefix) };
}

/** Ids of the runs, newest first. */
async function runsOf(engine: Engine, scope: ExportScope): Promise<string[]> {
  if ('run' in scope) return [scope.run];
  const records = await engine.runs.list({ limit: RUNS_PER_PAGE, experiment: scope.experiment });
  if (records.length === 0)
    throw new PylonError('run-unknown', { value: scope.experiment, reason: 'no run is filed under this experiment' });
  if (records.length >= RUNS_PER_PAGE)
    throw invalid(scope.experiment, `this experiment has ${RUNS_PER_PAGE} runs or more: export it with --format jsonl`);
  return records.map(({ id }) => id);
}

/** Prints the folders that were written. */
async function exportFolders(context: CliContext, engine: Engine, scope: ExportScope, wanted: Wanted): Promise<void> {
  const { output, rules } = wanted;
  const to = output === undefined ? undefined : resolve(context.cwd, output);
  if (output === '-') throw invalid('-', 'a folder cannot go to standard output: use --format jsonl');
  if (rules.size > 0 && to === undefined)
    throw invalid('--redact', 'say with --output where the redacted folder goes: PYLON_HOME keeps the whole one');
  for (const id of await runsOf(engine, scope)) {
    const folder = to === undefined || 'run' in scope ? to : join(to, id);
    context.stdout.write(`${await engine.runs.export(id, folder, rules)}\n`);
  }
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    return false; // nothing is there yet, or nothing that can be written: writing it will tell
  }
}

/** Prints the path of the file, unless the file itself is what is printed. */
async function exportFile(context: CliContext, engine: Engine, request: ExportRequest, output?: string): Promise<void> {
  const { name, pieces } = await engine.runs.file(request);
  if (output === '-') {
    const isJson = request.format !== 'csv' && request.format !== 'html';
    for await (const piece of pieces) await writeSlowly(context.stdout, isJson ? escapedJson(piece) : piece);
    return;
  }
  const named = resolve(context.cwd, output ?? name);
  const path = output !== undefined && (await isFolder(named)) ? join(named, name) : named;
  await writeWhole(path, pieces);
  context.stdout.write(`${path}\n`);
}

async function sendToCollector(context: CliContext, engine: Engine, request: ExportRequest, endpoint: string) {
  const { otlpTarget, postOtlp } = await import('../../export/otlp-post.ts');
  const target = otlpTarget(endpoint, context.environment.OTEL_EXPORTER_OTLP_HEADERS);
  const { pieces } = await engine.runs.file(request);
  const { clock, random } = context;
  const posted = await postOtlp(pieces, target, { clock, random, fetch });
  const refused = posted.rejected === 0 ? '' : `, of which it refused ${posted.rejected} spans`;
  const words = posted.message === '' ? '' : `: ${printableLine(posted.message)}`;
  context.stderr.write(`sent to ${target.url.href} in ${posted.requests} request(s)${refused}${words}\n`);
}

export async function exportRuns(context: CliContext, words: readonly string[], flags: Flags): Promise<number> {
  const wanted = wantedOf(flags);
  const { format, rules, previews, endpoint, output } = wanted;
  await withEngine(context, new Notices(context.stderr), async (engine) => {
    const scope = await scopeOf(engine, words, flags);
    const fileFormat: FileFormat = format === 'folder' ? 'jsonl' : format;
    const request: ExportRequest = { scope, format: fileFormat, rules };
    if (previews || rules.size > 0) {
      const told = printPreview(await engine.runs.filePreview(request));
      if (previews) context.stdout.write(told);
      else context.stderr.write(told);
    }
    if (previews) return;
    if (endpoint !== undefined) await sendToCollector(context, engine, request, endpoint);
    else if (format === 'folder') await exportFolders(context, engine, scope, wanted);
    else await exportFile(context, engine, request, output);
  });
  return EXIT.answer;
}
