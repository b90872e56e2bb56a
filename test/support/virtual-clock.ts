// A clock that moves only when told: timers fire in order of their time, then of their making.
import type { Clock } from '../../conductor/ports.ts';
import { TimerHeap } from './timer-heap.ts';

export class VirtualClock implements Clock {
  #nowMs: number;
  /** How far the wall clock was set forwards; timers do not notice, as real ones do not. */
  #aheadMs = 0;
  #sleptMs = 0;
  readonly #timers = new TimerHeap();
  readonly #pump: () => Promise<void>;

  /** @param pump gives everything that waits the chance to go on; `microtasks` where nothing waits for real input or output */
  constructor(nowMs = 1_700_000_000_000, pump: () => Promise<void> = settled) {
    this.#nowMs = nowMs;
    this.#pump = pump;
  }

  now(): number {
    return this.#nowMs + this.#aheadMs;
  }

  /** What the clock would say had nobody set it: by it timers fire. */
  get steadyMs(): number {
    return this.#nowMs;
  }

  /** The same without what was slept. */
  get awakeMs(): number {
    return this.#nowMs - this.#sleptMs;
  }

  get aheadMs(): number {
    return this.#aheadMs;
  }

  after(delayMs: number, callback: () => void): () => void {
    // Whole milliseconds, as real clocks count them: a delay lasts at least as long as asked for.
    const timer = this.#timers.add(this.#nowMs + Math.max(0, Math.ceil(delayMs)), callback);
    return () => this.#timers.remove(timer);
  }

  get pending(): number {
    return this.#timers.size;
  }

  /** Sets the wall clock forwards, as a time server does. */
  jump(byMs: number): void {
    this.#aheadMs += byMs;
  }

  /** The machine slept: time has passed, and whatever was due meanwhile is due at once. */
  sleep(forMs: number): void {
    this.#nowMs += forMs;
    this.#sleptMs += forMs;
  }

  /** Lets everything that waits on promises go on, then fires the next timer; false when none is left. */
  async step(): Promise<boolean> {
    await this.#pump();
    const hasFired = this.#fire();
    if (hasFired) await this.#pump();
    return hasFired;
  }

  #fire(): boolean {
    const next = this.#timers.take();
    if (next === undefined) return false;
    this.#nowMs = Math.max(this.#nowMs, next.atMs);
    next.callback();
    return true;
  }

  /** Goes on by so much, and fires what is due until then. */
  async advance(byMs: number): Promise<void> {
    let isThere = false;
    this.after(byMs, () => {
      isThere = true;
    });
    while (!isThere) await this.step();
  }

  /** Steps until the promise is settled; fails the test when nothing is left to wait for. */
  async runUntil<Value>(promise: Promise<Value>): Promise<Value> {
    let done = false;
    const mark = () => {
      done = true;
    };
    promise.then(mark, mark);
    await this.#pump();
    while (!done) {
      // Once between two timers is enough: nothing else goes on meanwhile.
      const hasFired = this.#fire();
      await this.#pump();
      if (!hasFired && !done) throw new Error('nothing is scheduled, and the promise is still pending');
    }
    return promise;
  }
}

/** Gives every promise that can go on, real input and output included, the chance to. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 8; turn++) await new Promise((resolve) => setImmediate(resolve));
}

const NOW = Promise.resolve();

/**
 * Gives every promise that can go on the chance to, without a turn of the event loop: node drains the whole microtask queue
 * before it looks for a tick that was asked for from within it. A hundred times cheaper than `settled`, deaf to real sockets.
 */
export function microtasks(): Promise<void> {
  return new Promise((resolve) => {
    void NOW.then(() => process.nextTick(resolve));
  });
}
