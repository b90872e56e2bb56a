// `pylon rlm export` and `import`: runs as open folders that can be read without Pylon.
import { resolve } from 'node:path';
import { EXIT } from '../../../protocol/errors.ts';
import type { CliContext } from '../context.ts';
import { withEngine } from '../engine-access.ts';
import type { Flags } from '../flags.ts';
import { Notices } from '../notices.ts';

/** Prints the folder that was written. */
export async function exportRun(context: CliContext, words: readonly string[], flags: Flags): Promise<number> {
  const [prefix = ''] = words;
  const to = typeof flags.to === 'string' ? resolve(context.cwd, flags.to) : undefined;
  const folder = await withEngine(context, new Notices(context.stderr), async (engine) =>
    engine.runs.export(await engine.runs.resolve(prefix), to),
  );
  context.stdout.write(`${folder}\n`);
  return EXIT.answer;
}

/** Prints the id of the run; a run that was there already is not an error. */
export async function importRun(context: CliContext, words: readonly string[]): Promise<number> {
  const [folder = ''] = words;
  const notices = new Notices(context.stderr);
  const { runId, imported } = await withEngine(context, notices, (engine) =>
    engine.runs.import(resolve(context.cwd, folder)),
  );
  if (!imported) notices.line('this run was already in the history');
  context.stdout.write(`${runId}\n`);
  return EXIT.answer;
}
