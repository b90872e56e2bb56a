// What a daemon does with the runs that died with an earlier process: it goes on with them, the oldest first, a few at a time.
// One that has taken the process with it again and again is left to whoever wants to try it by hand.
import type { Clock } from '../../conductor/ports.ts';
import { toPylonError } from '../../protocol/errors.ts';
import type { Engine } from '../engine/port.ts';
import type { ActiveRuns } from './active-runs.ts';

/** Nobody waits any more for the answer to a question of the day before. */
const AGE_MS_MAX = 86_400_000;
/** A crash that comes back comes from the run. */
const DEATHS_MAX = 3;
/** Each has its own fan-out, and new questions want room, too. */
const AT_A_TIME = 2;

export interface Reviving {
  readonly engine: Engine;
  readonly active: ActiveRuns;
  readonly clock: Clock;
  readonly log: (line: string) => void;
}

/** Resolves when each has ended or was refused; what is wrong with one is said, and the next is tried. @throws PylonError `store-*` */
export async function resumeDeadRuns({ engine, active, clock, log }: Reviving): Promise<void> {
  const dead = (await engine.deadRuns()).values();
  const isOld = async (runId: string) => {
    const record = await engine.runs.get(runId);
    return record === undefined || clock.now() - Date.parse(record.created_at) > AGE_MS_MAX;
  };
  const lane = async () => {
    for (const { runId, deaths } of dead) {
      if (active.isClosed) return;
      if (await isOld(runId)) continue;
      if (deaths >= DEATHS_MAX) {
        log(
          `run ${runId}: ${deaths} processes ended while they worked on it; \`pylon rlm resume ${runId}\` tries again`,
        );
        continue;
      }
      try {
        await active.resume(runId);
        log(`run ${runId}: goes on where an earlier process left it`);
        await active.finished(runId);
      } catch (thrown) {
        log(`run ${runId}: cannot go on: ${toPylonError(thrown).message}`);
      }
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, lane));
}
