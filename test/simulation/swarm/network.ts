// The network between the conductor, the relay and the providers: how long a message takes, and whether it arrives once,
// twice, late or never. The conductor stands in region 0, and so does the relay.
import type { Network } from './scenario.ts';
import type { Stream } from './streams.ts';

const NEVER: readonly number[] = [];

export class SimNetwork {
  readonly #network: Network;
  readonly #random: Stream;
  #allowance: number;
  #allowedAtMs = 0;
  #busyUntilMs = 0;

  constructor(network: Network, random: Stream) {
    this.#network = network;
    this.#random = random;
    this.#allowance = network.messagesPerSecond;
  }

  get messageBytesMax(): number {
    return this.#network.messageBytesMax;
  }

  get regions(): number {
    return this.#network.regionMs.length;
  }

  /** False when the relay has taken as many messages this second as it takes. @param nowMs of the run's time */
  takes(nowMs: number): boolean {
    const { messagesPerSecond } = this.#network;
    if (messagesPerSecond === Number.POSITIVE_INFINITY) return true;
    const gained = ((nowMs - this.#allowedAtMs) * messagesPerSecond) / 1_000;
    this.#allowance = Math.min(messagesPerSecond, this.#allowance + gained);
    this.#allowedAtMs = nowMs;
    if (this.#allowance < 1) return false;
    this.#allowance--;
    return true;
  }

  /** After how many ms a message sent now arrives: once, twice or never. */
  deliveries(region: number, nowMs: number): readonly number[] {
    const { loss, duplication } = this.#network;
    if (this.#isCut(region, nowMs) || this.#random.chance(loss)) return NEVER;
    const waitMs = this.#handle(nowMs);
    const delays = [waitMs + this.#delayMs(region)];
    if (this.#random.chance(duplication)) delays.push(waitMs + this.#delayMs(region));
    return delays;
  }

  /** @returns after how many ms the message is worked on */
  #handle(nowMs: number): number {
    const { handlingMs } = this.#network;
    if (handlingMs === 0) return 0;
    this.#busyUntilMs = Math.max(this.#busyUntilMs, nowMs) + handlingMs;
    return this.#busyUntilMs - nowMs;
  }

  #delayMs(region: number): number {
    const { regionMs, jitter, reordering, reorderingMs } = this.#network;
    const near = regionMs[0] ?? 0;
    const held = this.#random.chance(reordering) ? this.#random.between(0, reorderingMs) : 0;
    return this.#random.around(Math.max(near, regionMs[region] ?? near), jitter) + held;
  }

  #isCut(region: number, nowMs: number): boolean {
    for (const { fromMs, toMs, region: cut } of this.#network.partitions)
      if (nowMs >= fromMs && nowMs < toMs && (cut === undefined || cut === region)) return true;
    return false;
  }
}
