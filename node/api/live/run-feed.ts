// The live events of one run for all who follow it: written as JSON once, gathered to frames, and kept until the slowest has them.
// Whoever is too far behind is let go with a word; the run never waits for anybody.
import type { Clock } from '../../../conductor/ports.ts';
import { endsRun } from '../../../protocol/run-end.ts';
import type { TraceEvent } from '../../../protocol/trace.ts';
import { FRAME_MS, frameMsFor } from './frame-turns.ts';

/** Events kept for those who are behind: ten seconds of the busiest run, about 4 MB. */
const EVENTS_MAX = 20_000;
/** Characters of JSON kept for them. */
export const FEED_CHARS_MAX = 4_194_304;

/** One who follows the run. */
export interface Follower {
  /** How long it wants to be left alone, in ms; 0 takes a frame now. */
  wait(feed: RunFeed): number;
  take(frame: Buffer): void;
  /** It was too slow: events before `nextSeq` are not kept any more. Nothing follows. */
  onLost(nextSeq: number): void;
  /** It has everything, and the run is over. Nothing follows. */
  onEnd(): void;
}

export interface RunFeedOptions {
  readonly runId: string;
  /** The first event to hear. */
  readonly fromSeq: number;
  /** Begins to hear; each event once, in order. @returns what ends it */
  readonly subscribe: (fromSeq: number, listener: (event: TraceEvent) => void) => () => void;
  readonly clock: Clock;
  /** Nobody new may follow: the run is over, or nobody follows any more. */
  readonly onClosed: (feed: RunFeed) => void;
  readonly charsMax: number;
}

export class RunFeed {
  readonly #options: RunFeedOptions;
  /** Who follows, and the seq of the event each needs next. */
  readonly #followers = new Map<Follower, number>();
  /** JSON of the events from `#firstSeq` on. */
  #texts: string[] = [];
  #firstSeq: number;
  #chars = 0;
  #isOver = false;
  #flushedMs = Number.NEGATIVE_INFINITY;
  #cancelFlush: (() => void) | undefined;
  readonly #stop: () => void;

  constructor(options: RunFeedOptions) {
    this.#options = options;
    this.#firstSeq = options.fromSeq;
    this.#stop = options.subscribe(options.fromSeq, (event) => this.#hear(event));
  }

  /** Seq of the event that is heard next. */
  get nextSeq(): number {
    return this.#firstSeq + this.#texts.length;
  }

  /**
   * Follows from `fromSeq` on, which may be ahead of what was heard.
   * @returns false when events from there on are not kept any more: they are to be read from the store first
   */
  follow(follower: Follower, fromSeq: number): boolean {
    if (fromSeq < this.#firstSeq) return false;
    this.#followers.set(follower, fromSeq);
    if (this.#isOver || fromSeq < this.nextSeq) this.#flushSoon();
    return true;
  }

  unfollow(follower: Follower): void {
    if (this.#followers.delete(follower)) this.#closeWhenAlone();
  }

  #hear(event: TraceEvent): void {
    if (this.#isOver) return; // it was resumed, which another feed tells
    const text = JSON.stringify(event);
    this.#texts.push(text);
    this.#chars += text.length;
    if (this.#chars > this.#options.charsMax || this.#texts.length > EVENTS_MAX) this.#forget();
    this.#isOver = endsRun(event);
    if (this.#isOver) this.#options.onClosed(this);
    this.#flushSoon();
  }

  /** Lets go of the older half of what is kept: one by one every event would move all others. */
  #forget(): void {
    this.#drop(Math.ceil(this.#texts.length / 2));
    const lost = [...this.#followers].filter(([, nextSeq]) => nextSeq < this.#firstSeq);
    for (const [follower] of lost) {
      this.#followers.delete(follower);
      follower.onLost(this.nextSeq);
    }
    if (lost.length > 0) this.#closeWhenAlone();
  }

  #drop(count: number): void {
    if (count <= 0) return;
    for (const text of this.#texts.splice(0, count)) this.#chars -= text.length;
    this.#firstSeq += count;
  }

  /** At once when there was nothing for a frame's time, so that events stored together go together; else when that is over. */
  #flushSoon(): void {
    if (this.#cancelFlush !== undefined) return;
    const dueMs = this.#flushedMs + frameMsFor(this.#followers.size) - this.#options.clock.now();
    if (dueMs > 0) this.#flushAfter(dueMs);
    else this.#flushWithTurn();
  }

  #flushWithTurn(): void {
    let isCancelled = false;
    this.#cancelFlush = () => {
      isCancelled = true;
    };
    queueMicrotask(() => {
      if (!isCancelled) this.#flush();
    });
  }

  #flushAfter(delayMs: number): void {
    this.#cancelFlush = this.#options.clock.after(delayMs, () => this.#flush());
  }

  #flush(): void {
    this.#cancelFlush = undefined;
    this.#flushedMs = this.#options.clock.now();
    const frames = new Map<number, Buffer>();
    const { nextSeq } = this;
    let waitMs = Number.POSITIVE_INFINITY;
    let neededSeq = nextSeq;
    for (const [follower, fromSeq] of this.#followers) {
      let has = fromSeq;
      if (fromSeq < nextSeq) {
        const wait = follower.wait(this);
        if (wait > 0) waitMs = Math.min(waitMs, wait);
        else {
          follower.take(frames.get(fromSeq) ?? this.#frame(fromSeq, frames));
          has = nextSeq;
          this.#followers.set(follower, has);
        }
      }
      neededSeq = Math.min(neededSeq, has);
      if (this.#isOver && has >= nextSeq) {
        this.#followers.delete(follower);
        follower.onEnd();
      }
    }
    this.#drop(neededSeq - this.#firstSeq);
    this.#closeWhenAlone();
    if (waitMs !== Number.POSITIVE_INFINITY && this.#cancelFlush === undefined) this.#flushAgainAfter(waitMs);
  }

  /** For those who had to wait. The others are told then too, so where they are many nobody's wait makes that sooner. */
  #flushAgainAfter(waitMs: number): void {
    const frameMs = frameMsFor(this.#followers.size);
    this.#flushAfter(frameMs > FRAME_MS ? Math.max(waitMs, frameMs) : waitMs);
  }

  #frame(fromSeq: number, frames: Map<number, Buffer>): Buffer {
    const events = this.#texts.slice(fromSeq - this.#firstSeq).join(',');
    const frame = Buffer.from(
      `{"type":"trace_events","run_id":${JSON.stringify(this.#options.runId)},"events":[${events}]}`,
    );
    frames.set(fromSeq, frame);
    return frame;
  }

  #closeWhenAlone(): void {
    if (this.#followers.size > 0) return;
    this.#cancelFlush?.();
    this.#cancelFlush = undefined;
    this.#stop();
    this.#options.onClosed(this);
  }
}
