// The highest resident memory of this process between two moments, looked at often.

const EVERY_MS = 20;
const MEGABYTE = 1e6;

export class PeakMemory {
  #peakBytes = process.memoryUsage.rss();
  readonly #timer = setInterval(() => this.#look(), EVERY_MS);

  #look(): void {
    this.#peakBytes = Math.max(this.#peakBytes, process.memoryUsage.rss());
  }

  /** Megabytes; nothing is looked at any more. */
  stop(): number {
    clearInterval(this.#timer);
    this.#look();
    return this.#peakBytes / MEGABYTE;
  }
}
