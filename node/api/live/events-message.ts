// How events of a run are told, stored ones and live ones alike.

/** @param texts each event as JSON, in order. @returns a message for as many clients as need it */
export function eventsMessage(runId: string, texts: readonly string[]): Buffer {
  return Buffer.from(`{"type":"trace_events","run_id":${JSON.stringify(runId)},"events":[${texts.join(',')}]}`);
}
