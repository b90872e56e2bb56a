// The runs this daemon is working on: who may be cancelled, and what a shutdown must wait for.
import { PylonError, toPylonError } from '../../protocol/errors.ts';
import type { Engine, RunRequest, StartedRun } from '../engine/port.ts';
import type { PredictRequest } from '../settings/predict-request.ts';

export class ActiveRuns {
  readonly #engine: Engine;
  readonly #log: (line: string) => void;
  #isClosed = false;
  readonly #runs = new Map<string, { controller: AbortController; finished: Promise<void> }>();

  constructor(engine: Engine, log: (line: string) => void) {
    this.#engine = engine;
    this.#log = log;
  }

  /** No run is begun any more. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Begins a run that outlives the request. @returns its id */
  start(request: RunRequest): Promise<string> {
    return this.#follow((signal) => this.#engine.start(request, signal));
  }

  /** Begins a run that is one prediction. @returns its id */
  predict(request: PredictRequest): Promise<string> {
    return this.#follow((signal) => this.#engine.predictions.start(request, signal));
  }

  /** Goes on with an interrupted run. @param runId a whole id. @returns it */
  resume(runId: string): Promise<string> {
    return this.#follow((signal) => this.#engine.resume(runId, signal));
  }

  /** Resolves when the run is over. */
  async finished(runId: string): Promise<void> {
    await this.#runs.get(runId)?.finished;
  }

  async #follow(begin: (signal: AbortSignal) => Promise<StartedRun>): Promise<string> {
    const controller = new AbortController();
    const { runId, finished } = await begin(controller.signal);
    const settled = finished
      .then(
        () => undefined,
        (thrown: unknown) => this.#log(`run ${runId}: ${toPylonError(thrown).message}`),
      )
      .finally(() => this.#runs.delete(runId));
    this.#runs.set(runId, { controller, finished: settled });
    if (this.#isClosed) this.cancel(runId); // it was begun while everything ended
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
    this.#isClosed = true;
    const running = [...this.#runs];
    for (const [runId] of running) this.cancel(runId);
    await Promise.all(running.map(([, run]) => run.finished));
  }
}
