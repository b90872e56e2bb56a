// `pylon rlm import`: an open run folder, or a file of runs, back into the history.
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { EXIT } from '../../../protocol/errors.ts';
import type { CliContext } from '../context.ts';
import { withEngine } from '../engine-access.ts';
import { Notices } from '../notices.ts';

/** Prints the ids of the runs; one that was there already is not an error. */
export async function importRun(context: CliContext, words: readonly string[]): Promise<number> {
  const path = resolve(context.cwd, words[0] ?? '');
  const notices = new Notices(context.stderr);
  const isFile = await stat(path).then(
    (found) => found.isFile(),
    () => false, // whoever reads it says what is wrong with it
  );
  const runs = await withEngine(context, notices, async (engine) =>
    isFile ? engine.runs.importFile(path) : [await engine.runs.import(path)],
  );
  const known = runs.filter(({ imported }) => !imported).length;
  if (known > 0)
    notices.line(
      runs.length === 1 ? 'this run was already in the history' : `${known} of them were already in the history`,
    );
  for (const { runId } of runs) context.stdout.write(`${runId}\n`);
  return EXIT.answer;
}
