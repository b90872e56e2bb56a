// What is stored of a run, sent as fast as one client takes it.
import { isOverAfter } from '../../../protocol/run-end.ts';
import type { TraceEvent } from '../../../protocol/trace.ts';
import type { RunLibrary } from '../../engine/port.ts';

/** Events of one message: some 100 KB, which the browser folds in less than a frame. */
const EVENTS_PER_MESSAGE = 256;

export interface Replay {
  readonly runs: Pick<RunLibrary, 'events' | 'get'>;
  /** A whole id. */
  readonly runId: string;
  readonly fromSeq: number;
  readonly signal: AbortSignal;
  /** Resolves when there is room for more. */
  readonly send: (message: object) => Promise<void>;
}

/**
 * Sends the events from `fromSeq` on, as far as they are stored. Behind its end a run may have been resumed meanwhile, so at an end it
 * looks again.
 * @returns from where on the run goes on; undefined when it is over, or was aborted
 */
export async function replay({ runs, runId, fromSeq, signal, send }: Replay): Promise<number | undefined> {
  let [nextSeq, atEnd] = [fromSeq, false];
  for (let readTo = -1; readTo < nextSeq; ) {
    readTo = nextSeq;
    let events: TraceEvent[] = [];
    const sendThem = async () => {
      if (events.length > 0) await send({ type: 'trace_events', run_id: runId, events });
      events = [];
    };
    // The one before tells whether the run was over by then: what it says of itself now may not be stored yet.
    for await (const event of runs.events(runId, Math.max(0, nextSeq - 1))) {
      if (signal.aborted) return undefined;
      atEnd = isOverAfter(event);
      if (event.seq < nextSeq) continue;
      nextSeq = event.seq + 1;
      events.push(event);
      if (events.length >= EVENTS_PER_MESSAGE) await sendThem();
    }
    if (signal.aborted) return undefined;
    await sendThem();
    if (!atEnd) return nextSeq;
  }
  const record = await runs.get(runId);
  return record?.status === 'running' ? nextSeq : undefined;
}
