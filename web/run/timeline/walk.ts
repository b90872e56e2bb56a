// The walk through the bars by keyboard: along a row, to the nearest bar in time of another row, to the first and the last of all.
import type { TimelineModel } from './timeline-model.ts';

export type Direction = 'left' | 'right' | 'up' | 'down' | 'first' | 'last';

function nearestIn(model: TimelineModel, line: number, timeMs: number): number | undefined {
  const row = model.lines[line]?.row;
  if (row === undefined || row.length === 0) return undefined;
  const after = row.firstStartingFrom(timeMs, 0);
  const before = after - 1;
  if (after >= row.length) return row.bars[before];
  if (before < 0) return row.bars[after];
  const isBefore = timeMs - row.starts[before]! < row.starts[after]! - timeMs;
  return row.bars[isBefore ? before : after];
}

/** The bar one comes to; undefined when there are none. At an edge it stays where it is. */
export function walk(model: TimelineModel, from: number | undefined, direction: Direction): number | undefined {
  const count = model.queries.length;
  if (count === 0) return undefined;
  if (direction === 'first') return 0;
  if (direction === 'last') return count - 1;
  const place = from === undefined ? undefined : model.placeOf(from);
  if (place === undefined || from === undefined) return direction === 'left' ? count - 1 : 0;
  if (direction === 'left') return place.at > 0 ? place.row.bars[place.at - 1] : from;
  if (direction === 'right') return place.at + 1 < place.row.length ? place.row.bars[place.at + 1] : from;
  const line = place.line + (direction === 'down' ? 1 : -1);
  return nearestIn(model, line, place.row.starts[place.at]!) ?? from;
}
