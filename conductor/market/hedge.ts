// What is done about a chunk whose job is late: ask another provider as well, one at a time and a few at most; when that
// does not help or everybody is slow, do it locally. Dean and Barroso, "The tail at scale", CACM 56(2), 2013.

/** More copies of one chunk's job than this are no insurance any more. */
const HEDGES_PER_CHUNK = 3;
/** Times after which a job is late, counted from the chunk's first job, after which it is done locally. */
const LOCAL_AFTER = 3;
/** While nobody can say what is late, it is looked at again this often. */
const LOOK_AGAIN_MS = 100;

/** A job as far as its being late goes. */
export interface WatchedJob {
  readonly startedMs: number;
  /** Unix ms; undefined while nobody can say. */
  readonly dueMs: number | undefined;
  readonly lateAfterMs: number | undefined;
  readonly isOver: boolean;
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
  isSlow(): boolean;
  /** Takes one hedge of what may be spent. */
  takeToken(): boolean;
}

export class ChunkPace {
  readonly #ports: HedgePorts;
  #jobs: WatchedJob[] = [];
  #hedges = 0;
  #firstMs: number | undefined;
  #isLocal = false;

  constructor(ports: HedgePorts) {
    this.#ports = ports;
  }

  /** A job of this chunk was asked. */
  watch(job: WatchedJob): void {
    this.#firstMs ??= job.startedMs;
    this.#jobs.push(job);
  }

  /**
   * What to do now. `hedge` has taken its token; if there is nobody to ask, `notHedged` gives it no second try for this job.
   * @param mayGoLocal false where only what providers say counts
   */
  next(mayGoLocal = true): HedgeStep {
    this.#jobs = this.#jobs.filter(({ isOver }) => !isOver);
    const latest = this.#jobs.at(-1);
    if (latest === undefined) return { do: 'wait', untilMs: Number.POSITIVE_INFINITY };
    const nowMs = this.#ports.nowMs();
    const { dueMs } = latest;
    if (dueMs === undefined) return { do: 'wait', untilMs: nowMs + LOOK_AGAIN_MS };
    if (nowMs < dueMs) return { do: 'wait', untilMs: dueMs };
    for (const job of this.#jobs) if ((job.dueMs ?? Number.POSITIVE_INFINITY) <= nowMs) job.late();
    const localMs = mayGoLocal && !this.#isLocal ? this.#localMs(latest) : Number.POSITIVE_INFINITY;
    const isSlow = this.#ports.isSlow();
    if (nowMs >= localMs || (isSlow && localMs !== Number.POSITIVE_INFINITY)) {
      this.#isLocal = true;
      return { do: 'local' };
    }
    if (!isSlow && !this.#isLocal && this.#hedges < HEDGES_PER_CHUNK && this.#ports.takeToken()) {
      this.#hedges++;
      return { do: 'hedge' };
    }
    return { do: 'wait', untilMs: localMs };
  }

  /** Unix ms. A known straggler does not lengthen the wait: it is late after twice the time of the others. */
  #localMs(latest: WatchedJob): number {
    const firstMs = this.#firstMs ?? latest.startedMs;
    const dueAfterMs = (latest.dueMs ?? Number.POSITIVE_INFINITY) - latest.startedMs;
    return firstMs + LOCAL_AFTER * Math.max(dueAfterMs, latest.lateAfterMs === undefined ? dueAfterMs : 0);
  }
}
