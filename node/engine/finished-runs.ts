// The runs of this engine on their way to their records, and the open folders that are written behind them.
import { PylonError, toPylonError } from '../../protocol/errors.ts';
import type { RunRecord } from '../../protocol/run.ts';
import type { EngineOptions, RunLibrary } from './port.ts';

export interface FinishedRunsParts {
  readonly runs: Pick<RunLibrary, 'get'>;
  readonly keepFolder: (runId: string) => Promise<void>;
  readonly notice: EngineOptions['notice'];
}

export class FinishedRuns {
  readonly #parts: FinishedRunsParts;
  readonly #active = new Set<Promise<unknown>>();

  constructor(parts: FinishedRunsParts) {
    this.#parts = parts;
  }

  /** Runs whose folder is not written yet. */
  get active(): number {
    return this.#active.size;
  }

  /** The record, once the run is over; its open folder is written behind it, and `settled` waits for that. */
  record(runId: string, running: Promise<void>): Promise<RunRecord> {
    const { runs, keepFolder, notice } = this.#parts;
    const finished = running.then(async () => {
      const record = await runs.get(runId);
      if (record === undefined) throw new PylonError('run-unknown', { value: runId });
      return record;
    });
    const kept = finished
      .then(() => keepFolder(runId))
      .catch((thrown: unknown) => notice(toPylonError(thrown).message));
    this.#active.add(kept);
    void kept.finally(() => this.#active.delete(kept));
    return finished;
  }

  /** Resolves when all that were begun are over. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.#active);
  }
}
