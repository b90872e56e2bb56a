// Is it one provider that is late, or everybody? When most of them are late, asking others as well only makes the swarm slower:
// then nothing is hedged, and what is late is done locally.

/** One late provider is not a swarm. */
const LATE_MIN = 2;
/** Ended jobs that are looked back at: as many as a wide fan-out has in flight. */
const ENDED_MAX = 256;
/** And for how long, in times after which a job is late: the end of a healthy run is not taken for a slow swarm. */
const LOOK_BACK = 3;

interface Ended {
  readonly provider: string;
  readonly atMs: number;
  readonly wasLate: boolean;
}

export class Slowness {
  /** How many late jobs each provider has in flight. */
  readonly #late = new Map<string, number>();
  readonly #ended: Ended[] = [];

  /** A job in flight is past its time; once for each job. */
  late(provider: string): void {
    this.#late.set(provider, (this.#late.get(provider) ?? 0) + 1);
  }

  end(provider: string, atMs: number, wasLate: boolean): void {
    if (wasLate) {
      const left = (this.#late.get(provider) ?? 1) - 1;
      if (left === 0) this.#late.delete(provider);
      else this.#late.set(provider, left);
    }
    this.#ended.push({ provider, atMs, wasLate });
    if (this.#ended.length > ENDED_MAX) this.#ended.shift();
  }

  /**
   * More providers are late than were in time of late. Counted by providers, not by jobs: one that hangs may have many.
   * @param lateAfterMs when a job of this swarm is late
   */
  isGlobal(nowMs: number, lateAfterMs: number): boolean {
    if (this.#late.size === 0) return false;
    const late = new Set(this.#late.keys());
    const inTime = new Set<string>();
    for (let index = this.#ended.length - 1; index >= 0; index--) {
      const ended = this.#ended[index];
      if (ended === undefined || nowMs - ended.atMs > LOOK_BACK * lateAfterMs) break;
      (ended.wasLate ? late : inTime).add(ended.provider);
    }
    for (const provider of inTime) late.delete(provider);
    return late.size >= LATE_MIN && late.size > inTime.size;
  }
}
