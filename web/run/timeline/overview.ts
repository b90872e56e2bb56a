// The whole run in one strip: how many queries were under way at each moment, and where some went wrong. For the minimap.
import { isOpen, markOf } from './bar-mark.ts';
import type { TimelineModel } from './timeline-model.ts';

/** Marks from here on are trouble (bar-mark.ts). */
const TROUBLE = 4;

export interface Overview {
  /** Under way at once, by column. */
  readonly active: Float64Array;
  readonly most: number;
  /** Timed out, failed or judged wrong, by the column of their end. */
  readonly trouble: Uint32Array;
}

/** O(queries + columns). @param totalMs what the columns span, from the start of the run */
export function overviewOf(model: TimelineModel, columns: number, totalMs: number, nowMs: number): Overview {
  const active = new Float64Array(columns + 1);
  const trouble = new Uint32Array(columns);
  const column = (timeMs: number) => Math.min(columns - 1, Math.max(0, Math.floor((timeMs / totalMs) * columns)));
  for (const query of model.queries) {
    const first = column(model.sinceStart(query.submitted_ms));
    const last = column(query.ended_ms === undefined ? nowMs : model.sinceStart(query.ended_ms));
    active[first]!++;
    active[last + 1]!--;
    if (!isOpen(query) && markOf(query) >= TROUBLE) trouble[last]!++;
  }
  let now = 0;
  let most = 0;
  for (let at = 0; at < columns; at++) {
    now += active[at]!;
    active[at] = now;
    if (now > most) most = now;
  }
  return { active: active.subarray(0, columns), most, trouble };
}
