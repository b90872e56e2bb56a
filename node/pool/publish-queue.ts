// What one relay has not acknowledged yet, in order. It outlives connections: after a cut everything in it
// is sent again, and a relay that already had an event says `duplicate`, which is as good as OK.

/** How one relay answered one event. */
export type Acceptance = { readonly accepted: true } | { readonly accepted: false; readonly reason: string };

export interface Outgoing {
  readonly id: string;
  /** `["EVENT",…]` as text. */
  readonly frame: string;
  /** Called once per relay, unless the publication was withdrawn before. */
  readonly settle: (outcome: Acceptance) => void;
}

/** A relay that is away for long must not hold the process's memory: the oldest are given up. */
const QUEUE_CHARS_MAX = 16 * 1024 * 1024;

export class PublishQueue {
  readonly #waiting = new Map<string, Outgoing>();
  #chars = 0;

  get size(): number {
    return this.#waiting.size;
  }

  has(id: string): boolean {
    return this.#waiting.has(id);
  }

  get(id: string): Outgoing | undefined {
    return this.#waiting.get(id);
  }

  add(outgoing: Outgoing): void {
    this.#waiting.set(outgoing.id, outgoing);
    this.#chars += outgoing.frame.length;
    for (const oldest of this.#waiting.values()) {
      if (this.#chars <= QUEUE_CHARS_MAX || oldest === outgoing) return;
      this.settle(oldest.id, { accepted: false, reason: 'too much waits for this relay' });
    }
  }

  /** Takes an event off the queue and tells its publisher; false when it is not in it. */
  settle(id: string, outcome: Acceptance): boolean {
    const outgoing = this.remove(id);
    outgoing?.settle(outcome);
    return outgoing !== undefined;
  }

  /** Takes an event off the queue silently. */
  remove(id: string): Outgoing | undefined {
    const outgoing = this.#waiting.get(id);
    if (outgoing === undefined) return undefined;
    this.#waiting.delete(id);
    this.#chars -= outgoing.frame.length;
    return outgoing;
  }

  /** Everything unacknowledged, oldest first. */
  values(): IterableIterator<Outgoing> {
    return this.#waiting.values();
  }
}
