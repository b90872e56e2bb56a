// How soon a provider shows that it is there: apart from how long it works, because a slow provider that says so is alive,
// and a dead one must not be waited for as long as a slow one.
import { PROCESSING_AFTER_MS } from '../../protocol/limits.ts';
import { RecentMap } from './recent-map.ts';

/** Providers remembered, 200 bytes each. */
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

/** Of one provider, or of the swarm. */
class Signs {
  readonly way = new Way();
  /** From the question to the first word, whatever it is. */
  readonly word = new Way();

  observe(ms: number): void {
    this.word.observe(ms);
    // Nobody says "processing" before this time has passed; the rest is the way. Of an answer before it the way is at most all of it.
    this.way.observe(ms >= PROCESSING_AFTER_MS ? ms - PROCESSING_AFTER_MS : ms);
  }
}

export class SignsOfLife {
  readonly #known = new RecentMap<Signs>(PROVIDERS_MAX, () => new Signs());
  readonly #swarm = new Signs();

  /** The first word on a job, `processing` or the answer itself, came after `ms`. */
  observe(provider: string, ms: number): void {
    this.#known.note(provider).observe(ms);
    this.#swarm.observe(ms);
  }

  /** From then on silence is unusual (ms after the job was asked); undefined while nobody has said a word. */
  dueMs(provider: string): number | undefined {
    const wordMs = this.#signs(provider).word.usualMs;
    const wayMs = this.wayMs(provider);
    if (wordMs === undefined || wayMs === undefined) return undefined;
    return Math.min(PROCESSING_AFTER_MS + wayMs, Math.max(PROCESSING_AFTER_MS + WAY_MS_MIN, wordMs));
  }

  /** How long a word to it and one back take at most, as a rule; undefined while nobody has said a word. */
  wayMs(provider: string): number | undefined {
    const wayMs = this.#signs(provider).way.usualMs;
    return wayMs === undefined ? undefined : Math.max(WAY_MS_MIN, wayMs);
  }

  #signs(provider: string): Signs {
    return this.#known.get(provider) ?? this.#swarm;
  }
}
