// What an exploration did, as names that can be compared: the same kind of step has the same name, and steps repeated in a row stand once.
import type { Action } from '../../conductor/predict/rlm/actions.ts';
import type { Operation } from './retrace.ts';

/** As `Search:bm25` or `Compute:filter,count`. */
export function nameOf(action: Action): string {
  switch (action.action) {
    case 'Search':
      return `Search:${action.mode ?? 'literal'}${action.over === undefined ? '' : ':within'}`;
    case 'Load':
      return `Load:${action.ref !== undefined ? 'row' : action.startLine !== undefined ? 'lines' : 'bytes'}`;
    case 'Compute':
      return `Compute:${action.steps.map(({ op }) => op).join(',')}`;
    case 'ExtractOverChunks':
      return `ExtractOverChunks:${action.fields === undefined ? 'quotes' : 'records'}${action.over === undefined ? '' : ':within'}`;
    case 'SubLm':
      return action.explore === true ? 'SubLm:explore' : 'SubLm';
    case 'ToolCall':
      return `ToolCall:${action.tool}`;
    default:
      return action.action;
  }
}

/** Steps of one name in a row. */
export interface Stretch {
  readonly name: string;
  readonly times: number;
  /** Rows that the last of them brought. */
  readonly rows: number;
}

export function stretchesOf(operations: readonly Operation[]): Stretch[] {
  const stretches: Stretch[] = [];
  for (const { action, rows } of operations) {
    const name = nameOf(action);
    const last = stretches.at(-1);
    if (last?.name === name) stretches[stretches.length - 1] = { name, times: last.times + 1, rows };
    else stretches.push({ name, times: 1, rows });
  }
  return stretches;
}
