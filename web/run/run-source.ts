// The run that is shown: its state, kept up with its events for as long as the view is open, and who wants to hear of changes.
import { type Signal, signal } from '@preact/signals';
import { foldEvent, type RunState } from '../../protocol/fold.ts';
import { decodeSnapshot, type RunSnapshot } from '../../protocol/snapshot.ts';
import type { TraceEvent } from '../../protocol/trace.ts';
import { ApiError, read } from '../api/client.ts';
import { changedQueries } from './changed-queries.ts';

/** Ids of the queries that changed, or `all` where the state is a new one. */
export type Change = ReadonlySet<string> | 'all';

export interface RunSource {
  /** Undefined until the first of it is there. Changed in place: ask `version` whether. */
  readonly state: () => RunState | undefined;
  /** Goes up with every batch of events. */
  readonly version: Signal<number>;
  readonly error: Signal<ApiError | undefined>;
  /** The run's own time, in ms since 1970: that of its last event, and going on while it runs. */
  readonly now: () => number;
  onChange(listener: (change: Change) => void): () => void;
  /** Asks again: after a failure, or when the run goes on. */
  look(): void;
  close(): void;
}

const EVENTS_A_PAGE = 5_000;
/** Between two looks at a run that goes on. */
const POLL_MS = 250;

/** Begins at once. */
export function openRun(runId: string): RunSource {
  let state: RunState | undefined;
  let closed = false;
  let aheadMs = Number.NEGATIVE_INFINITY;
  const version = signal(0);
  const error = signal<ApiError | undefined>(undefined);
  const listeners = new Set<(change: Change) => void>();

  const told = (change: Change) => {
    if (state !== undefined) aheadMs = Math.max(aheadMs, state.updated_ms - performance.now());
    version.value++;
    for (const listener of listeners) listener(change);
  };

  const take = (events: readonly TraceEvent[]) => {
    const changed = new Set<string>();
    for (const event of events) {
      for (const id of changedQueries(state, event)) changed.add(id);
      state = foldEvent(state, event);
    }
    told(changed);
  };

  const follow = async () => {
    try {
      if (state === undefined) {
        const snapshot = await read<RunSnapshot>(`/api/runs/${encodeURIComponent(runId)}/snapshot`);
        if (closed) return;
        state = decodeSnapshot(snapshot);
        told('all');
      }
      const from = state?.next_seq ?? 0;
      const path = `/api/runs/${encodeURIComponent(runId)}/events?from_seq=${from}&limit=${EVENTS_A_PAGE}`;
      const { events } = await read<{ events: TraceEvent[] }>(path);
      if (closed) return;
      if (events.length > 0) take(events);
      error.value = undefined;
      if (events.length === EVENTS_A_PAGE) void follow();
      else if (state?.status === 'running') setTimeout(() => void follow(), POLL_MS);
    } catch (thrown) {
      if (!closed) error.value = thrown instanceof ApiError ? thrown : new ApiError(0, 'internal', String(thrown), '');
    }
  };
  void follow();

  return {
    state: () => state,
    version,
    error,
    now() {
      if (state === undefined) return 0;
      return state.status === 'running' ? Math.max(state.updated_ms, performance.now() + aheadMs) : state.updated_ms;
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    look: () => void follow(),
    close() {
      closed = true;
    },
  };
}
