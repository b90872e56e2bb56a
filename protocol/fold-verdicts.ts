// The part of the fold that keeps what was said of answers: by the gates of a tier, by their replicas, and by canaries.
import { wrongIn } from './fold-answers.ts';
import type { QueryVerdict, RunState } from './run-state.ts';
import type { TraceEvent } from './trace.ts';

type Verify<Kind extends string> = Extract<TraceEvent, { type: `Verify${Kind}` }>;

const KNOWN: ReadonlySet<string> = new Set<QueryVerdict>([
  'accepted',
  'local',
  'confirmed',
  'canary',
  'rejected',
  'refuted',
  'withdrawn',
  'undecided',
  'unavailable',
]);

/** A word of a trace that somebody else may have written. */
function verdictOf(word: string): QueryVerdict {
  return KNOWN.has(word) ? (word as QueryVerdict) : 'undecided';
}

function mark(state: RunState, queryId: string | undefined, verdict: QueryVerdict): void {
  const query = queryId === undefined ? undefined : state.queries.get(queryId);
  if (query !== undefined) query.verdict = verdict;
}

/** A gate of the tier examined one answer. */
export function noteExamined(state: RunState, event: Verify<'Objective' | 'Validated'>): void {
  mark(state, event.query_id, verdictOf(event.verdict));
}

/** The answers of a chunk were compared. A canary is compared with what is known, which tells nothing of its chunk. */
export function noteCompared(state: RunState, event: Verify<'Redundant'>): void {
  const verdict = verdictOf(event.verdict);
  for (const id of event.agreeing ?? []) mark(state, id, verdict);
  for (const id of event.dissenting ?? []) mark(state, id, 'undecided');
  for (const id of wrongIn(event)) mark(state, id, 'rejected');
  const chunk = state.chunks[event.chunk];
  if (chunk !== undefined && verdict !== 'canary') chunk.agreement = { n: event.n, m: event.m, verdict };
}

/** It counts from now on, whoever had said so. */
export function noteAccepted(state: RunState, event: Verify<'Accept'>): void {
  const said = state.queries.get(event.query_id)?.verdict;
  if (said !== 'local' && said !== 'confirmed') mark(state, event.query_id, 'accepted');
}

/** What was accepted of the chunk does not count any more. Call it before the answer is withdrawn. */
export function noteReopened(state: RunState, event: Verify<'Reopen'>): void {
  mark(state, state.chunks[event.chunk]?.answer, 'withdrawn');
}
