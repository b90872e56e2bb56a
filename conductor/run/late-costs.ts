// What jobs had cost that were given up or withdrawn. Their providers tell it afterwards; a run closes its count
// only when they have told it, or have had the time to.
import { LATE_COST_MS } from '../../protocol/limits.ts';
import type { Usage } from '../../protocol/signature.ts';
import type { Clock } from '../ports.ts';
import type { TraceEmitter } from './trace-emitter.ts';

export class LateCosts {
  readonly #clock: Clock;
  readonly #emitter: TraceEmitter;
  readonly #awaited = new Map<string, () => void>();
  #onNone: (() => void) | undefined;
  #isClosed = false;

  constructor(clock: Clock, emitter: TraceEmitter) {
    this.#clock = clock;
    this.#emitter = emitter;
  }

  /**
   * A job that may have cost something was just withdrawn.
   * @param withinMs how soon its provider tells, where that is known: nobody waits a second for one that answers in a hundredth
   */
  expect(queryId: string, withinMs = LATE_COST_MS): void {
    const cancel = this.#clock.after(Math.ceil(Math.min(LATE_COST_MS, withinMs)), () => this.#forget(queryId));
    this.#awaited.set(queryId, cancel);
  }

  /** The provider's last word on a withdrawn job. Too late, it changes nothing any more. */
  told(queryId: string, usage: Usage): void {
    if (this.#isClosed) return;
    if (usage.calls > 0)
      void this.#emitter.emit({ type: 'SubQueryCancel', query_id: queryId, reason: 'job-cancelled', usage });
    this.#forget(queryId);
  }

  /** Settles when nothing is awaited any more; what comes later is not counted. */
  async close(): Promise<void> {
    if (this.#awaited.size > 0) {
      await new Promise<void>((resolve) => {
        this.#onNone = resolve;
      });
    }
    this.#isClosed = true;
  }

  #forget(queryId: string): void {
    this.#awaited.get(queryId)?.();
    this.#awaited.delete(queryId);
    if (this.#awaited.size === 0) this.#onNone?.();
  }
}
