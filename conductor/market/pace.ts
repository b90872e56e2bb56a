// What a process knows of the pace of one swarm, across its runs: how long each provider takes, how soon it shows that it is
// there, how often its answers count, whether everybody is slow now, and what hedges there are to spend.
import type { Clock } from '../ports.ts';
import { ChunkPace } from './hedge.ts';
import { LatencyModel } from './latency.ts';
import { SignsOfLife } from './sign-of-life.ts';
import { Slowness } from './slowness.ts';
import { RunAllowance, TokenBucket } from './token-bucket.ts';
import { TrackRecord } from './track-record.ts';

/** No job is late before this: it is what a busy machine and a way round the world take, not what a provider takes. */
const LATE_MS_MIN = 250;

/** How it went with a provider that was asked; `withdrawn` when it was not wanted any more, which tells nothing of it. */
export type Ending = 'answered' | 'failed' | 'silent' | 'lost' | 'withdrawn';

export interface PaceOptions {
  /** False where providers are our own and share one machine: asking another one would only do the work twice. */
  readonly hedges?: boolean;
}

export class Pace {
  readonly latency: LatencyModel;
  readonly signs = new SignsOfLife();
  readonly record = new TrackRecord();
  readonly slowness = new Slowness();
  readonly tokens = new TokenBucket();
  readonly clock: Clock;
  readonly #hedges: boolean;

  constructor(clock: Clock, options: PaceOptions = {}) {
    this.clock = clock;
    this.latency = new LatencyModel(clock);
    this.#hedges = options.hedges ?? true;
  }

  /** One run's share of the hedges. */
  run(): RunPace {
    return new RunPace(this, this.#hedges);
  }

  /** A job is asked now. Exactly one of its ends MUST be told. */
  ask(provider: string, chars: number): PacedJob {
    return new PacedJob(this, provider, chars);
  }

  /** Everybody is slow: not one provider, the swarm. */
  isSlow(chars: number): boolean {
    const lateAfterMs = this.latency.swarmLateAfterMs(chars);
    if (lateAfterMs === undefined) return false;
    return this.slowness.isGlobal(this.clock.now(), Math.max(LATE_MS_MIN, lateAfterMs));
  }
}

export class RunPace {
  readonly #pace: Pace;
  readonly #allowance: RunAllowance;
  readonly #hedges: boolean;

  constructor(pace: Pace, hedges: boolean) {
    this.#pace = pace;
    this.#allowance = new RunAllowance(pace.tokens);
    this.#hedges = hedges;
  }

  /** What to do about one chunk's late jobs; undefined where nothing is ever done about them. */
  chunk(chars: number): ChunkPace | undefined {
    if (!this.#hedges) return undefined;
    return new ChunkPace({
      nowMs: () => this.#pace.clock.now(),
      isSlow: () => this.#pace.isSlow(chars),
      takeToken: () => this.#allowance.take(),
      giveBackToken: () => this.#allowance.giveBack(),
    });
  }
}

/** One job under way. */
export class PacedJob {
  startedMs: number;
  readonly #pace: Pace;
  readonly #provider: string;
  readonly #chars: number;
  #isHeard = false;
  #isLate = false;
  #isOver = false;

  constructor(pace: Pace, provider: string, chars: number) {
    this.#pace = pace;
    this.#provider = provider;
    this.#chars = chars;
    this.startedMs = pace.clock.now();
    pace.tokens.earn();
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** It was sent only now: what came before, such as paying for it, is not the provider's time. */
  sent(): void {
    this.startedMs = this.#pace.clock.now();
  }

  /** The provider shows that it works on it. */
  signOfLife(): void {
    if (this.#isHeard) return;
    this.#isHeard = true;
    this.#pace.signs.observe(this.#provider, this.#elapsedMs);
  }

  /** It has shown no sign of life, although by now whoever is there has: it is gone. */
  get isSilent(): boolean {
    const dueMs = this.#isHeard ? undefined : this.#pace.signs.dueMs(this.#provider);
    return dueMs !== undefined && this.#elapsedMs > dueMs;
  }

  /** From then on it is late (unix ms); undefined while nobody can say. What is learnt meanwhile moves it. */
  get dueMs(): number | undefined {
    const { latency, signs } = this.#pace;
    const workMs = this.lateAfterMs;
    const silenceMs = this.#isHeard ? undefined : signs.dueMs(this.#provider);
    if (workMs === undefined && silenceMs === undefined) return undefined;
    // A known straggler was asked to see whether it still is one, or because nobody else was there: others would be done by now.
    const othersMs = latency.swarmLateAfterMs(this.#chars);
    const limits = [workMs, silenceMs, othersMs === undefined ? undefined : Math.max(LATE_MS_MIN, othersMs)];
    return this.startedMs + Math.min(...limits.map((limit) => limit ?? Number.POSITIVE_INFINITY));
  }

  /** Only what is usual of signs of life is known, or nothing. */
  get isGuess(): boolean {
    return !this.#pace.latency.canTell;
  }

  /** How long it may work before it is late (ms); undefined while nobody can say. */
  get lateAfterMs(): number | undefined {
    const lateAfterMs = this.#pace.latency.lateAfterMs(this.#provider, this.#chars);
    return lateAfterMs === undefined ? undefined : Math.max(LATE_MS_MIN, lateAfterMs);
  }

  /** It is past its time. */
  late(): void {
    if (this.#isLate || this.#isOver) return;
    this.#isLate = true;
    this.#pace.slowness.late(this.#provider);
  }

  /** It is over; once. What was withdrawn lasted at least so long; that is no fault unless it was late. */
  end(ending: Ending): void {
    if (this.#isOver) return;
    this.#isOver = true;
    const { latency, record, slowness, clock } = this.#pace;
    slowness.end(this.#provider, clock.now(), this.#isLate);
    if (ending === 'answered') {
      this.signOfLife();
      latency.observe(this.#provider, this.#chars, this.#elapsedMs);
    } else if (ending === 'silent' || ending === 'withdrawn')
      latency.atLeast(this.#provider, this.#chars, this.#elapsedMs);
    if (ending !== 'withdrawn' || this.#isLate) record.note(this.#provider, ending === 'answered');
  }

  get #elapsedMs(): number {
    return this.#pace.clock.now() - this.startedMs;
  }
}
