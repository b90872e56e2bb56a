// The part of the fold that knows which answer is a chunk's: the first that comes, or, in tiers that check answers, the one that
// was accepted, until its provider is caught.
import type { RunConfig } from './run.ts';
import type { QueryState, RunState } from './run-state.ts';
import type { TraceEvent } from './trace.ts';

/** In tiers that check answers one counts when `VerifyAccept` says so; else the first one that comes counts. */
export function tellsAccepted({ verification }: RunConfig): boolean {
  return verification !== 'none';
}

/** The query's answer is the chunk's from now on. */
export function countAnswer(state: RunState, query: QueryState): void {
  state.findings += query.findings;
  const chunk = state.chunks[query.chunk];
  if (chunk === undefined) return;
  if (!chunk.answered && query.venue === 'Local') state.chunks_local++;
  chunk.answered = true;
  chunk.answer = query.id;
}

export function acceptAnswer(state: RunState, event: Extract<TraceEvent, { type: 'VerifyAccept' }>): void {
  const query = state.queries.get(event.query_id);
  if (query === undefined) return;
  withdrawAnswer(state, query.chunk); // accepted again, or another one in its place
  countAnswer(state, query);
}

/** The chunk is as if it had never been answered. */
export function reopenChunk(state: RunState, event: Extract<TraceEvent, { type: 'VerifyReopen' }>): void {
  withdrawAnswer(state, event.chunk);
}

function withdrawAnswer(state: RunState, index: number): void {
  const chunk = state.chunks[index];
  if (chunk === undefined || !chunk.answered) return;
  const query = state.queries.get(chunk.answer ?? '');
  if (query?.venue === 'Local') state.chunks_local--;
  state.findings -= query?.findings ?? 0;
  chunk.answered = false;
  chunk.answer = undefined;
}
