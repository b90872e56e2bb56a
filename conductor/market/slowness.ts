// Is it one provider that is late, or everybody? When most jobs are late, asking others as well only makes the swarm slower:
// then nothing is hedged, and what is late is done locally.

/** Fewer jobs than this say nothing of a swarm. */
const LATE_MIN = 4;
/** Above this share of late jobs it is the swarm. */
const LATE_SHARE = 0.5;
/** Ended jobs that are looked back at. */
const ENDED_MAX = 16;
/** And for how long, in times after which a job is late: the end of a healthy run is not taken for a slow swarm. */
const LOOK_BACK = 3;

interface Ended {
  readonly atMs: number;
  readonly wasLate: boolean;
}

export class Slowness {
  #inFlight = 0;
  #late = 0;
  readonly #ended: Ended[] = [];

  begin(): void {
    this.#inFlight++;
  }

  /** A job in flight is past its time; once for each job. */
  late(): void {
    this.#late++;
  }

  end(nowMs: number, wasLate: boolean): void {
    this.#inFlight--;
    if (wasLate) this.#late--;
    this.#ended.push({ atMs: nowMs, wasLate });
    if (this.#ended.length > ENDED_MAX) this.#ended.shift();
  }

  /** @param lateAfterMs when a job of this swarm is late */
  isGlobal(nowMs: number, lateAfterMs: number): boolean {
    if (this.#late < LATE_MIN) return false;
    const ended = this.#ended.filter(({ atMs }) => nowMs - atMs <= LOOK_BACK * lateAfterMs);
    const late = this.#late + ended.filter(({ wasLate }) => wasLate).length;
    return late > LATE_SHARE * (this.#inFlight + ended.length);
  }
}
