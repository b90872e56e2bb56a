// Paints the strip below the lanes: how much was under way at each moment of the run, where it went wrong, and which part is shown.
import type { Overview } from './overview.ts';
import type { CanvasTheme } from './theme.ts';

/** Width of what can be dragged at either side of the window. */
const GRIP_PX = 3;

export interface MinimapArea {
  readonly leftPx: number;
  readonly widthPx: number;
  readonly heightPx: number;
  /** The part that the lanes show, as shares of the whole. */
  readonly from: number;
  readonly to: number;
}

export function paintMinimap(
  context: CanvasRenderingContext2D,
  overview: Overview,
  theme: CanvasTheme,
  area: MinimapArea,
): void {
  const { leftPx, widthPx, heightPx } = area;
  context.fillStyle = theme.surface;
  context.fillRect(0, 0, leftPx + widthPx, heightPx);
  context.fillStyle = theme.raised;
  context.fillRect(leftPx, 0, widthPx, heightPx);
  const columnPx = widthPx / overview.active.length;
  const top = 5;
  context.fillStyle = theme.bars[0]!.tint;
  const { active, most, trouble } = overview;
  // By their index: what an iterator makes of a number for each of a thousand columns, the browser has to collect.
  for (let at = 0; at < active.length; at++) {
    if (active[at] === 0) continue;
    const barPx = Math.max(1, (active[at]! / most) * (heightPx - top));
    context.fillRect(leftPx + at * columnPx, heightPx - barPx, columnPx + 0.3, barPx);
  }
  context.fillStyle = theme.bad;
  for (let at = 0; at < trouble.length; at++)
    if (trouble[at]! > 0) context.fillRect(leftPx + at * columnPx, 0, Math.max(1.5, columnPx), 4);
  const from = leftPx + area.from * widthPx;
  const to = leftPx + area.to * widthPx;
  context.save();
  context.globalAlpha = 0.6;
  context.fillStyle = theme.surface;
  context.fillRect(leftPx, 0, Math.max(0, from - leftPx), heightPx);
  context.fillRect(to, 0, Math.max(0, leftPx + widthPx - to), heightPx);
  context.restore();
  context.strokeStyle = theme.accent;
  context.lineWidth = 1;
  context.strokeRect(from + 0.5, 0.5, Math.max(2, to - from - 1), heightPx - 1);
  context.fillStyle = theme.accent;
  context.fillRect(from, heightPx / 2 - 7, GRIP_PX, 14);
  context.fillRect(to - GRIP_PX, heightPx / 2 - 7, GRIP_PX, 14);
}
