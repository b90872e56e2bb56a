// The part of the fold that counts how often a chunk had to be asked again because no answer that counts had come. Replicas of a vote,
// hedges beside a job that is late, canaries and our own answers are none of it.
import type { QueryState, RunState } from './run-state.ts';
import type { TraceEvent } from './trace.ts';

/** A query of the swarm ended without an answer. */
export function noteUnanswered(state: RunState, query: QueryState): void {
  if (query.venue === 'Local' || query.canary) return;
  state.unanswered.set(query.chunk, (state.unanswered.get(query.chunk) ?? 0) + 1);
}

type GateVerdict = Extract<TraceEvent, { type: 'VerifyObjective' | 'VerifyValidated' }>;

/** What the gate of the tier says of an answer: one that did not pass is no answer. */
export function noteVerdict(state: RunState, { verdict, query_id: queryId = '' }: GateVerdict): void {
  const query = state.queries.get(queryId);
  if (query !== undefined && (verdict === 'rejected' || verdict === 'refuted')) noteUnanswered(state, query);
}

/** A query was submitted: it is a retry when one of its chunk had no answer that nobody was asked for since. */
export function noteAsked(state: RunState, query: QueryState): void {
  const unanswered = state.unanswered.get(query.chunk);
  if (unanswered === undefined || query.venue === 'Local' || query.canary) return;
  query.reason = 'retry';
  if (unanswered === 1) state.unanswered.delete(query.chunk);
  else state.unanswered.set(query.chunk, unanswered - 1);
}

/** A query just submitted is one beside another that is late. */
export function noteHedge(state: RunState, queryId: string, lateId: string): void {
  const query = state.queries.get(queryId);
  if (query === undefined) return;
  if (query.reason === 'retry') noteUnanswered(state, query);
  query.reason = 'hedge';
  query.hedge_of = lateId;
}
