// A bounded rate: tokens that come back with time, as many at once as come in a second.

export class Rate {
  readonly #perSecond: number;
  readonly #nowMs: () => number;
  #tokens: number;
  #atMs: number;

  constructor(perSecond: number, nowMs: () => number) {
    this.#perSecond = perSecond;
    this.#nowMs = nowMs;
    this.#tokens = perSecond;
    this.#atMs = nowMs();
  }

  /** True when something may happen now. Changes nothing. */
  get hasRoom(): boolean {
    this.#refill();
    return this.#tokens >= 1;
  }

  /** Takes one; false when none is left. */
  take(): boolean {
    if (!this.hasRoom) return false;
    this.#tokens -= 1;
    return true;
  }

  #refill(): void {
    const nowMs = this.#nowMs();
    this.#tokens = Math.min(this.#perSecond, this.#tokens + ((nowMs - this.#atMs) / 1_000) * this.#perSecond);
    this.#atMs = nowMs;
  }
}
