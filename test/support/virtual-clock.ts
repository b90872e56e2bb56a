// A clock that moves only when told: timers fire in order of their time, then of their making.
import type { Clock } from '../../conductor/ports.ts';

export class VirtualClock implements Clock {
  #nowMs: number;
  #made = 0;
  #timers: { atMs: number; made: number; callback: () => void }[] = [];

  constructor(nowMs = 1_700_000_000_000) {
    this.#nowMs = nowMs;
  }

  now(): number {
    return this.#nowMs;
  }

  after(delayMs: number, callback: () => void): () => void {
    const timer = { atMs: this.#nowMs + Math.max(0, delayMs), made: this.#made++, callback };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  }

  get pending(): number {
    return this.#timers.length;
  }

  /** Lets everything that waits on promises go on, then fires the next timer; false when none is left. */
  async step(): Promise<boolean> {
    await settled();
    const [next] = this.#timers.sort((one, other) => one.atMs - other.atMs || one.made - other.made);
    if (next === undefined) return false;
    this.#timers.shift();
    this.#nowMs = Math.max(this.#nowMs, next.atMs);
    next.callback();
    await settled();
    return true;
  }

  /** Steps until the promise is settled; fails the test when nothing is left to wait for. */
  async runUntil<Value>(promise: Promise<Value>): Promise<Value> {
    let done = false;
    const mark = () => {
      done = true;
    };
    promise.then(mark, mark);
    await settled();
    while (!done) {
      if (!(await this.step()) && !done) {
        await settled();
        if (!done) throw new Error('nothing is scheduled, and the promise is still pending');
      }
    }
    return promise;
  }
}

/** Gives every promise that can go on, real input and output included, the chance to. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 8; turn++) await new Promise((resolve) => setImmediate(resolve));
}
