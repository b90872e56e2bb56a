// What `pylon bench` runs (node/cli/commands/bench.ts loads this file by its place): from flags to results on stdout.
import { resolve } from 'node:path';
import { renderComparison } from '../../node/cli/comparison.ts';
import type { CliContext } from '../../node/cli/context.ts';
import { accessEngine, withEngine } from '../../node/cli/engine-access.ts';
import type { Flags } from '../../node/cli/flags.ts';
import { reportError } from '../../node/cli/main.ts';
import { Notices } from '../../node/cli/notices.ts';
import { printableJson } from '../../node/cli/printable.ts';
import { openEngine } from '../../node/engine/engine.ts';
import { EXIT, PylonError } from '../../protocol/errors.ts';
import { compareWords } from './compare.ts';
import { makeExamples, measureChoices, measureTactic } from './examples/make.ts';
import { ORACLE_MODEL } from './oracle-server.ts';
import { pointsOf } from './pareto.ts';
import { OFFLINE_NOTE, progressOf, renderReport, writeReport } from './report.ts';
import { runBench } from './run.ts';
import { settingsOf } from './settings.ts';
import { overall, summarise } from './summarise.ts';

/** Errors end here, and engines are opened here: whoever loaded this file (the bundle) has classes of its own. */
async function reported(context: CliContext, work: (own: CliContext) => Promise<number>): Promise<number> {
  try {
    return await work({ ...context, openEngine });
  } catch (thrown) {
    return reportError(context, thrown);
  }
}

async function runAll(context: CliContext, flags: Flags): Promise<number> {
  const settings = settingsOf(flags);
  const notices = new Notices(context.stderr);
  const folder = resolve(
    context.cwd,
    typeof flags.out === 'string' ? flags.out : `bench-results/${settings.experiment}`,
  );
  const controller = new AbortController();
  const release = context.onInterrupt(() => {
    if (controller.signal.aborted) return context.exitNow(EXIT.interrupted);
    notices.line('interrupted: what is done is kept; once more to stop at once');
    controller.abort(new PylonError('interrupted'));
  });
  const library = settings.keeps ? await accessEngine(context, notices) : undefined;
  try {
    const { clock, random, environment } = context;
    const results = await runBench({
      settings,
      folder,
      ports: { clock, random, environment, notice: () => undefined },
      signal: controller.signal,
      onResult: (result, isNew) => {
        if (isNew) notices.line(progressOf(result));
      },
      keep: async (runFolder) => {
        await library?.runs.import(runFolder);
      },
    });
    writeReport(folder, results, settings.experiment);
    if (settings.json) {
      const pareto = pointsOf(overall(results).filter(({ tasks }) => tasks > 0));
      const note = settings.conditions.model === ORACLE_MODEL ? OFFLINE_NOTE : null;
      const { experiment, conditions } = settings;
      const told = { experiment, folder, conditions, note, summary: summarise(results), pareto, results };
      context.stdout.write(`${printableJson(told)}\n`);
    } else context.stdout.write(renderReport(results, settings.conditions));
    notices.line(`results.jsonl, results.csv, pareto.csv and pareto.svg are in ${folder}`);
    return EXIT.answer;
  } finally {
    await library?.close();
    release();
  }
}

/** The body of `pylon bench run`. @returns the exit code; never throws */
export function run(context: CliContext, _words: readonly string[], flags: Flags): Promise<number> {
  return reported(context, (own) => runAll(own, flags));
}

/** The body of `pylon bench examples`. @returns the exit code; never throws */
export function examples(context: CliContext, words: readonly string[], flags: Flags): Promise<number> {
  return reported(context, (own) => makeExamples(own, words, flags));
}

/** The body of `pylon bench tactic`. @returns the exit code; never throws */
export function tactic(context: CliContext, words: readonly string[], flags: Flags): Promise<number> {
  return reported(context, (own) => measureTactic(own, words, flags));
}

/** The body of `pylon bench choices`. @returns the exit code; never throws */
export function choices(context: CliContext, words: readonly string[], flags: Flags): Promise<number> {
  return reported(context, (own) => measureChoices(own, words, flags));
}

/** The body of `pylon bench compare`. @returns the exit code; never throws */
export function compare(context: CliContext, words: readonly string[], flags: Flags): Promise<number> {
  return reported(context, async (own) => {
    const runsOf = (name: string) =>
      withEngine(own, new Notices(context.stderr), async (engine) => (await engine.experiments.view(name)).runs);
    const comparison = await compareWords(words, context.cwd, runsOf);
    context.stdout.write(flags.json === true ? `${printableJson(comparison)}\n` : renderComparison(comparison));
    return EXIT.answer;
  });
}
