// Paints the bars that can be seen: thin ones as plain colour, wide ones with their shape, and with words where there is room.
import type { QueryState } from '../../../protocol/run-state.ts';
import { printDuration, printSats } from '../../../protocol/words.ts';
import { type BarSink, layOut } from './bar-layout.ts';
import type { Standing } from './hit-test.ts';
import { paintShape } from './paint-shapes.ts';
import { Raster } from './raster.ts';
import { Rects } from './rects.ts';
import type { Row } from './row.ts';
import type { CanvasTheme } from './theme.ts';
import { xOf } from './time-scale.ts';
import type { TimelineModel } from './timeline-model.ts';

const CANCELLED = 1;
const WAITING = 2;
const WORKING = 3;
/** What a bar needs to carry its shape, and its words. */
const SHAPE_WIDTH_PX = 16;
const WORDS_WIDTH_PX = 74;
const SHAPE_HEIGHT_PX = 11;
const WORDS_HEIGHT_PX = 13;
/** Of more rows than this on the screen only some are drawn: there are thirty to a pixel. */
const LINES_DRAWN_MAX = 12_000;
/** Wide bars a frame that get shape and words: more cannot be on a screen, except thinly. */
const WIDE_MAX = 1_200;

interface Wide {
  readonly bar: number;
  readonly mark: number;
  readonly x: number;
  readonly y: number;
  readonly widthPx: number;
}

/** Gathers and paints; kept from frame to frame, so that nothing is allocated while it runs. */
export class BarPainter implements BarSink {
  readonly #solid: Rects[] = Array.from({ length: 7 }, () => new Rects());
  readonly #tint: Rects[] = Array.from({ length: 7 }, () => new Rects());
  #wide: Wide[] = [];
  #raster: Raster | undefined;
  // Of the row that is being gathered.
  #row: Row | undefined;
  #leftPx = 0;
  #rightPx = 0;
  #y = 0;
  #heightPx = 0;

  /** @param topPx where the rows begin on the canvas @param heightPx what there is for them */
  paint(
    context: CanvasRenderingContext2D,
    model: TimelineModel,
    standing: Standing,
    theme: CanvasTheme,
    area: { readonly topPx: number; readonly heightPx: number },
  ): void {
    for (const rects of [...this.#solid, ...this.#tint]) rects.clear();
    this.#wide = [];
    const { lines } = model;
    const { rowPx, topPx } = standing;
    const from = Math.max(0, Math.floor(topPx / rowPx));
    const to = Math.min(lines.length, Math.ceil((topPx + area.heightPx) / rowPx));
    const step = Math.ceil((to - from) / LINES_DRAWN_MAX);
    for (let line = from; line < to; line += step)
      this.#gather(lines[line]!.row, standing, area.topPx + line * rowPx - topPx);
    if (rowPx < 1) {
      this.#raster ??= new Raster();
      const layers = this.#solid.map((rects, mark) => ({ rects, colour: theme.bars[mark]!.solid }));
      const size = { widthPx: standing.leftPx + standing.scale.widthPx, heightPx: area.topPx + area.heightPx };
      this.#raster.paint(context, size, layers);
      return;
    }
    for (const [mark, rects] of this.#tint.entries()) rects.fill(context, theme.bars[mark]!.tint);
    for (const [mark, rects] of this.#solid.entries()) rects.fill(context, theme.bars[mark]!.solid);
    this.#paintWide(context, model, standing, theme);
  }

  #gather(row: Row, standing: Standing, top: number): void {
    const { scale, nowMs, rowPx, leftPx } = standing;
    this.#row = row;
    this.#leftPx = leftPx;
    this.#rightPx = leftPx + scale.widthPx + 4;
    // Whole pixels: an edge between two of them would be blended, which costs more than the bar.
    this.#y = Math.round(top + (rowPx > 5 ? 1 : 0));
    this.#heightPx = rowPx > 5 ? rowPx - 2 : Math.max(1, Math.floor(rowPx * 0.8));
    layOut(row, scale, nowMs, this);
  }

  merged(mark: number, x: number, widthPx: number): void {
    this.#solid[mark]!.add(this.#leftPx + x, this.#y, widthPx, this.#heightPx);
  }

  alone(at: number, x: number, widthPx: number): void {
    const row = this.#row!;
    const mark = row.marks[at]!;
    const left = Math.round(this.#leftPx + Math.max(-4, x));
    const right = Math.round(Math.min(this.#rightPx, this.#leftPx + x + widthPx) - (widthPx > 4 ? 1 : 0));
    const height = this.#heightPx;
    if (right - left < 6 || height < 5) {
      this.#solid[mark]!.add(left, this.#y, Math.max(1, right - left), height);
      return;
    }
    this.#tint[mark]!.add(left, this.#y, right - left, height);
    this.#solid[mark]!.add(left, this.#y, 2, height);
    if (this.#wide.length < WIDE_MAX)
      this.#wide.push({ bar: row.bars[at]!, mark, x: left, y: this.#y, widthPx: right - left });
  }

  #paintWide(context: CanvasRenderingContext2D, model: TimelineModel, standing: Standing, theme: CanvasTheme): void {
    const heightPx = standing.rowPx - 2;
    context.font = `11px ${theme.font}`;
    context.textBaseline = 'middle';
    context.textAlign = 'left';
    for (const wide of this.#wide) {
      const query = model.queries[wide.bar]!;
      const { solid } = theme.bars[wide.mark]!;
      if (wide.mark === CANCELLED) this.#hollow(context, wide, heightPx, theme);
      if (query.reason === 'hedge') this.#notch(context, wide, theme);
      this.#startOfWork(context, query, wide, model, standing, theme);
      if (heightPx < SHAPE_HEIGHT_PX || wide.widthPx < SHAPE_WIDTH_PX) continue;
      const middle = wide.y + heightPx / 2;
      paintShape(context, wide.mark, solid, wide.x + 10, middle, 3.5);
      if (heightPx < WORDS_HEIGHT_PX || wide.widthPx < WORDS_WIDTH_PX) continue;
      context.fillStyle = theme.ink;
      context.fillText(wordsOf(query, model, standing.nowMs, wide.widthPx), wide.x + 19, middle + 0.5);
    }
  }

  /** A cancelled bar is an outline: nothing came of it. */
  #hollow(
    context: CanvasRenderingContext2D,
    { x, y, widthPx, mark }: Wide,
    heightPx: number,
    theme: CanvasTheme,
  ): void {
    context.fillStyle = theme.surface;
    context.fillRect(x + 1, y + 1, widthPx - 2, heightPx - 2);
    context.fillStyle = theme.bars[mark]!.solid;
    context.fillRect(x, y, 2, heightPx);
  }

  /** A hedge has its upper left corner cut out. */
  #notch(context: CanvasRenderingContext2D, { x, y }: Wide, theme: CanvasTheme): void {
    context.beginPath();
    context.fillStyle = theme.ink;
    context.moveTo(x, y);
    context.lineTo(x + 6, y);
    context.lineTo(x, y + 6);
    context.fill();
  }

  /** A thin line where the provider showed that it worked: before it the job waited. */
  #startOfWork(
    context: CanvasRenderingContext2D,
    { executing_ms: executingMs }: QueryState,
    { x, y, widthPx, mark }: Wide,
    model: TimelineModel,
    { scale, leftPx, rowPx }: Standing,
    theme: CanvasTheme,
  ): void {
    if (executingMs === undefined || mark === WAITING) return;
    const at = leftPx + xOf(scale, model.sinceStart(executingMs));
    if (at <= x + 3 || at >= x + widthPx) return;
    context.fillStyle = theme.bars[mark === WORKING ? WORKING : mark]!.solid;
    context.fillRect(at, y, 1, rowPx - 2);
  }
}

function wordsOf(query: QueryState, model: TimelineModel, nowMs: number, widthPx: number): string {
  const endMs = query.ended_ms === undefined ? nowMs : model.sinceStart(query.ended_ms);
  const took = printDuration(query.latency_ms ?? Math.max(0, endMs - model.sinceStart(query.submitted_ms)));
  if (query.settled_msat === 0 || widthPx < WORDS_WIDTH_PX * 1.7) return took;
  return `${took} · ${printSats(query.settled_msat)} sats`;
}
