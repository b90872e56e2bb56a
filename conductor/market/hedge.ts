// What is done about a chunk whose job is late: ask another provider as well, one at a time and a few at most; when that
// does not help or everybody is slow, do it locally. Dean and Barroso, "The tail at scale", CACM 56(2), 2013.
import { SIGN_OF_LIFE_MS } from '../../protocol/limits.ts';

/** More copies of one job than this are no insurance any more. Each voice has its own: a vote may wait for two at once. */
const HEDGES_PER_VOICE = 3;
/** Times after which a job is late, counted from the voice's first job, after which the chunk is done locally. */
const LOCAL_AFTER = 3;
/**
 * And not before: who shows no sign of life for so long is taken for dead, and until then the answer of the provider that was
 * chosen, a model's perhaps, is worth the wait.
 */
const LOCAL_MS_MIN = SIGN_OF_LIFE_MS;
/**
 * A chunk that is late already, be it by a job that straggles or by answers that differ: a job begun then is late after this part
 * of the time. Few get so far, so it costs little.
 */
const HURRY = 0.7;
/** While nobody can say, or only guess, what is late, it is looked at again this often. */
const LOOK_AGAIN_MS = 100;

/** A job as far as its being late goes. */
export interface WatchedJob {
  readonly startedMs: number;
  /** Unix ms; undefined while nobody can say. */
  readonly dueMs: number | undefined;
  /** Nobody knows yet how long work takes: what others answer meanwhile may move `dueMs` far. */
  readonly isGuess: boolean;
  readonly isOver: boolean;
  /** It is past its time. */
  late(): void;
}

export type HedgeStep =
  | { readonly do: 'hedge' | 'local' }
  | {
      readonly do: 'wait';
      /** Look again then (unix ms); infinite when only an answer or an end can change anything. */
      readonly untilMs: number;
    };

export interface HedgePorts {
  nowMs(): number;
  /** Everybody is slow. */
  isSlow(): boolean;
  /** Takes one hedge of what may be spent. @returns false when there is none now */
  takeToken(): boolean;
  giveBackToken(): void;
}

/** One chunk: since when it is asked, and whether it is done locally, whatever voices it has. */
export class ChunkPace {
  readonly ports: HedgePorts;
  /** When its first job was asked. */
  firstMs: number | undefined;
  isLocal = false;

  constructor(ports: HedgePorts) {
    this.ports = ports;
  }

  /** One answer that is waited for: a job and its hedges. */
  voice(): VoicePace {
    return new VoicePace(this);
  }
}

export class VoicePace {
  readonly #chunk: ChunkPace;
  #jobs: WatchedJob[] = [];
  #firstMs: number | undefined;
  #hedgesLeft = HEDGES_PER_VOICE;
  #notBeforeMs = 0;

  constructor(chunk: ChunkPace) {
    this.#chunk = chunk;
  }

  /** A job was asked. */
  watch(job: WatchedJob): void {
    this.#firstMs ??= job.startedMs;
    this.#chunk.firstMs ??= job.startedMs;
    this.#jobs.push(job);
  }

  /** What to do now. `hedge` has taken its token, `local` is said once for a chunk. */
  next(): HedgeStep {
    const chunk = this.#chunk;
    this.#jobs = this.#jobs.filter(({ isOver }) => !isOver);
    const latest = this.#jobs.at(-1);
    if (latest === undefined) return { do: 'wait', untilMs: Number.POSITIVE_INFINITY };
    const nowMs = chunk.ports.nowMs();
    if (latest.dueMs === undefined) return { do: 'wait', untilMs: nowMs + LOOK_AGAIN_MS };
    const usualMs = latest.dueMs - latest.startedMs;
    const isLate = latest.startedMs - (chunk.firstMs ?? nowMs) >= HURRY * usualMs;
    const dueMs = latest.startedMs + usualMs * (isLate ? HURRY : 1);
    const isSlow = nowMs >= dueMs && chunk.ports.isSlow();
    const localMs = chunk.isLocal ? Number.POSITIVE_INFINITY : this.#localMs(isSlow ? usualMs : LOCAL_AFTER * usualMs);
    const againMs = latest.isGuess ? nowMs + LOOK_AGAIN_MS : Number.POSITIVE_INFINITY;
    if (nowMs < Math.min(dueMs, localMs)) return { do: 'wait', untilMs: Math.min(dueMs, localMs, againMs) };
    for (const job of this.#jobs) if (job.dueMs !== undefined && job.dueMs <= nowMs) job.late();
    if (nowMs >= localMs) {
      chunk.isLocal = true;
      return { do: 'local' };
    }
    if (isSlow || chunk.isLocal || this.#hedgesLeft === 0) return { do: 'wait', untilMs: localMs };
    if (nowMs >= this.#notBeforeMs && chunk.ports.takeToken()) {
      this.#hedgesLeft--;
      return { do: 'hedge' };
    }
    this.#notBeforeMs = Math.max(this.#notBeforeMs, nowMs + usualMs);
    return { do: 'wait', untilMs: Math.min(localMs, this.#notBeforeMs) };
  }

  /** When to go local (unix ms). @param afterMs since the first job was asked */
  #localMs(afterMs: number): number {
    return (this.#firstMs ?? this.#chunk.ports.nowMs()) + Math.max(LOCAL_MS_MIN, afterMs);
  }

  /** There was nobody to ask: the token goes back, and it is tried again when as much time has passed as makes a job late. */
  notHedged(): void {
    const chunk = this.#chunk;
    const latest = this.#jobs.at(-1);
    this.#hedgesLeft++;
    chunk.ports.giveBackToken();
    this.#notBeforeMs = chunk.ports.nowMs() + Math.max(LOOK_AGAIN_MS, (latest?.dueMs ?? 0) - (latest?.startedMs ?? 0));
  }
}
