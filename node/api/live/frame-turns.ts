// How often clients are sent something: one at most twenty times a second, whatever it follows, each of its feeds in turn; the many of one
// feed less often, so that the run pays no more for a crowd.

/** A browser draws what it is told with the next frame or the one after; more often it would only fold smaller pieces. */
export const FRAME_MS = 50;
/** Five times a second still looks live. */
export const FRAME_MS_MAX = 200;
/** Of one feed, to all who follow it together. Each costs the run's own process some 25 µs: of fifty followers less than a hundredth of a core. */
const SENDS_PER_SECOND_MAX = 250;

/** @returns ms between two frames of a feed: `FRAME_MS` for up to twelve followers, from there longer with each, up to `FRAME_MS_MAX` */
export function frameMsFor(followers: number): number {
  return Math.min(FRAME_MS_MAX, Math.max(FRAME_MS, (followers * 1_000) / SENDS_PER_SECOND_MAX));
}

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
