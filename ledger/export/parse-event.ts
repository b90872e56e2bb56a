// One line of somebody's trace.jsonl, believed only when every field is known and fits the schema, and when
// the store gives back exactly what it was given.
import { canonicalJson } from '../../protocol/canonical.ts';
import { PylonError } from '../../protocol/errors.ts';
import { type TraceEvent, traceEventSchema } from '../../protocol/trace.ts';
import { decodeValue, encodeValue } from '../store/values.ts';

/** The last moment a Date can name, in unix ms. */
const TIME_MS_MAX = 8_640_000_000_000_000;

/** @param place named in errors, e.g. `trace.jsonl:17`. @throws PylonError `trace-invalid` */
export function parseEvent(line: string, place: string): TraceEvent {
  const invalid = (reason: string, cause?: unknown) => new PylonError('trace-invalid', { value: place, reason, cause });
  let raw: unknown;
  try {
    raw = JSON.parse(line);
  } catch (thrown) {
    throw invalid('a line of the trace is not JSON', thrown);
  }
  const parsed = traceEventSchema.safeParse(raw);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw invalid(`a line of the trace is not an event of version 1, ${issue?.path.join('.')}: ${issue?.message}`);
  }
  const event = raw as TraceEvent;
  if (!survives(parsed.data, event, place))
    throw invalid('an event holds fields this Pylon does not know, or text that is not Unicode');
  if (Math.abs(event.timestamp_ms) > TIME_MS_MAX) throw invalid('an event lies outside of time');
  return event;
}

/** Whether reading and storing keeps all of it. */
function survives(known: TraceEvent, event: TraceEvent, place: string): boolean {
  try {
    const stored = decodeValue(encodeValue(event), place);
    return canonicalJson(known) === canonicalJson(event) && JSON.stringify(stored) === JSON.stringify(event);
  } catch (thrown) {
    if (thrown instanceof RangeError) return false; // nested until the stack ends, in a field no event has
    throw thrown;
  }
}
