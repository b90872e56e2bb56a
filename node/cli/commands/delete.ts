// `pylon rlm delete <run>…`: runs that are over, gone with everything only they name. What they owed stays owed.
import { EXIT } from '../../../protocol/errors.ts';
import type { CliContext } from '../context.ts';
import { withEngine } from '../engine-access.ts';
import { Notices } from '../notices.ts';

/** Prints the id of each run that is gone. Every id is understood before any run is deleted. */
export async function deleteRuns(context: CliContext, words: readonly string[]): Promise<number> {
  await withEngine(context, new Notices(context.stderr), async (engine) => {
    const ids = new Set<string>();
    for (const prefix of words) ids.add(await engine.runs.resolve(prefix));
    for (const id of ids) {
      await engine.runs.delete(id);
      context.stdout.write(`${id}\n`);
    }
  });
  return EXIT.answer;
}
