// Follows one run: first what is stored, then what comes, each event exactly once and in order, however the
// two overlap.
import { type PylonError, toPylonError } from '../protocol/errors.ts';
import { endsRun, isOverAfter } from '../protocol/run-end.ts';
import type { TraceEvent } from '../protocol/trace.ts';
import type { EventListener } from './writing/listeners.ts';

/** Where a run's events are read and heard. */
export interface EventSource {
  events(runId: string, fromSeq: number): AsyncIterable<TraceEvent>;
  subscribe(listener: EventListener): () => void;
}

export interface Following {
  readonly runId: string;
  readonly fromSeq: number;
  /** Must not block or throw. Nothing follows RunDone or RunFailed but what was told behind them by then: RunResume, RunAnnotate. */
  readonly listener: (event: TraceEvent) => void;
  /** Called at most once, and then nothing follows: `run-unknown`, `store-corrupt`. */
  readonly onFailure: (error: PylonError) => void;
}

/** @returns a function that ends it */
export function followRun(source: EventSource, { runId, fromSeq, listener, onFailure }: Following): () => void {
  let nextSeq = fromSeq;
  let over = false;
  /** The run was over at the last event that was delivered. */
  let atEnd = false;
  /** What came while the stored events were read; undefined once they are. */
  let waiting: TraceEvent[] | undefined = [];
  const stop = () => {
    over = true;
    unsubscribe();
  };
  const deliver = (event: TraceEvent) => {
    if (over || event.seq < nextSeq) return;
    nextSeq = event.seq + 1;
    atEnd = isOverAfter(event);
    if (endsRun(event) && waiting === undefined) stop();
    listener(event);
  };
  const unsubscribe = source.subscribe((events) => {
    for (const event of events) {
      if (event.run_id !== runId) continue;
      if (waiting === undefined) deliver(event);
      else waiting.push(event);
    }
  });
  const replay = async () => {
    for await (const event of source.events(runId, fromSeq)) {
      if (over) return;
      deliver(event);
    }
    for (const event of waiting ?? []) deliver(event);
    waiting = undefined;
    if (atEnd) stop();
  };
  replay().catch((thrown: unknown) => {
    if (over) return;
    stop();
    onFailure(toPylonError(thrown));
  });
  return stop;
}
