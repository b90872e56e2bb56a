// What a provider must not forget of a job while its request can come back: that it was accepted, and what was
// answered. It is what makes an answer the only one, also across a restart.
import type { NostrEvent, VerifiedEvent } from '../../protocol/event.ts';

export type JobState = 'accepted' | 'answered';

/**
 * A provider's memory of jobs. `state` MUST know a job from the moment `accept` or `answer` returned. What is durable
 * MUST survive a kill: an answer when `answer` resolves, an acceptance by then at the latest or soon after.
 */
export interface JobRecords {
  state(requestId: string): JobState | undefined;
  /** Jobs remembered. */
  readonly size: number;
  /** @param voidAt unix seconds from which on the request need not be remembered */
  accept(request: VerifiedEvent, voidAt: number): void;
  /**
   * The one answer of a job; undefined when it was cancelled and gets none.
   * @throws PylonError `store-failed`: the answer must then not be published
   */
  answer(requestId: string, answer: VerifiedEvent | undefined, voidAt: number): Promise<void>;
  /** A relay has the answer. */
  published(requestId: string): void;
  /** The signed answer, where it is still kept. */
  answerOf(requestId: string): Promise<NostrEvent | undefined>;
  /** Requests accepted and not answered, and answers that no relay is known to have: the work of a restart. */
  left(): Promise<{ readonly requests: readonly NostrEvent[]; readonly answers: readonly NostrEvent[] }>;
  /** Forgets what is void at `nowSeconds`. */
  prune(nowSeconds: number): void;
  close(): Promise<void>;
}

/** Most jobs remembered: beyond it a provider takes no more until some are void. About 150 bytes each in memory. */
export const JOB_RECORDS_MAX = 200_000;

interface Kept {
  state: JobState;
  readonly voidAt: number;
  /** Until a relay has it. */
  answer?: VerifiedEvent | undefined;
}

/** For a provider that ends with its process: remembers ids, and answers until a relay has them. */
export class MemoryJobRecords implements JobRecords {
  readonly #jobs = new Map<string, Kept>();

  get size(): number {
    return this.#jobs.size;
  }

  state(requestId: string): JobState | undefined {
    return this.#jobs.get(requestId)?.state;
  }

  accept(request: VerifiedEvent, voidAt: number): void {
    this.#jobs.set(request.id, { state: 'accepted', voidAt });
  }

  async answer(requestId: string, answer: VerifiedEvent | undefined, voidAt: number): Promise<void> {
    this.#jobs.set(requestId, { state: 'answered', voidAt, answer });
  }

  published(requestId: string): void {
    const kept = this.#jobs.get(requestId);
    if (kept !== undefined) kept.answer = undefined;
  }

  async answerOf(requestId: string): Promise<NostrEvent | undefined> {
    return this.#jobs.get(requestId)?.answer;
  }

  async left(): Promise<{ requests: NostrEvent[]; answers: NostrEvent[] }> {
    return { requests: [], answers: [] };
  }

  prune(nowSeconds: number): void {
    for (const [requestId, { voidAt }] of this.#jobs) if (voidAt <= nowSeconds) this.#jobs.delete(requestId);
  }

  async close(): Promise<void> {
    this.#jobs.clear();
  }
}
