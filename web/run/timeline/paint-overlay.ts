// Paints what is pointed at and what is chosen, above the bars: outlines, the others of the same chunk, and the line from a hedge to
// the query that was late.
import type { Standing } from './hit-test.ts';
import { HEAD_PX } from './standing.ts';
import type { CanvasTheme } from './theme.ts';
import { xOf } from './time-scale.ts';
import type { TimelineModel } from './timeline-model.ts';

interface Box {
  readonly x: number;
  readonly y: number;
  readonly widthPx: number;
  readonly heightPx: number;
}

/** Where a bar is on the canvas, seen or not. */
export function boxOf(model: TimelineModel, standing: Standing, bar: number): Box | undefined {
  const place = model.placeOf(bar);
  if (place === undefined || place.line < 0) return undefined;
  const { scale, leftPx, rowPx, topPx, nowMs } = standing;
  const x = leftPx + xOf(scale, place.row.starts[place.at]!);
  const right = leftPx + xOf(scale, Math.min(place.row.ends[place.at]!, nowMs));
  const y = HEAD_PX + place.line * rowPx - topPx;
  return { x, y, widthPx: Math.max(2, right - x), heightPx: Math.max(3, rowPx - 1) };
}

function outline(context: CanvasRenderingContext2D, box: Box, colour: string, lineWidth: number): void {
  context.strokeStyle = colour;
  context.lineWidth = lineWidth;
  context.strokeRect(box.x - 0.5, box.y - 0.5, box.widthPx + 1, box.heightPx + 1);
}

function link(context: CanvasRenderingContext2D, from: Box, to: Box, colour: string): void {
  const startX = from.x;
  const startY = from.y + from.heightPx / 2;
  context.beginPath();
  context.strokeStyle = colour;
  context.lineWidth = 1.25;
  context.setLineDash([3, 3]);
  context.moveTo(startX, startY);
  context.lineTo(startX, to.y > from.y ? to.y : to.y + to.heightPx);
  context.stroke();
  context.setLineDash([]);
}

/** @param kin the other bars of the same chunk */
export function paintOverlay(
  context: CanvasRenderingContext2D,
  model: TimelineModel,
  standing: Standing,
  theme: CanvasTheme,
  chosen: {
    readonly hovered: number | undefined;
    readonly selected: number | undefined;
    readonly kin: readonly number[];
  },
  heightPx: number,
): void {
  const { scale, leftPx } = standing;
  context.save();
  context.beginPath();
  context.rect(leftPx - 3, HEAD_PX, scale.widthPx + 3, heightPx - HEAD_PX);
  context.clip();
  const boxes = new Map<number, Box>();
  for (const bar of chosen.kin) {
    const box = boxOf(model, standing, bar);
    if (box === undefined) continue;
    boxes.set(bar, box);
    outline(context, box, theme.inkSoft, 1);
  }
  for (const bar of boxes.keys()) {
    const query = model.queries[bar]!;
    const late = query.hedge_of === undefined ? undefined : model.barOf(query.hedge_of);
    const to = late === undefined ? undefined : boxes.get(late);
    if (to !== undefined) link(context, boxes.get(bar)!, to, theme.ink);
  }
  for (const [bar, colour, lineWidth] of [
    [chosen.hovered, theme.ink, 1],
    [chosen.selected, theme.accent, 2],
  ] as const) {
    const box = bar === undefined ? undefined : boxOf(model, standing, bar);
    if (box !== undefined) outline(context, box, colour, lineWidth);
  }
  context.restore();
}
