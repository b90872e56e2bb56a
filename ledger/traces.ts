// The events of a run in the store: a row holds those that were committed together, under the seq of the first,
// because a row costs LevelDB far more than an event does. Reading gives them back one by one, without gaps.
import { PylonError } from '../protocol/errors.ts';
import type { TraceEvent } from '../protocol/trace.ts';
import { receiptRows } from './receipt-rows.ts';
import { ALL_EVENTS, blobUseKey, eventKey, eventsFrom } from './store/keys.ts';
import { EMPTY, put, type Row, type Store } from './store/store.ts';
import { decodeValue, encodeValue } from './store/values.ts';

/** Bounds what reading one event takes into memory. */
const ROW_EVENTS_MAX = 256;

/** The rows of consecutive events of one run, those that tie payloads to it, and those by which its receipts are found. */
export function eventRows(events: readonly TraceEvent[]): Row[] {
  const rows: Row[] = [];
  for (let begin = 0; begin < events.length; begin += ROW_EVENTS_MAX) {
    const together = events.length <= ROW_EVENTS_MAX ? events : events.slice(begin, begin + ROW_EVENTS_MAX);
    const first = together[0]!;
    rows.push(put(eventKey(first.run_id, first.seq), encodeValue(together)));
  }
  for (const event of events) {
    for (const hash of payloadsOf(event)) rows.push(put(blobUseKey(hash, event.run_id), EMPTY));
    if (event.type === 'Predict') rows.push(...receiptRows(event));
  }
  return rows;
}

const NONE: readonly string[] = [];

/** The hashes of the payloads that an event names: an answer, a receipt, an exploration with its parts, a step of one. */
export function payloadsOf(event: TraceEvent): readonly string[] {
  if ('output_hash' in event) return event.output_hash === undefined ? NONE : [event.output_hash];
  if (event.type === 'RlmIteration') return event.step_hash === undefined ? NONE : [event.step_hash];
  if (event.type !== 'Predict') return NONE;
  const { receipt_hash, trace_hash, trace_parts = NONE } = event;
  return [receipt_hash, trace_hash, ...trace_parts].filter((hash) => hash !== undefined);
}

/** The rows of a run, or of all, as they are: key, and its events in order. @throws PylonError `store-corrupt` */
export async function* readEventRows(
  store: Store,
  runId?: string,
): AsyncGenerator<readonly [key: string, events: readonly TraceEvent[]]> {
  const range = runId === undefined ? ALL_EVENTS : eventsFrom(runId, 0);
  for await (const [key, bytes] of store.rows(range)) yield [key, eventsOf(key, bytes)];
}

/**
 * The stored events from `fromSeq` on, as far as the run had come when the reading began.
 * @throws PylonError `store-corrupt` when one is missing or damaged
 */
export async function* readEvents(store: Store, runId: string, fromSeq = 0): AsyncGenerator<TraceEvent> {
  let nextSeq = fromSeq;
  const range = { ...eventsFrom(runId, 0), gte: await rowOf(store, runId, fromSeq) };
  for await (const [key, bytes] of store.rows(range)) {
    for (const event of eventsOf(key, bytes)) {
      if (event.seq < fromSeq) continue;
      if (event.seq !== nextSeq)
        throw new PylonError('store-corrupt', { value: key, reason: `event ${nextSeq} of the run is missing` });
      nextSeq++;
      yield event;
    }
  }
}

/** The latest event that is stored of a run; undefined where there is none. @throws PylonError `store-corrupt` */
export async function lastEvent(store: Store, runId: string): Promise<TraceEvent | undefined> {
  for await (const [key, bytes] of store.rows(eventsFrom(runId, 0), { reverse: true, limit: 1 }))
    return eventsOf(key, bytes).at(-1);
  return undefined;
}

/** Key of the row that holds the event, or the key it would have. */
async function rowOf(store: Store, runId: string, seq: number): Promise<string> {
  const own = eventKey(runId, seq);
  const before = { gte: eventKey(runId, 0), lt: `${own}~` };
  for await (const key of store.keys(before, { reverse: true, limit: 1 })) return key;
  return own;
}

function eventsOf(key: string, bytes: Uint8Array): readonly TraceEvent[] {
  const events = decodeValue(bytes, key);
  if (Array.isArray(events)) return events;
  throw new PylonError('store-corrupt', { value: key, reason: 'a row of events holds something else' });
}
