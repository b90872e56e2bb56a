// Which queries an event changes: what lets a view follow a run at the cost of what happened, not of what there is.
import type { RunState } from '../../protocol/run-state.ts';
import type { TraceEvent } from '../../protocol/trace.ts';

/** @param before the state before the event is folded @returns ids of queries, which may not exist */
export function changedQueries(before: RunState | undefined, event: TraceEvent): readonly string[] {
  switch (event.type) {
    case 'SubQueryHedge':
      return [event.query_id, event.of];
    case 'VerifyRedundant':
      return [...(event.agreeing ?? []), ...(event.dissenting ?? [])];
    case 'VerifyAccept':
    case 'VerifyReopen': {
      // What was the chunk's answer until now is not any more.
      const earlier = before?.chunks[event.chunk]?.answer;
      const now = event.type === 'VerifyAccept' ? [event.query_id] : [];
      return earlier === undefined ? now : [earlier, ...now];
    }
    default:
      return 'query_id' in event && event.query_id !== undefined ? [event.query_id] : [];
  }
}
