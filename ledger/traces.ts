// Reading the events of a run back, in order and without gaps.
import { PylonError } from '../protocol/errors.ts';
import type { TraceEvent } from '../protocol/trace.ts';
import { eventsFrom } from './store/keys.ts';
import type { Store } from './store/store.ts';
import { decodeValue } from './store/values.ts';

/**
 * The stored events from `fromSeq` on, as far as the run had come when the reading began.
 * @throws PylonError `store-corrupt` when one is missing or damaged
 */
export async function* readEvents(store: Store, runId: string, fromSeq = 0): AsyncGenerator<TraceEvent> {
  let nextSeq = fromSeq;
  for await (const [key, bytes] of store.rows(eventsFrom(runId, fromSeq))) {
    const event = decodeValue(bytes, key) as TraceEvent;
    if (event.seq !== nextSeq)
      throw new PylonError('store-corrupt', { value: key, reason: `event ${nextSeq} of the run is missing` });
    nextSeq++;
    yield event;
  }
}
