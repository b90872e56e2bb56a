// What hedging may cost: each job that is asked earns a part of a hedge, across all runs, so that a slow swarm cannot
// double its own load. Every run has a few for free, or a short run could never hedge at all.

/** Hedges earned by one job. A cap of 0.1 spends itself on the jobs that are late by nature (5 %) and their hedges. */
const EARNED_PER_JOB = 0.25;
/** Hedges saved up at most: enough for one bad moment of a wide fan-out. */
const SAVED_MAX = 64;
/** Saved up at the start, when least is known of the providers. */
const SAVED_AT_FIRST = 8;
/** Hedges a run has in any case. */
const FREE_PER_RUN = 3;

export class TokenBucket {
  #tokens = SAVED_AT_FIRST;

  /** A job was asked. */
  earn(): void {
    this.#tokens = Math.min(SAVED_MAX, this.#tokens + EARNED_PER_JOB);
  }

  /** @returns false when there is none */
  take(): boolean {
    if (this.#tokens < 1) return false;
    this.#tokens--;
    return true;
  }
}

/** One run's share of it. */
export class RunAllowance {
  readonly #bucket: TokenBucket;
  #freeLeft = FREE_PER_RUN;

  constructor(bucket: TokenBucket) {
    this.#bucket = bucket;
  }

  /** @returns false when this run may not hedge now */
  take(): boolean {
    if (this.#freeLeft === 0) return this.#bucket.take();
    this.#freeLeft--;
    return true;
  }

  /** The last one taken was not needed; it stays this run's. */
  giveBack(): void {
    this.#freeLeft++;
  }
}
