// Which bar is under the pointer: the row by its height, then the bar by a binary search in the row.

import type { Line } from './lane.ts';
import { type TimeScale, timeAt, xOf } from './time-scale.ts';

/** A bar thinner than this can still be hit. */
const NEAR_PX = 4;

export interface Spot {
  readonly bar: number;
  readonly line: number;
}

/** How the lanes stand on the canvas. */
export interface Standing {
  readonly scale: TimeScale;
  /** Of every row. */
  readonly rowPx: number;
  /** How far down one has scrolled. */
  readonly topPx: number;
  /** Where time begins, right of the labels. */
  readonly leftPx: number;
  /** Open bars end here. */
  readonly nowMs: number;
}

/** @param y from the top edge of the lanes @returns undefined where there is no bar */
export function barAt(lines: readonly Line[], standing: Standing, x: number, y: number): Spot | undefined {
  const index = Math.floor((y + standing.topPx) / standing.rowPx);
  const line = lines[index];
  if (line === undefined || x < standing.leftPx) return undefined;
  const { scale, nowMs } = standing;
  const at = x - standing.leftPx;
  const timeMs = timeAt(scale, at);
  const { row } = line;
  // The first that ends behind the pointer contains it, or is the next one; the one before it may be near.
  const next = row.firstEndingAfter(timeMs);
  let best: number | undefined;
  let bestPx = NEAR_PX;
  for (const candidate of [next - 1, next]) {
    if (candidate < 0 || candidate >= row.length) continue;
    const fromPx = xOf(scale, row.starts[candidate]!);
    const toPx = xOf(scale, Math.min(row.ends[candidate]!, nowMs));
    const awayPx = at < fromPx ? fromPx - at : Math.max(0, at - toPx);
    if (awayPx >= bestPx) continue;
    best = candidate;
    bestPx = awayPx;
  }
  return best === undefined ? undefined : { bar: row.bars[best]!, line: index };
}
