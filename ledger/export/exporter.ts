// One run or one experiment as a file of any format, redacted or not: what the command, the API and the dashboard call.
import { PylonError } from '../../protocol/errors.ts';
import type { RunRecord } from '../../protocol/run.ts';
import type { Removal } from '../redact/cutter.ts';
import { redactor } from '../redact/redactor.ts';
import {
  NO_REDACTION,
  REDACTION_RULES,
  type RedactionRule,
  type RedactionRules,
  SHARE_RULES,
} from '../redact/rules.ts';
import type { RunHistory } from '../runs.ts';
import { queriesCsv, runsCsv } from './csv.ts';
import type { FileFormat } from './file-formats.ts';
import { jsonl } from './jsonl.ts';
import { otlp } from './otlp.ts';
import { perfetto } from './perfetto.ts';
import { sharePage } from './share.ts';
import { RedactedRun } from './source.ts';

export type ExportScope = { readonly run: string } | { readonly experiment: string };

export interface ExportRequest {
  /** A whole id, or the name of an experiment. */
  readonly scope: ExportScope;
  readonly format: FileFormat;
  /** Those of the format when absent: a page is for others, the rest stays at home. */
  readonly rules?: RedactionRules;
}

export interface ExportedFile {
  /** Safe as the name of a file. */
  readonly name: string;
  /** Media type. */
  readonly type: string;
  /** Text of some kilobytes each. @throws PylonError `store-corrupt` while it is read */
  readonly pieces: AsyncIterable<string>;
}

export interface ExportPreview {
  readonly runs: number;
  /** In force. */
  readonly rules: readonly RedactionRule[];
  /** What the other rules would take out is in the file. */
  readonly kept: readonly RedactionRule[];
  readonly removed: readonly Removal[];
  readonly chars: number;
}

export interface ExporterOptions {
  readonly history: Pick<RunHistory, 'list' | 'get' | 'events' | 'blob'>;
  /** 32 bytes that only this home knows. */
  readonly key: () => Promise<Uint8Array>;
  /** Of this Pylon. */
  readonly version: string;
}

const KINDS: Readonly<Record<FileFormat, readonly [ending: string, type: string]>> = {
  jsonl: ['jsonl', 'application/jsonl'],
  csv: ['csv', 'text/csv; charset=utf-8; header=present'],
  otlp: ['otlp.jsonl', 'application/jsonl'],
  perfetto: ['trace.json', 'application/json'],
  html: ['html', 'text/html; charset=utf-8'],
};

const PAGE_RUNS = 100;
const PIECE_CHARS = 65_536;
const NAME_CHARS = 64;

export class Exporter {
  readonly #options: ExporterOptions;

  constructor(options: ExporterOptions) {
    this.#options = options;
  }

  /** Reads nothing of a trace until the pieces are taken. @throws PylonError `run-unknown` */
  async file(request: ExportRequest): Promise<ExportedFile> {
    const { name, pieces } = await this.#open(request);
    const [ending, type] = KINDS[request.format];
    return { name: `${name}.${ending}`, type, pieces: gathered(pieces) };
  }

  /** What the file would be without: made as it would be, and thrown away. @throws PylonError `run-unknown` | `store-corrupt` */
  async preview(request: ExportRequest): Promise<ExportPreview> {
    const opened: RedactedRun[] = [];
    const { rules, pieces } = await this.#open(request, (run) => opened.push(run));
    let chars = 0;
    for await (const piece of pieces) chars += piece.length;
    return {
      runs: opened.length,
      rules: [...rules],
      kept: REDACTION_RULES.filter((rule) => !rules.has(rule)),
      removed: sum(opened.map((run) => run.report())),
      chars,
    };
  }

  async #open({ scope, format, rules = rulesOf(format) }: ExportRequest, onOpen?: (run: RedactedRun) => void) {
    const key = rules.size === 0 ? new Uint8Array() : await this.#options.key();
    const { history, version } = this.#options;
    const records = await this.#records(scope);
    async function* runs(isTold = true) {
      for await (const record of records()) {
        const run = new RedactedRun(history, record, rules, key);
        if (isTold) onOpen?.(run);
        yield run;
      }
    }
    const heading = 'experiment' in scope ? redactor(rules, { inputs: [] }, key).words(scope.experiment) : undefined;
    const name = heading === undefined ? `run-${'run' in scope ? scope.run : ''}` : `experiment-${fileName(heading)}`;
    const pieces = {
      jsonl: () => jsonl(runs()),
      csv: () => (heading === undefined ? queriesOf(runs()) : runsCsv(recordsOf(runs(false)), recordsOf(runs()))),
      otlp: () => otlp(runs(), version),
      perfetto: () => perfetto(runs()),
      html: () => sharePage(runs(), { rules, version, ...(heading === undefined ? {} : { experiment: heading }) }),
    }[format]();
    return { rules, name, pieces };
  }

  /** Oldest first, so that what is exported twice begins alike. */
  async #records(scope: ExportScope): Promise<() => AsyncIterable<RunRecord>> {
    const { history } = this.#options;
    const ids: string[] = [];
    if ('run' in scope) ids.push(scope.run);
    else {
      for (let before: string | undefined; ; before = ids.at(-1)) {
        const older = before === undefined ? {} : { before };
        const page = await history.list({ limit: PAGE_RUNS, experiment: scope.experiment, ...older });
        for (const { id } of page) ids.push(id);
        if (page.length < PAGE_RUNS) break;
      }
      ids.reverse();
    }
    const first = ids[0] === undefined ? undefined : await history.get(ids[0]);
    if (first === undefined) {
      if ('run' in scope) throw new PylonError('run-unknown', { value: scope.run });
      throw new PylonError('run-unknown', { value: scope.experiment, reason: 'no run is filed under this experiment' });
    }
    return async function* read() {
      for (const id of ids) {
        const record = await history.get(id);
        if (record !== undefined) yield record; // else deleted meanwhile
      }
    };
  }
}

export function rulesOf(format: FileFormat): RedactionRules {
  return format === 'html' ? SHARE_RULES : NO_REDACTION;
}

async function* recordsOf(runs: AsyncIterable<RedactedRun>): AsyncGenerator<RunRecord> {
  for await (const { record } of runs) yield record;
}

async function* queriesOf(runs: AsyncIterable<RedactedRun>): AsyncGenerator<string> {
  for await (const run of runs) yield* queriesCsv(run);
}

/** Lines become pieces that are worth sending. */
async function* gathered(pieces: AsyncIterable<string>): AsyncGenerator<string> {
  let buffer = '';
  for await (const piece of pieces) {
    buffer += piece;
    if (buffer.length < PIECE_CHARS) continue;
    yield buffer;
    buffer = '';
  }
  if (buffer !== '') yield buffer;
}

/** Letters, digits and dashes, of any experiment's name. */
function fileName(text: string): string {
  const safe = text.replace(/[^A-Za-z0-9]+/g, '-').replace(/^-+|-+$/g, '');
  return safe.slice(0, NAME_CHARS) || 'unnamed';
}

/** The same removals of many runs as one. */
function sum(reports: readonly (readonly Removal[])[]): Removal[] {
  const all = new Map<string, Removal>();
  for (const removal of reports.flat()) {
    const key = `${removal.rule} ${removal.what}`;
    const known = all.get(key);
    if (known === undefined) all.set(key, { ...removal });
    else {
      known.count += removal.count;
      known.chars += removal.chars;
    }
  }
  return [...all.values()].sort((left, right) => right.count - left.count);
}
