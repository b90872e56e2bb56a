// The part of the fold that says what an annotation changes, of a state and of a record alike: an annotated run's record follows
// from the record before it, so nobody reads a whole trace to file a run under another name.
import type { Annotation } from './annotation.ts';
import type { RunRecord } from './run.ts';
import type { RunState } from './run-state.ts';

function applyScores(scores: Map<string, number>, changes: Annotation['scores'] = {}): void {
  for (const [name, value] of Object.entries(changes)) {
    if (value === null) scores.delete(name);
    else scores.set(name, value);
  }
}

/** It is told behind the end of a run, and changes neither its times nor what it did. */
export function annotate(state: RunState, { experiment, scores, note }: Annotation): void {
  if (experiment !== undefined) state.experiment = experiment;
  if (note !== undefined) state.note = note;
  applyScores(state.scores, scores);
}

/** What of an annotation a record holds: nothing where there is nothing, so that records without one are as they always were. */
export function annotationOf(
  scores: ReadonlyMap<string, number>,
  note: string | null,
): Pick<RunRecord, 'scores' | 'note'> {
  return {
    ...(scores.size === 0 ? {} : { scores: Object.fromEntries(scores) }),
    ...(note === null ? {} : { note }),
  };
}

/** The record after the annotation: what `toRunRecord` gives of the state after it. */
export function annotatedRecord(record: RunRecord, annotation: Annotation): RunRecord {
  const { scores: before = {}, note: noteBefore = null, ...rest } = record;
  const { experiment = record.experiment, note = noteBefore } = annotation;
  const scores = new Map(Object.entries(before));
  applyScores(scores, annotation.scores);
  return { ...rest, experiment, ...annotationOf(scores, note) };
}
