// How soon a provider shows that it is there: apart from how long it works, because a slow provider that says so is alive,
// and a dead one must not be waited for as long as a slow one.
import { PROCESSING_AFTER_MS } from '../../protocol/limits.ts';
import { RecentMap } from './recent-map.ts';

/** Providers remembered, 100 bytes each. */
const PROVIDERS_MAX = 4_096;
/** Gains and width as of TCP's retransmission timer (RFC 6298, section 2). */
const MEAN_GAIN = 1 / 8;
const DEVIATION_GAIN = 1 / 4;
const DEVIATIONS = 4;
/** Below this the timers and the garbage collection of two processes are measured, not the way between them. */
const WAY_MS_MIN = 250;

/** A smoothed time and how far it varies, in ms. */
class Way {
  meanMs: number | undefined;
  deviationMs = 0;

  observe(ms: number): void {
    if (this.meanMs === undefined) {
      this.meanMs = ms;
      this.deviationMs = ms / 2;
      return;
    }
    this.deviationMs += (Math.abs(ms - this.meanMs) - this.deviationMs) * DEVIATION_GAIN;
    this.meanMs += (ms - this.meanMs) * MEAN_GAIN;
  }

  get usualMs(): number | undefined {
    return this.meanMs === undefined ? undefined : this.meanMs + DEVIATIONS * this.deviationMs;
  }
}

export class SignsOfLife {
  readonly #ways = new RecentMap<Way>(PROVIDERS_MAX, () => new Way());
  readonly #swarm = new Way();

  /** The first word on a job, `processing` or the answer itself, came after `ms`. */
  observe(provider: string, ms: number): void {
    // Nobody says "processing" before this time has passed; the rest is the way.
    const wayMs = ms >= PROCESSING_AFTER_MS ? ms - PROCESSING_AFTER_MS : ms;
    this.#ways.note(provider).observe(wayMs);
    this.#swarm.observe(wayMs);
  }

  /** From then on silence is unusual (ms after the job was asked); undefined while nobody has said a word. */
  dueMs(provider: string): number | undefined {
    const wayMs = this.wayMs(provider);
    return wayMs === undefined ? undefined : PROCESSING_AFTER_MS + wayMs;
  }

  /** How long a word to it and one back take at most, as a rule; undefined while nobody has said a word. */
  wayMs(provider: string): number | undefined {
    const wayMs = this.#ways.get(provider)?.usualMs ?? this.#swarm.usualMs;
    return wayMs === undefined ? undefined : Math.max(WAY_MS_MIN, wayMs);
  }
}
