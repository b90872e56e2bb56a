// How long each provider takes for a chunk, learnt from what it did: decayed, by size, with what was given up counted as "at
// least so long", and everybody's history for those of whom little is known. Only providers that were asked have a row.
import type { Clock } from '../ports.ts';
import { Belief, Histogram } from './histogram.ts';
import { RecentMap } from './recent-map.ts';
import { SizeLaw } from './size-law.ts';

/** Rows kept, 400 bytes each: those asked longest ago are forgotten, and are newcomers then. */
const ROWS_MAX = 4_096;
/** A provider's newest answers that count. */
const OWN_MEMORY = 32;
/** The swarm's newest answers that count. */
const SWARM_MEMORY = 512;
/** How many own answers the swarm's history is worth. */
const PRIOR_WEIGHT = 4;
/**
 * For whom to ask it is worth less: providers differ more from each other than one does from job to job, and one answer that took ten times
 * as long says much about who gave it.
 */
const PRIOR_WEIGHT_OF_MEAN = 2;
/** Below this many answers of the swarm nobody can say what is late. */
const SWARM_ANSWERS_MIN = 3;
/** What was seen longer ago than this is worth half: machines are busier by night than by day. */
const HALF_LIFE_MS = 600_000;
/** A time before anything is known: one second, as of a small model. Only the order of providers depends on it. */
const UNKNOWN_LOG_MS = Math.log(1_000);
/** How far providers lie apart, as the deviation of the logarithm: a factor of 1.6. */
const SPREAD = 0.5;

/** Of the normal distribution: where 5 % lie above, and between the median and the fifth part below. */
const Z95 = 1.645;
const Z80 = 0.8416;
/** Of the times: the fast, the usual and the late. */
const LATE_SHARES = [0.2, 0.5, 0.95] as const;
/** Late is at least half as long again as usual: service times that hardly differ differ by rounding. */
const LATE_FACTOR_MIN = 1.5;

interface Row {
  readonly history: Histogram;
  seenMs: number;
}

export class LatencyModel {
  readonly #clock: Pick<Clock, 'now'>;
  readonly #rows = new RecentMap<Row>(ROWS_MAX, () => ({ history: new Histogram(OWN_MEMORY), seenMs: 0 }));
  readonly #swarm = new Histogram(SWARM_MEMORY);
  readonly #sizes = new SizeLaw();
  #answers = 0;

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock;
  }

  /** How many providers it remembers. */
  get size(): number {
    return this.#rows.size;
  }

  /** The swarm has answered enough jobs to say what is late. */
  get canTell(): boolean {
    return this.#answers >= SWARM_ANSWERS_MIN;
  }

  /** A job was answered after `ms`. */
  observe(provider: string, chars: number, ms: number): void {
    this.#answers++;
    this.#sizes.observe(chars, ms);
    const asReference = ms / this.#sizes.factor(chars);
    this.#row(provider).observe(asReference);
    this.#swarm.observe(asReference);
  }

  /** A job was cancelled, or given up, after `ms`: it would have lasted at least so long. */
  atLeast(provider: string, chars: number, ms: number): void {
    const asReference = ms / this.#sizes.factor(chars);
    const belief = this.#belief(provider);
    this.#row(provider).atLeast(asReference, belief);
    this.#swarm.atLeast(asReference, new Belief(undefined, 0, this.#swarm, PRIOR_WEIGHT));
  }

  /** True when something was heard of it. */
  knows(provider: string): boolean {
    return this.#rows.get(provider) !== undefined;
  }

  /** In milliseconds; undefined until the swarm has answered a few jobs. @param share 0 to 1 */
  quantileMs(provider: string, chars: number, share: number): number | undefined {
    if (!this.canTell) return undefined;
    const [quantile] = this.#belief(provider).quantilesMs([share]);
    return quantile === undefined ? undefined : quantile * this.#sizes.factor(chars);
  }

  /**
   * The time after which a job of this provider is late: its p95 when nothing is wrong. Where one job in ten is stuck the plain
   * p95 is the time of stuck jobs, and nothing would ever be late; so it is at most the p95 of the log-normal through the
   * median and the fastest fifth, which stuck jobs hardly move. Undefined until the swarm has answered a few jobs.
   */
  lateAfterMs(provider: string, chars: number): number | undefined {
    return this.#lateAfterMs(this.#belief(provider), chars);
  }

  /** The same for a provider of which nothing is known but that it is one of the swarm. */
  swarmLateAfterMs(chars: number): number | undefined {
    return this.#lateAfterMs(new Belief(undefined, 0, this.#swarm, PRIOR_WEIGHT), chars);
  }

  /**
   * One draw of what it usually takes, for Thompson sampling: the less is known of it, the further the draws lie apart.
   * @param normal a draw of the standard normal distribution
   */
  sampleMs(provider: string, chars: number, normal: number): number {
    const belief = this.#belief(provider, PRIOR_WEIGHT_OF_MEAN);
    const own = this.#rows.get(provider)?.history.total ?? 0;
    const logMs = belief.total > 0 ? belief.logMean : UNKNOWN_LOG_MS;
    return Math.exp(logMs + (normal * SPREAD) / Math.sqrt(1 + own)) * this.#sizes.factor(chars);
  }

  #lateAfterMs(belief: Belief, chars: number): number | undefined {
    if (!this.canTell) return undefined;
    const [fast, usual, late] = belief.quantilesMs(LATE_SHARES);
    if (usual === undefined || fast === undefined || late === undefined) return undefined;
    const deviation = Math.log(usual / fast) / Z80;
    const undisturbed = usual * Math.max(LATE_FACTOR_MIN, Math.exp(Z95 * deviation));
    return Math.max(usual * LATE_FACTOR_MIN, Math.min(late, undisturbed)) * this.#sizes.factor(chars);
  }

  #belief(provider: string, priorWeight = PRIOR_WEIGHT): Belief {
    const row = this.#rows.get(provider);
    const trust = row === undefined ? 0 : 0.5 ** ((this.#clock.now() - row.seenMs) / HALF_LIFE_MS);
    return new Belief(row?.history, trust, this.#swarm, priorWeight);
  }

  #row(provider: string): Histogram {
    const row = this.#rows.note(provider);
    row.seenMs = this.#clock.now();
    return row.history;
  }
}
