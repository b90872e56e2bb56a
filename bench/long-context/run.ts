// The benchmark itself: each task by each method, one after the other, each result kept when it is there.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { PylonError } from '../../protocol/errors.ts';
import { Checkpoint } from './checkpoint.ts';
import { measure } from './measure.ts';
import { Pacing } from './pacing.ts';
import type { Result } from './result.ts';
import type { Settings } from './settings.ts';
import { Stage, type StagePorts, stageTask } from './stage.ts';
import { planTasks } from './suites/catalogue.ts';
import type { PlannedTask } from './task.ts';

/** In the output folder. */
export const RESULTS_FILE = 'results.jsonl';

export interface BenchRun {
  readonly settings: Settings;
  /** Where results, reports and the engine's own home go. */
  readonly folder: string;
  readonly ports: StagePorts;
  readonly signal: AbortSignal;
  /** Told each result; those of an earlier run are told, too. */
  readonly onResult: (result: Result, isNew: boolean) => void;
  /** Takes a finished run into the user's library; from the folder that holds it. */
  readonly keep: (folder: string) => Promise<void>;
}

/** The tasks that are asked for, `limit` of each suite and size. */
export function tasksOf({ suites, conditions, sizes, limit }: Settings): PlannedTask[] {
  const taken = new Map<string, number>();
  return planTasks(suites, conditions.seed, sizes).filter(({ suite, bytes }) => {
    const group = `${suite} ${bytes}`;
    const count = (taken.get(group) ?? 0) + 1;
    taken.set(group, count);
    return limit === undefined || count <= limit;
  });
}

/** @throws PylonError `interrupted` with what is there in the checkpoint; `bench-results-invalid`; whatever an engine cannot open with */
export async function runBench({ settings, folder, ports, signal, onResult, keep }: BenchRun): Promise<Result[]> {
  mkdirSync(folder, { recursive: true });
  const checkpoint = new Checkpoint(join(folder, RESULTS_FILE), settings.fresh);
  const { conditions, methods } = settings;
  const results: Result[] = [];
  const pacing = new Pacing(ports.clock);
  const stage = await Stage.open(settings, join(folder, 'home'), ports);
  try {
    for (const planned of tasksOf(settings)) {
      const before = methods.map((method) =>
        checkpoint.has({ suite: planned.suite, task: planned.id, method: method.name, conditions }),
      );
      const staged = before.includes(undefined) ? stageTask(planned.make()) : undefined;
      try {
        for (const [index, method] of methods.entries()) {
          if (signal.aborted) throw new PylonError('interrupted');
          const known = before[index];
          if (known === undefined) await pacing.turn(signal);
          const result = known ?? (await measure(stage, staged!, method, stage.tools(signal), conditions));
          // What was broken off is no measurement.
          if (known === undefined && signal.aborted) throw new PylonError('interrupted');
          if (known === undefined) checkpoint.add(result);
          if (known === undefined && result.metrics.sats > 0) pacing.notePaid();
          if (known === undefined && result.record !== null && settings.keeps)
            await keep(await stage.engine.runs.export(result.record.id));
          results.push(result);
          onResult(result, known === undefined);
        }
      } finally {
        staged?.remove();
      }
    }
  } finally {
    await stage.close();
  }
  return results;
}
