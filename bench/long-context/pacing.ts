// Keeps a benchmark from being a nuisance: a provider answers sixty requests for an invoice a minute (node/swarm/invoice-counter.ts), and a
// run that asks for one more waits five seconds in vain. Small tasks are answered faster than that, so there is a pause between them.
import type { Clock } from '../../conductor/ports.ts';

const WINDOW_MS = 60_000;
/** With room for those that are asked for twice. */
const PAID_IN_WINDOW = 45;

export class Pacing {
  readonly #clock: Clock;
  #paid: number[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** A run has paid its providers. */
  notePaid(): void {
    this.#paid.push(this.#clock.now());
  }

  /** Resolves when another run may begin; at once when the signal is aborted. */
  async turn(signal: AbortSignal): Promise<void> {
    const now = this.#clock.now();
    this.#paid = this.#paid.filter((atMs) => now - atMs < WINDOW_MS);
    if (this.#paid.length >= PAID_IN_WINDOW) await this.#pause(this.#paid[0]! + WINDOW_MS - now, signal);
  }

  #pause(delayMs: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const done = () => {
        stop();
        signal.removeEventListener('abort', done);
        resolve();
      };
      const stop = this.#clock.after(delayMs, done);
      signal.addEventListener('abort', done, { once: true });
    });
  }
}
