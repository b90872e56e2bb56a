// The runs being written now, each folded as far as it was accepted. Accepting is where a trace is held to
// its form: it begins with RunInit, counts without gaps, and ends with RunDone or RunFailed.
import { PylonError } from '../../protocol/errors.ts';
import { foldEvent, type RunState } from '../../protocol/fold.ts';
import { endsRun, isInterruption } from '../../protocol/run-end.ts';
import type { TraceEvent } from '../../protocol/trace.ts';
import { isUlid } from '../../protocol/ulid.ts';
import { changesOf } from '../leaderboard/fold.ts';
import type { Rollups } from '../leaderboard/rollups.ts';
import type { Reputations } from '../reputation.ts';

/** What may follow the state: RunResume the end of an interrupted run, RunAnnotate any end; anything else a run that goes on. */
function mayFollow(state: RunState, event: TraceEvent): boolean {
  const goesOn = state.status === 'running';
  if (event.type === 'RunAnnotate') return !goesOn;
  return event.type === 'RunResume' ? !goesOn && isInterruption(state.error) : goesOn;
}

/**
 * The state after exactly the next event; unlike `foldEvent` an event seen before is refused, and so is one
 * after the end. @throws PylonError `trace-invalid`
 */
export function foldNext(state: RunState | undefined, event: TraceEvent): RunState {
  if (state !== undefined && event.type === 'RunResume' && !mayFollow(state, event))
    throw invalid(event, `the run was not interrupted, and is resumed at seq ${event.seq}`);
  if (state !== undefined && event.type === 'RunAnnotate' && !mayFollow(state, event))
    throw invalid(event, `the run goes on, and is annotated at seq ${event.seq}`);
  if (state !== undefined && !mayFollow(state, event))
    throw invalid(event, `the run ended before seq ${event.seq} (${event.type})`);
  if (state !== undefined && event.seq < state.next_seq)
    throw invalid(event, `seq ${event.seq} of the trace was written before`);
  return foldEvent(state, event);
}

/** The run cannot be resumed: somebody works on it. */
export function goesOn(runId: string): PylonError {
  return new PylonError('run-not-resumable', {
    value: runId,
    reason: 'the run still goes on',
    next: 'wait for its end',
  });
}

function invalid(event: TraceEvent, reason: string): PylonError {
  return new PylonError('trace-invalid', { value: event.run_id, reason });
}

/** What every journal tells of the runs it writes now. */
export interface LiveRuns {
  /** The run's state while it is being written; undefined before and after. Changes as events come: read, don't keep. */
  state(runId: string): RunState | undefined;
}

export class RunStates implements LiveRuns {
  readonly #states = new Map<string, RunState>();
  /** As they were interrupted, to be resumed by the next event. */
  readonly #interrupted = new Map<string, RunState>();

  state(runId: string): RunState | undefined {
    return this.#states.get(runId);
  }

  /** It goes on, or is about to. */
  isWritten(runId: string): boolean {
    return this.#states.has(runId) || this.#interrupted.has(runId);
  }

  ids(): string[] {
    return [...this.#states.keys()];
  }

  /** The next event of this run is RunResume. */
  takeUp(state: RunState): void {
    this.#interrupted.set(state.id, state);
  }

  /**
   * Takes the next events of one run; all of them, or none when one is out of order.
   * @param rollups with `reputations` gather what the events say about providers
   * @throws PylonError `trace-invalid`
   */
  accept(
    events: readonly TraceEvent[],
    rollups: Pick<Rollups, 'add'>,
    reputations: Pick<Reputations, 'see'>,
  ): RunState {
    const [first] = events;
    if (first === undefined) throw new PylonError('trace-invalid', { reason: 'there is nothing to commit' });
    if (!isUlid(first.run_id)) throw invalid(first, 'a run id is a ULID');
    let state = this.#states.get(first.run_id) ?? this.#interrupted.get(first.run_id);
    this.#assertOrder(events, first, state);
    for (const event of events) {
      const changes = state === undefined ? [] : changesOf(state, event);
      state = foldNext(state, event);
      for (const change of changes) rollups.add(change);
      reputations.see(state, event);
    }
    if (state === undefined) throw invalid(first, 'the trace is empty');
    this.#states.set(first.run_id, state);
    this.#interrupted.delete(first.run_id);
    return state;
  }

  forget(runId: string): void {
    this.#states.delete(runId);
  }

  clear(): void {
    this.#states.clear();
  }

  #assertOrder(events: readonly TraceEvent[], first: TraceEvent, state: RunState | undefined): void {
    const nextSeq = state?.next_seq ?? 0;
    for (const [index, event] of events.entries()) {
      if (event.run_id !== first.run_id) throw invalid(event, `events of two runs (${first.run_id}) in one commit`);
      if (event.seq !== nextSeq + index)
        throw invalid(event, `seq ${event.seq} came where seq ${nextSeq + index} is next`);
      if (endsRun(event) && index < events.length - 1) throw invalid(event, 'nothing follows the end of a run');
    }
  }
}
