// How often one client is sent something: at most twenty times a second, whatever it follows, each of its feeds in turn.

/** A browser draws what it is told with the next frame or the one after; more often it would only fold smaller pieces. */
export const FRAME_MS = 50;

export class FrameTurns {
  #lastMs = Number.NEGATIVE_INFINITY;
  /** Feeds that had to wait, in the order in which they asked. */
  readonly #waiting = new Set<object>();

  /** @returns how long the feed has to wait in ms; 0 when it may send now, and then it must */
  wait(feed: object, nowMs: number): number {
    const freeMs = this.#lastMs + FRAME_MS;
    const [first = feed] = this.#waiting;
    if (nowMs < freeMs || first !== feed) {
      this.#waiting.add(feed);
      return first === feed ? freeMs - nowMs : Math.max(0, freeMs - nowMs) + FRAME_MS;
    }
    this.#waiting.delete(feed);
    this.#lastMs = nowMs;
    return 0;
  }

  /** The feed sends nothing more. */
  leave(feed: object): void {
    this.#waiting.delete(feed);
  }
}
