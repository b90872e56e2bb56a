// The feeds of the runs that somebody follows now, one for each run, however many follow it.
import type { Clock } from '../../../conductor/ports.ts';
import type { ServedEngine } from '../../engine/port.ts';
import { FEED_CHARS_MAX, type Follower, RunFeed } from './run-feed.ts';

export class RunFeeds {
  readonly #engine: Pick<ServedEngine, 'subscribe'>;
  readonly #clock: Clock;
  readonly #charsMax: number;
  readonly #feeds = new Map<string, RunFeed>();

  /** @param charsMax what is kept of one run for those who are behind */
  constructor(engine: Pick<ServedEngine, 'subscribe'>, clock: Clock, charsMax = FEED_CHARS_MAX) {
    this.#engine = engine;
    this.#clock = clock;
    this.#charsMax = charsMax;
  }

  /**
   * Follows a run that goes on, from an event on that is not stored yet or was only just.
   * @returns the feed; undefined when what follows is in the store by now
   */
  follow(runId: string, fromSeq: number, follower: Follower): RunFeed | undefined {
    const feed = this.#feeds.get(runId) ?? this.#open(runId, fromSeq);
    return feed.follow(follower, fromSeq) ? feed : undefined;
  }

  #open(runId: string, fromSeq: number): RunFeed {
    const feed = new RunFeed({
      runId,
      fromSeq,
      subscribe: (seq, listener) => this.#engine.subscribe(runId, seq, listener),
      clock: this.#clock,
      onClosed: (closed) => {
        if (this.#feeds.get(runId) === closed) this.#feeds.delete(runId);
      },
      charsMax: this.#charsMax,
    });
    this.#feeds.set(runId, feed);
    return feed;
  }
}
