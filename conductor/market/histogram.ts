// How long things took, as decayed weights in buckets of equal ratio: any quantile in one pass over a fixed number of
// buckets, whatever was observed. What was only seen to last "at least" so long counts by redistribution to the right.

/** Each bucket is e^0.2 (22 %) wide: finer than the difference between late and on time, and a row stays below 300 bytes. */
const STEP = 0.2;
/** From 1 ms to e^14 ms, twenty minutes: no job is waited for longer. */
const BUCKETS = 70;
/** Where nothing is known beyond a censored time, the job is taken to last half as long again. */
const UNKNOWN_TAIL_BUCKETS = 2;

function bucketOf(ms: number): number {
  return Math.max(0, Math.min(BUCKETS - 1, Math.floor(Math.log(Math.max(1, ms)) / STEP)));
}

/** Weights of what was observed; older observations fade as newer ones come. */
export class Histogram {
  readonly #weights = new Float32Array(BUCKETS);
  readonly #keep: number;
  #total = 0;
  #logSum = 0;

  /** @param memory about how many of the newest observations count */
  constructor(memory: number) {
    this.#keep = 1 - 1 / memory;
  }

  /** How many observations it is worth; at most its memory. */
  get total(): number {
    return this.#total;
  }

  /** Mean of the logarithm of the times (ms). 0 when nothing was observed. */
  get logMean(): number {
    return this.#total === 0 ? 0 : this.#logSum / this.#total;
  }

  weightOf(bucket: number): number {
    return this.#weights[bucket] ?? 0;
  }

  observe(ms: number): void {
    this.#fade();
    this.#add(bucketOf(ms), 1);
  }

  /**
   * It lasted at least `ms`, and how much longer is not known: the observation is spread over the longer times as `belief` has
   * them (Efron, "The two sample problem with censored data", 1967).
   */
  atLeast(ms: number, belief: Belief): void {
    this.#fade();
    const from = bucketOf(ms);
    const longer = belief.weightFrom(from);
    if (longer <= 0) {
      this.#add(Math.min(BUCKETS - 1, from + UNKNOWN_TAIL_BUCKETS), 1);
      return;
    }
    // Spread by what was believed before: the shares must not change while they are added.
    const shares = belief.sharesFrom(from, longer);
    for (const [index, share] of shares.entries()) if (share > 0) this.#add(from + index, share);
  }

  #fade(): void {
    for (let bucket = 0; bucket < BUCKETS; bucket++) this.#weights[bucket] = this.weightOf(bucket) * this.#keep;
    this.#total *= this.#keep;
    this.#logSum *= this.#keep;
  }

  #add(bucket: number, weight: number): void {
    this.#weights[bucket] = this.weightOf(bucket) + weight;
    this.#total += weight;
    this.#logSum += weight * (bucket + 0.5) * STEP;
  }
}

/** What is believed of one provider: its own history and, while that is short, everybody's. */
export class Belief {
  readonly #own: Histogram | undefined;
  readonly #ownScale: number;
  readonly #swarm: Histogram;
  readonly #swarmScale: number;

  /**
   * @param ownTrust 0 to 1: how much of the own history still holds
   * @param priorWeight how many own observations the swarm's history is worth
   */
  constructor(own: Histogram | undefined, ownTrust: number, swarm: Histogram, priorWeight: number) {
    this.#own = own;
    this.#ownScale = own === undefined ? 0 : ownTrust;
    this.#swarm = swarm;
    this.#swarmScale = swarm.total === 0 ? 0 : priorWeight / swarm.total;
  }

  /** In observations. */
  get total(): number {
    return (this.#own?.total ?? 0) * this.#ownScale + this.#swarm.total * this.#swarmScale;
  }

  /** Mean of the logarithm of the times (ms). */
  get logMean(): number {
    const own = (this.#own?.total ?? 0) * this.#ownScale;
    const swarm = this.#swarm.total * this.#swarmScale;
    return own + swarm === 0 ? 0 : ((this.#own?.logMean ?? 0) * own + this.#swarm.logMean * swarm) / (own + swarm);
  }

  /** In milliseconds, interpolated within their buckets; none when nothing at all is known. @param shares 0 to 1, rising */
  quantilesMs(shares: readonly number[]): readonly number[] {
    const { total } = this;
    const quantiles: number[] = [];
    if (total <= 0) return quantiles;
    let below = 0;
    for (let bucket = 0; bucket < BUCKETS && quantiles.length < shares.length; bucket++) {
      const weight = this.#weight(bucket);
      for (let share = shares[quantiles.length]; share !== undefined; share = shares[quantiles.length]) {
        if (weight <= 0 || below + weight < share * total) break;
        quantiles.push(Math.exp((bucket + (share * total - below) / weight) * STEP));
      }
      below += weight;
    }
    while (quantiles.length < shares.length) quantiles.push(Math.exp(BUCKETS * STEP));
    return quantiles;
  }

  weightFrom(from: number): number {
    let sum = 0;
    for (let bucket = from; bucket < BUCKETS; bucket++) sum += this.#weight(bucket);
    return sum;
  }

  /** What each bucket from `from` on has of `longer`. */
  sharesFrom(from: number, longer: number): readonly number[] {
    return Array.from({ length: BUCKETS - from }, (_, index) => this.#weight(from + index) / longer);
  }

  #weight(bucket: number): number {
    return (this.#own?.weightOf(bucket) ?? 0) * this.#ownScale + this.#swarm.weightOf(bucket) * this.#swarmScale;
  }
}
