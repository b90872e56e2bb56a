// Which rectangles a row of bars is at this zoom: bars that share a pixel become one, with the mark that matters most among them, so that
// a row costs no more than its pixels however many bars it has.
import type { Row } from './row.ts';
import { type TimeScale, timeAt, xOf } from './time-scale.ts';

/** Thinner bars are merged with those beside them. */
const ALONE_PX = 2;

export interface BarSink {
  /** A bar of its own. @param at its place in the row */
  alone(at: number, x: number, widthPx: number): void;
  /** Bars that share a pixel. */
  merged(mark: number, x: number, widthPx: number): void;
}

/** Visits what can be seen of a row, from left to right. */
export function layOut(row: Row, scale: TimeScale, nowMs: number, sink: BarSink): void {
  const { starts, ends } = row;
  let at = row.firstEndingAfter(scale.startMs);
  while (at < row.length && starts[at]! < scale.endMs) {
    const x = xOf(scale, starts[at]!);
    const right = xOf(scale, Math.min(ends[at]!, nowMs));
    if (right - x >= ALONE_PX) {
      sink.alone(at, x, right - x);
      at++;
      continue;
    }
    const pixel = Math.floor(x);
    let next = row.firstStartingFrom(timeAt(scale, pixel + ALONE_PX), at + 1);
    // The last of them may reach beyond this pixel: then it is one of its own.
    const last = next - 1;
    if (last > at && xOf(scale, Math.min(ends[last]!, nowMs)) - xOf(scale, starts[last]!) >= ALONE_PX) next = last;
    sink.merged(row.gravestMark(at, next), pixel, ALONE_PX);
    at = next;
  }
}
