// What ends a run's asking before everything was asked, and whether that is a fault.
import { setMaxListeners } from 'node:events';
import { PylonError, toPylonError } from '../../protocol/errors.ts';
import type { ConductorPorts, RunRequest } from './context.ts';

/** A reason to stop asking that is no fault: enough chunks are answered. */
export const QUORUM_REACHED = 'the quorum is reached';

/** Ends a run's asking: the user's signal, the deadline, a failed store or the quorum, whichever comes first. */
export class Ending {
  readonly #controller = new AbortController();
  readonly #stops: (() => void)[] = [];

  constructor(ports: ConductorPorts, request: RunRequest, signal: AbortSignal) {
    setMaxListeners(0, this.#controller.signal); // each query in flight listens: no leak, whatever node warns of above ten
    const interrupt = () => this.end(new PylonError('interrupted', { cause: signal.reason }));
    if (signal.aborted) interrupt();
    signal.addEventListener('abort', interrupt, { once: true });
    this.#stops.push(() => signal.removeEventListener('abort', interrupt));
    const { deadline_ms: deadlineMs } = request.config;
    if (deadlineMs === undefined) return;
    const late = () => this.end(new PylonError('deadline-passed', { value: `${deadlineMs} ms` }));
    this.#stops.push(ports.clock.after(deadlineMs, late));
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Why asking ended early, when it was no good end. */
  get fault(): PylonError | undefined {
    const { aborted, reason } = this.#controller.signal;
    return aborted && reason !== QUORUM_REACHED ? toPylonError(reason) : undefined;
  }

  end(reason: PylonError | typeof QUORUM_REACHED): void {
    this.#controller.abort(reason);
  }

  dispose(): void {
    for (const stop of this.#stops) stop();
  }
}
