// `pylon experiment list | show | compare | note`: runs that carry one name, side by side.
import { compareRuns } from '../../../protocol/compare.ts';
import { EXIT, PylonError } from '../../../protocol/errors.ts';
import type { ExperimentReport } from '../../../protocol/experiment-report.ts';
import type { RunRecord } from '../../../protocol/run.ts';
import { preview } from '../../../protocol/text.ts';
import { plural, printCompact } from '../../../protocol/words.ts';
import type { Engine } from '../../engine/port.ts';
import { renderComparison } from '../comparison.ts';
import type { CliContext } from '../context.ts';
import { withEngine } from '../engine-access.ts';
import type { Flags } from '../flags.ts';
import { Notices } from '../notices.ts';
import { printable, printableJson, printableLine } from '../printable.ts';
import { printTime, renderTable } from './history.ts';

const NOTE_CHARS = 60;

function endsOf({ runs, statuses }: ExperimentReport): string {
  const others = (['running', 'partial', 'failed'] as const).filter((status) => statuses[status] > 0);
  const told = others.map((status) => `${statuses[status]} ${status}`).join(', ');
  return told === '' ? plural(runs, 'run') : `${plural(runs, 'run')} (${told})`;
}

function rowOf(report: ExperimentReport): string[] {
  const { name, cost_sats, methods, updated_at, note } = report;
  const told = preview(printableLine(note ?? ''), NOTE_CHARS);
  const row = [printableLine(name), endsOf(report), `${printCompact(cost_sats)} sats`, methods.join(', ')];
  return [...row, printTime(updated_at), told];
}

export async function list(context: CliContext, _words: readonly string[], flags: Flags): Promise<number> {
  const notices = new Notices(context.stderr);
  const { experiments, total } = await withEngine(context, notices, (engine) => engine.experiments.list());
  if (flags.json === true) context.stdout.write(`${printableJson({ experiments, total })}\n`);
  else if (total === 0) notices.line('no experiments yet: ask with `pylon rlm "…" --file … --experiment NAME`');
  else context.stdout.write(renderTable(experiments.map(rowOf)));
  if (total > experiments.length) notices.line(`${plural(total - experiments.length, 'older experiment')} not shown`);
  return EXIT.answer;
}

export async function show(context: CliContext, words: readonly string[], flags: Flags): Promise<number> {
  const [name = ''] = words;
  const notices = new Notices(context.stderr);
  const view = await withEngine(context, notices, (engine) => engine.experiments.view(name));
  if (flags.json === true) {
    context.stdout.write(`${printableJson(view)}\n`);
    return EXIT.answer;
  }
  const { experiment, comparison } = view;
  const begun = `${printTime(experiment.created_at)} to ${printTime(experiment.updated_at)}`;
  const facts = `${endsOf(experiment)}, ${printCompact(experiment.cost_sats)} sats, ${begun}`;
  const note = experiment.note === null ? '' : `${printable(experiment.note)}\n`;
  context.stdout.write(`${printableLine(name)}: ${facts}\n${note}\n${renderComparison(comparison)}`);
  return EXIT.answer;
}

/** The runs of a word: those of an experiment of this name, else the one run whose id begins with it. */
async function runsOf(engine: Engine, word: string): Promise<readonly RunRecord[]> {
  try {
    const { runs } = await engine.experiments.view(word);
    if (runs.length > 0) return runs;
  } catch (thrown) {
    if (!(thrown instanceof PylonError) || thrown.code !== 'experiment-unknown') throw thrown;
  }
  const record = await engine.runs.get(await engine.runs.resolve(word));
  if (record === undefined) throw new PylonError('run-unknown', { value: word });
  return [record];
}

/** Each word that names an experiment is one side; single runs are on the sides that their settings make. */
export async function compare(context: CliContext, words: readonly string[], flags: Flags): Promise<number> {
  const comparison = await withEngine(context, new Notices(context.stderr), async (engine) => {
    const records = new Map<string, RunRecord>();
    const sides = new Map<string, string>();
    for (const word of words) {
      const runs = await runsOf(engine, word);
      for (const run of runs) {
        records.set(run.id, run);
        if (run.experiment === word) sides.set(run.id, word);
      }
    }
    return compareRuns([...records.values()], sides);
  });
  context.stdout.write(flags.json === true ? `${printableJson(comparison)}\n` : renderComparison(comparison));
  return EXIT.answer;
}

/** Without a text it prints the note; an empty one takes it away. */
export async function note(context: CliContext, words: readonly string[]): Promise<number> {
  const [name = '', text] = words;
  const notices = new Notices(context.stderr);
  const report = await withEngine(context, notices, async (engine) =>
    text === undefined ? (await engine.experiments.view(name)).experiment : engine.experiments.note(name, text),
  );
  if (report.note === null) notices.line(`there is no note on ${printableLine(name)}`);
  else context.stdout.write(`${printable(report.note)}\n`);
  return EXIT.answer;
}
