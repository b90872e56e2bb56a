// How service time grows with the size of a chunk, learnt over the whole swarm: time is proportional to chars^power. In
// logarithms a job that was ten times late weighs little, and the level is left to each provider's own history.

/** Times are kept as of a chunk of this size. */
const REFERENCE_CHARS = 16_000;
/** Between "size does not matter" and "twice the text, twice the time". */
const POWER_ASSUMED = 0.5;
/** How many observations of ordinary spread the assumption is worth. */
const ASSUMED_WEIGHT = 8;
/** Variance of the logarithm of the size by which the assumption is weighed: sizes that differ by a third. */
const ASSUMED_VARIANCE = 0.1;
/** About the newest 500 jobs count. */
const KEEP = 0.998;

export class SizeLaw {
  #weight = 0;
  #sizes = 0;
  #times = 0;
  #squares = 0;
  #products = 0;
  /** Of the size asked for last, until something is learnt: whoever compares providers asks for one size again and again. */
  #factor: { readonly chars: number; readonly times: number } | undefined;

  /** Between 0 and 1. Least squares, drawn towards the assumption while there is little to go by. */
  get power(): number {
    if (this.#weight === 0) return POWER_ASSUMED;
    const size = this.#sizes / this.#weight;
    const time = this.#times / this.#weight;
    const variance = this.#squares - this.#weight * size * size;
    const covariance = this.#products - this.#weight * size * time;
    const drawn = ASSUMED_WEIGHT * ASSUMED_VARIANCE;
    return Math.max(0, Math.min(1, (covariance + drawn * POWER_ASSUMED) / (variance + drawn)));
  }

  observe(chars: number, ms: number): void {
    this.#factor = undefined;
    const size = Math.log(Math.max(1, chars) / REFERENCE_CHARS);
    const time = Math.log(Math.max(1, ms));
    this.#weight = this.#weight * KEEP + 1;
    this.#sizes = this.#sizes * KEEP + size;
    this.#times = this.#times * KEEP + time;
    this.#squares = this.#squares * KEEP + size * size;
    this.#products = this.#products * KEEP + size * time;
  }

  /** What a time with a chunk of the reference size is multiplied by for one of this size. */
  factor(chars: number): number {
    if (this.#factor?.chars !== chars)
      this.#factor = { chars, times: (Math.max(1, chars) / REFERENCE_CHARS) ** this.power };
    return this.#factor.times;
  }
}
