// Asks the public engine with a strategy, as `pylon rlm --strategy …` does.
import { runOptionsSchema } from '../../../node/settings/run-options.ts';
import { toPylonError } from '../../../protocol/errors.ts';
import { NO_USAGE } from '../../../protocol/usage.ts';
import type { StagedTask, Tools, Trajectory } from '../method.ts';

/** @param asked options of this method, beside those that all share */
export async function throughEngine(
  { task, displayNames }: StagedTask,
  { engine, options, signal }: Tools,
  asked: Readonly<Record<string, unknown>>,
): Promise<Trajectory> {
  const dataset = `${task.suite}/${task.id}`.slice(0, 256);
  const request = {
    query: task.question,
    files: Object.keys(displayNames),
    displayNames,
    options: runOptionsSchema.parse({ ...options, dataset, ...asked }),
  };
  try {
    const { finished } = await engine.start(request, signal);
    return { record: await finished, besides: NO_USAGE };
  } catch (thrown) {
    const { code, message } = toPylonError(thrown);
    return { besides: NO_USAGE, error: { code, message } };
  }
}
