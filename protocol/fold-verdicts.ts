// The part of the fold that follows what is said of answers: by the gates of a tier, by their replicas, and by canaries.
import { noteVerdict } from './fold-again.ts';
import { acceptAnswer, rejectAnswers, reopenChunk, wrongIn } from './fold-answers.ts';
import type { QueryVerdict, RunState } from './run-state.ts';
import type { TraceEvent } from './trace.ts';
import { addUsage } from './usage.ts';

type VerdictEvent = Extract<TraceEvent, { type: `Verify${string}` }>;
type Verify<Kind extends string> = Extract<VerdictEvent, { type: `Verify${Kind}` }>;

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
function noteExamined(state: RunState, event: Verify<'Objective' | 'Validated'>): void {
  if ('usage' in event && event.usage !== undefined) state.usage = addUsage(state.usage, event.usage);
  noteVerdict(state, event);
  mark(state, event.query_id, verdictOf(event.verdict));
}

/** The answers of a chunk were compared. A canary is compared with what is known, which tells nothing of its chunk. */
function noteCompared(state: RunState, event: Verify<'Redundant'>): void {
  const verdict = verdictOf(event.verdict);
  for (const id of event.agreeing ?? []) mark(state, id, verdict);
  for (const id of event.dissenting ?? []) mark(state, id, 'undecided');
  for (const id of wrongIn(event)) mark(state, id, 'rejected');
  const chunk = state.chunks[event.chunk];
  if (chunk !== undefined && verdict !== 'canary') chunk.agreement = { n: event.n, m: event.m, verdict };
}

/** It counts from now on, whoever had said so. */
function noteAccepted(state: RunState, event: Verify<'Accept'>): void {
  const said = state.queries.get(event.query_id)?.verdict;
  if (said !== 'local' && said !== 'confirmed') mark(state, event.query_id, 'accepted');
}

/** What was accepted of the chunk does not count any more. Call it before the answer is withdrawn. */
function noteReopened(state: RunState, event: Verify<'Reopen'>): void {
  mark(state, state.chunks[event.chunk]?.answer, 'withdrawn');
}

export function isVerdict(event: TraceEvent): event is VerdictEvent {
  return event.type.startsWith('Verify');
}

export function applyVerdict(state: RunState, event: VerdictEvent): void {
  switch (event.type) {
    case 'VerifyRedundant':
      rejectAnswers(state, event);
      noteCompared(state, event);
      break;
    case 'VerifyAccept':
      acceptAnswer(state, event);
      noteAccepted(state, event);
      break;
    case 'VerifyReopen':
      noteReopened(state, event);
      reopenChunk(state, event);
      break;
    default:
      noteExamined(state, event);
  }
}
