// The run that is shown: the live feed, with what its views need beside it: which queries changed, and what time it is for the run.
import { type ReadonlySignal, signal } from '@preact/signals';
import type { RunState } from '../../protocol/fold.ts';
import { countsOf, type RunCounts } from '../../protocol/run-metrics.ts';
import { ApiError } from '../api/client.ts';
import { openRunFeed } from '../live/live.ts';
import type { FeedPhase } from '../live/run-feed.ts';
import { changedQueries } from './changed-queries.ts';

/** Ids of the queries that changed, or `all` where the state is a new one. */
export type Change = ReadonlySet<string> | 'all';

export interface RunSource {
  /** Undefined until the first of it is there. Changed in place: ask `version` whether. */
  readonly state: () => RunState | undefined;
  /** Whether the first of it is there. */
  readonly opened: ReadonlySignal<boolean>;
  /** Goes up with every batch of events. */
  readonly version: ReadonlySignal<number>;
  readonly phase: ReadonlySignal<FeedPhase>;
  /** Why nothing comes; call it where signals are followed. */
  readonly error: () => ApiError | undefined;
  /** The run's own time, in ms since 1970: that of its last event, and going on while it runs. */
  readonly now: () => number;
  /** Counted once a version, whoever asks. O(queries). */
  readonly counts: (state: RunState) => RunCounts;
  onChange(listener: (change: Change) => void): () => void;
  /** Asks again: after a failure, or when the run goes on. */
  look(): void;
  close(): void;
}

function apiError(error: Error): ApiError {
  return error instanceof ApiError ? error : new ApiError(0, 'internal', error.message, '');
}

/** Begins at once. @param runId a whole id */
export function openRun(runId: string): RunSource {
  let changed = new Set<string>();
  /** How far the run's time is ahead of the page's: as far as its events showed. */
  let aheadMs = Number.NEGATIVE_INFINITY;
  const feed = openRunFeed(runId, (before, event) => {
    for (const id of changedQueries(before, event)) changed.add(id);
  });
  const listeners = new Set<(change: Change) => void>();
  const opened = signal(false);
  let counted: { readonly version: number; readonly counts: RunCounts } | undefined;
  feed.onChange((news) => {
    const change = news === 'all' ? news : changed;
    changed = new Set();
    opened.value = feed.state !== undefined;
    if (feed.state !== undefined) aheadMs = Math.max(aheadMs, feed.state.updated_ms - performance.now());
    for (const listener of listeners) listener(change);
  });
  return {
    state: () => feed.state,
    opened,
    version: feed.version,
    phase: feed.phase,
    error: () => (feed.error.value === undefined ? undefined : apiError(feed.error.value)),
    now() {
      const { state } = feed;
      if (state === undefined) return 0;
      return state.status === 'running' ? Math.max(state.updated_ms, performance.now() + aheadMs) : state.updated_ms;
    },
    counts(state) {
      const version = feed.version.peek();
      if (counted?.version !== version) counted = { version, counts: countsOf(state) };
      return counted.counts;
    },
    onChange(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    look: () => feed.look(),
    close: () => feed.close(),
  };
}
