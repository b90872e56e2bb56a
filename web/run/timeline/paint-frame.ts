// Paints what stands round the bars: the axis, the grid, the labels of the lanes, the run's own steps, the line of now.
import type { Standing } from './hit-test.ts';
import type { Line } from './lane.ts';
import { paintShape } from './paint-shapes.ts';
import { AXIS_PX, HEAD_PX, STEPS_PX } from './standing.ts';
import type { StepBar } from './steps.ts';
import type { CanvasTheme } from './theme.ts';
import { printTick, ticksOf, xOf } from './time-scale.ts';

/** Lines of words, from one to the next. */
const LABEL_STEP_PX = 13;

/** Below the bars. @param rows what there is in all */
export function paintGround(
  context: CanvasRenderingContext2D,
  lines: readonly Line[],
  standing: Standing,
  theme: CanvasTheme,
  heightPx: number,
): void {
  const { scale, leftPx, rowPx, topPx } = standing;
  context.fillStyle = theme.ruleSoft;
  for (const time of ticksOf(scale).timesMs) {
    const x = Math.round(leftPx + xOf(scale, time));
    if (x > leftPx) context.fillRect(x, AXIS_PX, 1, heightPx - AXIS_PX);
  }
  const from = Math.max(0, Math.floor(topPx / rowPx));
  const to = Math.min(lines.length, Math.ceil((topPx + heightPx) / rowPx));
  // Rules closer than rows that can be told apart would be a grey field.
  for (let at = rowPx < 3 ? to : from; at < to; at++) {
    if (lines[at]!.first && at > 0) context.fillRect(0, HEAD_PX + at * rowPx - topPx, leftPx + scale.widthPx, 1);
  }
}

/** Labels as they were cut last; they are the same in every frame. */
const cuts = new Map<string, string>();
const CUTS_MAX = 5_000;

function cut(context: CanvasRenderingContext2D, words: string, widthPx: number): string {
  const key = `${widthPx} ${words}`;
  const known = cuts.get(key);
  if (known !== undefined) return known;
  let shown = words;
  const fits = (text: string) => context.measureText(text).width <= widthPx;
  if (!fits(words)) while (shown.length > 1 && !fits(`${shown}…`)) shown = shown.slice(0, -1);
  const result = shown === words ? words : `${shown}…`;
  if (cuts.size >= CUTS_MAX) cuts.clear();
  cuts.set(key, result);
  return result;
}

/** Lane labels, each in its own lane for as long as that can be seen; where lanes are lower than words, some go without. */
export function paintLabels(
  context: CanvasRenderingContext2D,
  lines: readonly Line[],
  { leftPx, rowPx, topPx }: Standing,
  theme: CanvasTheme,
  heightPx: number,
): void {
  context.fillStyle = theme.surface;
  context.fillRect(0, HEAD_PX, leftPx - 4, heightPx - HEAD_PX);
  context.font = `12px ${theme.font}`;
  context.textBaseline = 'middle';
  context.textAlign = 'left';
  let freeFromY = HEAD_PX;
  const from = Math.max(0, Math.floor(topPx / rowPx));
  for (let at = from; at < lines.length; at++) {
    const { lane, first } = lines[at]!;
    if (!first && at !== from) continue;
    const top = HEAD_PX + at * rowPx - topPx;
    if (top > heightPx) break;
    const y = Math.max(top + Math.max(rowPx, LABEL_STEP_PX) / 2, HEAD_PX + LABEL_STEP_PX / 2);
    if (y - LABEL_STEP_PX / 2 < freeFromY - 0.5) continue;
    context.fillStyle = theme.ink;
    context.fillText(cut(context, lane.label, leftPx - 16), 10, y);
    freeFromY = y + LABEL_STEP_PX / 2;
  }
}

function paintSteps(
  context: CanvasRenderingContext2D,
  steps: readonly StepBar[],
  { scale, leftPx }: Standing,
  theme: CanvasTheme,
): void {
  const y = AXIS_PX + 3;
  const heightPx = STEPS_PX - 6;
  context.font = `11px ${theme.font}`;
  context.textBaseline = 'middle';
  context.textAlign = 'left';
  for (const [index, { startMs, endMs, failed, words }] of steps.entries()) {
    const x = leftPx + xOf(scale, startMs);
    const widthPx = Math.max(2, xOf(scale, endMs) - xOf(scale, startMs));
    if (x + widthPx < leftPx || x > leftPx + scale.widthPx) continue;
    context.fillStyle = failed ? theme.bad : theme.accent;
    context.fillRect(x, y, widthPx, heightPx);
    const next = steps[index + 1];
    const right = next === undefined ? leftPx + scale.widthPx : leftPx + xOf(scale, next.startMs);
    const wordsX = x + widthPx + 5;
    // What does not fit before the next step is left out; the table has it.
    if (context.measureText(words).width <= right - wordsX - 4) {
      context.fillStyle = theme.ink;
      context.fillText(words, wordsX, y + heightPx / 2 + 0.5);
    }
    if (failed) paintShape(context, 5, theme.surface, x + widthPx / 2, y + heightPx / 2, 3);
  }
}

/** The axis and the run's steps, above what scrolls. */
export function paintHead(
  context: CanvasRenderingContext2D,
  steps: readonly StepBar[],
  standing: Standing,
  theme: CanvasTheme,
): void {
  const { scale, leftPx } = standing;
  const widthPx = leftPx + scale.widthPx;
  context.fillStyle = theme.surface;
  context.fillRect(0, 0, widthPx, HEAD_PX);
  const { stepMs, timesMs } = ticksOf(scale);
  context.font = `11px ${theme.font}`;
  context.textBaseline = 'middle';
  for (const time of timesMs) {
    const x = leftPx + xOf(scale, time);
    if (x > widthPx - 30) continue;
    context.textAlign = time === 0 ? 'left' : 'center';
    context.fillStyle = theme.inkSoft;
    context.fillText(printTick(time, stepMs), x, AXIS_PX / 2);
    context.fillStyle = theme.rule;
    context.fillRect(Math.round(x), AXIS_PX - 4, 1, 4);
  }
  paintSteps(context, steps, standing, theme);
  context.fillStyle = theme.surface;
  context.fillRect(0, AXIS_PX, leftPx - 4, STEPS_PX);
  context.textAlign = 'left';
  context.font = `12px ${theme.font}`;
  context.fillStyle = theme.inkSoft;
  context.fillText('steps', 10, AXIS_PX + STEPS_PX / 2);
  context.fillStyle = theme.rule;
  context.fillRect(0, AXIS_PX, widthPx, 1);
  context.fillRect(0, HEAD_PX - 1, widthPx, 1);
}

/** Where now is, while the run goes on. */
export function paintNow(
  context: CanvasRenderingContext2D,
  { scale, leftPx, nowMs }: Standing,
  theme: CanvasTheme,
  heightPx: number,
): void {
  const x = leftPx + xOf(scale, nowMs);
  if (x < leftPx || x > leftPx + scale.widthPx) return;
  context.fillStyle = theme.accent;
  context.fillRect(Math.round(x), AXIS_PX - 6, 1, heightPx - AXIS_PX + 6);
  context.beginPath();
  context.moveTo(x - 4, AXIS_PX - 8);
  context.lineTo(x + 4.5, AXIS_PX - 8);
  context.lineTo(x + 0.5, AXIS_PX - 2);
  context.fill();
}
