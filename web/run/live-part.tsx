// A part of a run's page that is drawn again as the run goes on, at its own pace and in a frame of its own.
import type { ComponentChildren } from 'preact';
import type { RunState } from '../../protocol/run-state.ts';
import { usePaced } from './paced.ts';
import type { RunSource } from './run-source.ts';

export interface LivePartProps {
  readonly source: RunSource;
  /** @param version goes up as the state changes in place (answer.tsx says why it is handed on) */
  readonly children: (state: RunState, version: number) => ComponentChildren;
}

export function LivePart({ source, children }: LivePartProps) {
  const version = usePaced(source.version);
  const state = source.state();
  return <>{state === undefined ? null : children(state, version)}</>;
}
