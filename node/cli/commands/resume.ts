// `pylon rlm resume <run>`: goes on with a run that was interrupted, and prints its answer.

import { answerRun } from '../answer-run.ts';
import type { CliContext } from '../context.ts';
import { withEngine } from '../engine-access.ts';
import type { Flags } from '../flags.ts';
import { Notices } from '../notices.ts';

/** @returns as `pylon rlm` does */
export function resume(context: CliContext, words: readonly string[], flags: Flags): Promise<number> {
  const [prefix = ''] = words;
  const notices = new Notices(context.stderr);
  return withEngine(context, notices, async (engine) => {
    const runId = await engine.runs.resolve(prefix);
    const answering = { context, engine, notices, locations: new Map(), json: flags.json === true };
    return answerRun(answering, (signal) => engine.resume(runId, signal));
  });
}
