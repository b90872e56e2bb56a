// Who gets through to the hub's teller and how often: known clients at their rate, strangers a word of refusal now and
// then, and nothing beyond. What hears nothing costs nothing either.
import type { HubLimits } from './limits.ts';
import { Rate } from './rate.ts';

export type Admittance = 'serve' | 'refuse' | 'ignore';

export class Gate {
  readonly #limits: HubLimits;
  readonly #nowMs: () => number;
  readonly #strangers: Rate;
  readonly #clients = new Map<string, { requests: Rate; refusals: Rate }>();
  #inFlight = 0;

  constructor(limits: HubLimits, nowMs: () => number) {
    this.#limits = limits;
    this.#nowMs = nowMs;
    this.#strangers = new Rate(limits.refusalsPerSecond, nowMs);
  }

  /** Whether a stranger would still be told that it is one. */
  get hearsStrangers(): boolean {
    return this.#strangers.hasRoom;
  }

  stranger(): Admittance {
    return this.#strangers.take() ? 'refuse' : 'ignore';
  }

  /** For a request of a client with a connection, which is counted as under way already; once for each. */
  client(clientPublicKey: string): Admittance {
    const { requests, refusals } = this.#rates(clientPublicKey);
    if (this.#inFlight <= this.#limits.inFlightMax && requests.take()) return 'serve';
    return refusals.take() ? 'refuse' : 'ignore';
  }

  /** Counts a request as under way until its work is over, however it ends. */
  async while<Result>(work: () => Promise<Result>): Promise<Result> {
    this.#inFlight += 1;
    try {
      return await work();
    } finally {
      this.#inFlight -= 1;
    }
  }

  forget(clientPublicKey: string): void {
    this.#clients.delete(clientPublicKey);
  }

  #rates(clientPublicKey: string) {
    const known = this.#clients.get(clientPublicKey);
    if (known !== undefined) return known;
    const { requestsPerSecond, refusalsPerSecond } = this.#limits;
    const rates = {
      requests: new Rate(requestsPerSecond, this.#nowMs),
      refusals: new Rate(refusalsPerSecond, this.#nowMs),
    };
    this.#clients.set(clientPublicKey, rates);
    return rates;
  }
}
