// Runs that were interrupted and can go on: what is known of one, and which wait for it. What they have to go on with is their
// trace, the request that asked for them, and what their budget had come to.
import { PylonError } from '../protocol/errors.ts';
import { foldEvent, type RunState } from '../protocol/fold.ts';
import { isInterruption } from '../protocol/run-end.ts';
import type { TraceEvent } from '../protocol/trace.ts';
import { type ClosedBudget, closedBudget } from './book/closed-budget.ts';
import { ALL_DEATHS, lastPart, requestKey, runKey } from './store/keys.ts';
import type { Store } from './store/store.ts';
import { readEvents } from './traces.ts';
import { goesOn, type LiveRuns } from './writing/live-runs.ts';

export interface InterruptedRun {
  readonly state: RunState;
  /** As it was given to `RunJournal.keepRequest`. */
  readonly request: unknown;
  readonly budget: ClosedBudget;
}

export interface DeadRun {
  readonly runId: string;
  /** Processes that died while they worked on it. */
  readonly deaths: number;
}

function refused(runId: string, reason: string, next: string): PylonError {
  return new PylonError('run-not-resumable', { value: runId, reason, next });
}

function assertInterrupted({ id, status, error }: RunState): void {
  if (status === 'running') throw goesOn(id);
  if (isInterruption(error)) return;
  const reason = error === null ? 'the run is done' : `the run ended by itself: ${error.code}`;
  throw refused(id, reason, 'ask again for a new run');
}

/**
 * What there is to go on with.
 * @param observe gets every event of the trace, in order
 * @throws PylonError `run-unknown` | `run-not-resumable` | `store-corrupt`
 */
export async function readInterrupted(
  store: Store,
  live: LiveRuns,
  runId: string,
  observe: (event: TraceEvent) => void,
): Promise<InterruptedRun> {
  if (live.state(runId) !== undefined) throw goesOn(runId);
  if (!store.has(runKey(runId))) throw new PylonError('run-unknown', { value: runId });
  let state: RunState | undefined;
  for await (const event of readEvents(store, runId)) {
    state = foldEvent(state, event);
    observe(event);
  }
  if (state === undefined) throw new PylonError('store-corrupt', { value: runId, reason: 'a run has no events' });
  assertInterrupted(state);
  const request = await store.value(requestKey(runId));
  if (request === undefined)
    throw refused(runId, 'it is not known where its input is: it was imported, or an older Pylon made it', 'ask again');
  return { state, request, budget: await closedBudget(store, runId) };
}

/** Runs whose process died, oldest first. */
export async function* deadRuns(store: Store): AsyncGenerator<DeadRun> {
  for await (const key of store.keys(ALL_DEATHS))
    yield { runId: lastPart(key), deaths: (await store.value(key)) as number };
}
