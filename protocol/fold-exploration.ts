// The part of the fold that follows an exploration: what it asked of parts of the input, what it showed, what it searched.
import type { RunState } from './run-state.ts';
import type { TraceEvent } from './trace.ts';

/** More fan-outs of one run than this are counted by their chunks alone. */
const FAN_OUTS_MAX = 256;
/** A window of a model holds no more parts than this; what a stranger's trace has beyond them is not kept. */
const SHOWN_MAX = 4_096;

type ExplorationEvent = Extract<TraceEvent, { type: 'EnvFanOut' | 'EnvShow' | 'RlmIteration' }>;

export function explore(state: RunState, event: ExplorationEvent): void {
  switch (event.type) {
    case 'EnvFanOut': {
      const { pass, question, first_chunk, bytes_given } = event;
      if (state.fan_outs.length < FAN_OUTS_MAX) state.fan_outs.push({ pass, question, first_chunk, bytes_given });
      break;
    }
    case 'EnvShow':
      if (state.shown.length < SHOWN_MAX) state.shown.push(event.span);
      break;
    case 'RlmIteration':
      state.iterations++;
      state.bytes_searched = Math.max(state.bytes_searched, event.bytes_searched ?? 0);
  }
}
