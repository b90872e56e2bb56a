// A clock for tests over real sockets: short waits (retries) are over at once, long ones (timeouts) only when told.
import type { Clock } from '../../conductor/ports.ts';

/** Longer waits are timeouts. */
const SHORT_MS = 30_000;

export class HurriedClock implements Clock {
  /** Every short wait that was asked for, in order. */
  readonly waitsMs: number[] = [];
  #nowMs = 1_700_000_000_000;
  readonly #timeouts = new Set<() => void>();

  now(): number {
    return this.#nowMs;
  }

  after(delayMs: number, callback: () => void): () => void {
    if (delayMs > SHORT_MS) {
      this.#timeouts.add(callback);
      return () => this.#timeouts.delete(callback);
    }
    this.waitsMs.push(delayMs);
    const immediate = setImmediate(() => {
      this.#nowMs += delayMs;
      callback();
    });
    return () => clearImmediate(immediate);
  }

  get timeoutsPending(): number {
    return this.#timeouts.size;
  }

  /** Lets every timeout pass now. */
  passTimeouts(): void {
    for (const callback of [...this.#timeouts]) callback();
    this.#timeouts.clear();
  }
}
