// Where a run's trace ends, and where it may go on all the same: a run whose process died, or that somebody interrupted, can be
// resumed, and then its trace goes on behind that end.
import type { RunError } from './run.ts';
import type { TraceEvent } from './trace.ts';

type EndEvent = Extract<TraceEvent, { type: 'RunDone' | 'RunFailed' }>;

export function endsRun(event: TraceEvent): event is EndEvent {
  return event.type === 'RunDone' || event.type === 'RunFailed';
}

/** True where the run is over once this was told: at its end, and at what is said of it behind its end. */
export function isOverAfter(event: TraceEvent): boolean {
  return endsRun(event) || event.type === 'RunAnnotate';
}

/** True for the one kind of end that RunResume may follow. @param error of the end */
export function isInterruption(error: RunError | null | undefined): boolean {
  return error?.code === 'interrupted';
}

/** True where nothing can follow, whatever happens. */
export function isFinalEnd(event: TraceEvent): boolean {
  return endsRun(event) && !isInterruption(event.error);
}
