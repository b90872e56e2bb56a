// The whole run in one strip: how many queries were under way at each moment, and where some went wrong. For the minimap.
import type { BarTimes } from './bar-times.ts';

/** Marks from here on are trouble (bar-mark.ts). */
const TROUBLE = 4;

export interface Overview {
  /** Under way at once, by column. */
  readonly active: Float64Array;
  readonly most: number;
  /** Timed out, failed or judged wrong, by the column of their end. */
  readonly trouble: Uint32Array;
}

/** O(bars + columns). @param totalMs what the columns span, from the start of the run @param nowMs since then: where open bars end */
export function overviewOf(bars: BarTimes, columns: number, totalMs: number, nowMs: number): Overview {
  const active = new Float64Array(columns + 1);
  const trouble = new Uint32Array(columns);
  const column = (timeMs: number) => Math.min(columns - 1, Math.max(0, Math.floor((timeMs / totalMs) * columns)));
  const { length, starts, ends, marks } = bars;
  for (let bar = 0; bar < length; bar++) {
    const isOpen = ends[bar] === Number.POSITIVE_INFINITY;
    const last = column(isOpen ? nowMs : ends[bar]!);
    active[column(starts[bar]!)]!++;
    active[last + 1]!--;
    if (!isOpen && marks[bar]! >= TROUBLE) trouble[last]!++;
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
