// The events of a run, fetched a page at a time as one scrolls to them; of a run that goes on, what comes behind is fetched too.
import { type Signal, signal } from '@preact/signals';
import type { TraceEvent } from '../../../protocol/trace.ts';
import { ApiError, read } from '../../api/client.ts';

const PAGE = 500;
/** Kept at once: events of a run may be millions, and the table of a browser is not for reading all of them. */
export const EVENTS_KEPT_MAX = 200_000;

export interface EventPages {
  readonly events: Signal<readonly TraceEvent[]>;
  readonly error: Signal<ApiError | undefined>;
  /** Fetches the next page, if there is one and none is being fetched. */
  more(): void;
  close(): void;
}

/** @param last the number of events that there are now */
export function eventPages(runId: string, last: () => number, fetchPage: typeof read = read): EventPages {
  const events = signal<readonly TraceEvent[]>([]);
  const error = signal<ApiError | undefined>(undefined);
  const until = new AbortController();
  let busy = false;
  const fetchNext = async () => {
    const from = events.peek().length;
    if (busy || from >= last() || from >= EVENTS_KEPT_MAX) return;
    busy = true;
    try {
      const path = `/api/runs/${encodeURIComponent(runId)}/events?from_seq=${from}&limit=${PAGE}`;
      const page = await fetchPage<{ events: TraceEvent[] }>(path, { signal: until.signal });
      events.value = [...events.peek(), ...page.events];
      error.value = undefined;
    } catch (thrown) {
      if (until.signal.aborted) return;
      error.value = thrown instanceof ApiError ? thrown : new ApiError(0, 'internal', String(thrown), '');
    } finally {
      busy = false;
    }
  };
  return {
    events,
    error,
    more: () => void fetchNext(),
    close: () => until.abort(),
  };
}
