// The runs this daemon is working on: who may be cancelled, and what a shutdown must wait for.
import { PylonError, toPylonError } from '../../protocol/errors.ts';
import type { Engine, RunRequest } from '../engine/port.ts';

export class ActiveRuns {
  readonly #engine: Engine;
  readonly #log: (line: string) => void;
  readonly #runs = new Map<string, { controller: AbortController; finished: Promise<void> }>();

  constructor(engine: Engine, log: (line: string) => void) {
    this.#engine = engine;
    this.#log = log;
  }

  /** Begins a run that outlives the request. @returns its id */
  async start(request: RunRequest): Promise<string> {
    const controller = new AbortController();
    const { runId, finished } = await this.#engine.start(request, controller.signal);
    const settled = finished
      .then(
        () => undefined,
        (thrown: unknown) => this.#log(`run ${runId}: ${toPylonError(thrown).message}`),
      )
      .finally(() => this.#runs.delete(runId));
    this.#runs.set(runId, { controller, finished: settled });
    return runId;
  }

  /** Asks a run to end with what it has; one that is not running is left as it is. @returns whether it was running */
  cancel(runId: string): boolean {
    const run = this.#runs.get(runId);
    run?.controller.abort(new PylonError('interrupted', { reason: 'the run was cancelled' }));
    return run !== undefined;
  }

  /** Cancels every run and waits for their last events. */
  async close(): Promise<void> {
    const running = [...this.#runs];
    for (const [runId] of running) this.cancel(runId);
    await Promise.all(running.map(([, run]) => run.finished));
  }
}
