// The timeline on its two canvases: owns what is looked at (zoom, scroll, what is chosen) and draws it. It knows the page only as
// elements; the component round it (timeline.tsx) knows the rest.
import { signal } from '@preact/signals';
import type { RunState } from '../../../protocol/run-state.ts';
import { type FittedCanvas, fittedCanvas } from './fitted-canvas.ts';
import { type FrameLoop, frameLoop } from './frame-loop.ts';
import { barAt, type Spot, type Standing } from './hit-test.ts';
import { Minimap } from './minimap.ts';
import { BarPainter } from './paint-bars.ts';
import { paintGround, paintHead, paintLabels, paintNow } from './paint-frame.ts';
import { boxOf, paintOverlay } from './paint-overlay.ts';
import { boxPxFor, HEAD_PX, labelsPxFor, rowPxFor } from './standing.ts';
import { stepsOf } from './steps.ts';
import { type CanvasTheme, readTheme } from './theme.ts';
import { following, held, panned, showing, type TimeScale, wholeScale, zoomed } from './time-scale.ts';
import type { TimelineModel } from './timeline-model.ts';
import { type Direction, walk } from './walk.ts';

export interface TimelineElements {
  /** Scrolls up and down, and contains canvas and spacer. */
  readonly box: HTMLElement;
  readonly canvas: HTMLCanvasElement;
  readonly spacer: HTMLElement;
  readonly minimap: HTMLCanvasElement;
}

/** What the view is shown of. */
export interface Watched {
  readonly state: () => RunState;
  /** The run's own time, in ms since 1970: as late as its events tell, and going on while it does. */
  readonly now: () => number;
}

export const MINIMAP_PX = 44;

function elementSeq(canvas: HTMLCanvasElement, nextSeq: number): void {
  const text = String(nextSeq);
  if (canvas.dataset.nextSeq !== text) canvas.dataset.nextSeq = text;
}

export class TimelineView {
  readonly hovered = signal<number | undefined>(undefined);
  readonly selected = signal<number | undefined>(undefined);
  readonly follow = signal(true);
  /** The whole run is shown, and stays shown while it grows. */
  readonly whole = signal(true);
  /** All rows are shown at once, however thin they are. */
  readonly allRows = signal(false);
  /** Goes up when a frame was drawn in which something had moved: what stands on the canvas moves with it. */
  readonly drawn = signal(0);
  model: TimelineModel;
  /** How high the timeline may become. */
  roomPx = 420;
  readonly #watched: Watched;
  readonly #elements: TimelineElements;
  readonly #canvas: FittedCanvas | undefined;
  readonly #minimap: FittedCanvas | undefined;
  readonly #painter = new BarPainter();
  readonly #loop: FrameLoop;
  #theme: CanvasTheme | undefined;
  #scale: TimeScale = wholeScale(1, 1);
  readonly #strip = new Minimap();
  #kin: number[] = [];
  #kinOf: number | undefined;
  /** Of the box, as it was measured last: reading it in a frame would lay out the page in the middle of the script. */
  #widthPx = 0;
  #topPx = 0;

  constructor(watched: Watched, model: TimelineModel, elements: TimelineElements) {
    this.#watched = watched;
    this.model = model;
    this.#elements = elements;
    this.#canvas = fittedCanvas(elements.canvas);
    this.#minimap = fittedCanvas(elements.minimap);
    this.#loop = frameLoop(() => this.#frame());
    this.measure();
  }

  /** The box has another size, or was scrolled. */
  measure(): void {
    this.#widthPx = this.#elements.box.clientWidth;
    this.#topPx = this.#elements.box.scrollTop;
    this.wake();
  }

  wake(): void {
    this.#loop.wake();
  }

  /** Takes another model in the place of this one: other lanes, or another run. */
  show(model: TimelineModel): void {
    const id = this.selected.peek() === undefined ? undefined : this.model.queries[this.selected.peek()!]?.id;
    this.model = model;
    this.hovered.value = undefined;
    this.selected.value = id === undefined ? undefined : model.barOf(id);
    this.#strip.forget();
    this.wake();
  }

  themeChanged(): void {
    this.#theme = undefined;
    this.#strip.forget();
    this.wake();
  }

  stop(): void {
    this.#loop.stop();
  }

  /** What the run spans, in ms. */
  get totalMs(): number {
    return Math.max(1, this.model.lastMs, this.#nowMs);
  }

  get standing(): Standing {
    return {
      scale: this.#scale,
      rowPx: rowPxFor(this.model.lines.length, this.roomPx, this.allRows.peek()),
      topPx: this.#topPx,
      leftPx: labelsPxFor(this.#widthPx),
      nowMs: this.#nowMs,
    };
  }

  /** @param x, y on the canvas */
  spotAt(x: number, y: number): Spot | undefined {
    return y < HEAD_PX ? undefined : barAt(this.model.lines, this.standing, x, y - HEAD_PX);
  }

  /** Where a bar is on the canvas. */
  boxOf(bar: number) {
    return boxOf(this.model, this.standing, bar);
  }

  /** @param x on the canvas, the middle of the view when undefined */
  zoom(factor: number, x?: number): void {
    const { leftPx, scale } = this.standing;
    this.#look(zoomed(scale, x === undefined ? this.#focusX() : Math.max(0, x - leftPx), factor, this.totalMs));
  }

  pan(byPx: number): void {
    this.#look(panned(this.#scale, byPx, this.totalMs));
  }

  scrollBy(byPx: number): void {
    this.#elements.box.scrollTop += byPx;
    this.measure();
  }

  /** Centers the window on a time. */
  lookAt(timeMs: number): void {
    const half = (this.#scale.endMs - this.#scale.startMs) / 2;
    this.#look(held({ ...this.#scale, startMs: timeMs - half, endMs: timeMs + half }, this.totalMs));
  }

  lookFromTo(startMs: number, endMs: number): void {
    this.#look(held({ ...this.#scale, startMs, endMs }, this.totalMs));
  }

  fit(): void {
    this.whole.value = true;
    this.follow.value = true;
    this.wake();
  }

  /** Keeps now at the right edge, at the present zoom. */
  followNow(on: boolean): void {
    this.follow.value = on;
    if (!on) this.whole.value = false;
    this.wake();
  }

  showAllRows(on: boolean): void {
    this.allRows.value = on;
    this.wake();
  }

  select(bar: number | undefined, { reveal = true } = {}): void {
    this.selected.value = bar;
    if (bar !== undefined && reveal) this.#reveal(bar);
    this.wake();
  }

  hover(bar: number | undefined): void {
    if (this.hovered.peek() === bar) return;
    this.hovered.value = bar;
    this.wake();
  }

  walk(direction: Direction): void {
    this.select(walk(this.model, this.selected.peek(), direction));
  }

  get #nowMs(): number {
    return this.model.sinceStart(this.#watched.now());
  }

  #focusX(): number {
    const bar = this.selected.peek();
    const box = bar === undefined ? undefined : this.boxOf(bar);
    const { leftPx, scale } = this.standing;
    const x = box === undefined ? -1 : box.x - leftPx;
    return x >= 0 && x <= scale.widthPx ? x : scale.widthPx / 2;
  }

  #look(scale: TimeScale): void {
    this.#scale = scale;
    this.whole.value = false;
    this.follow.value = false;
    this.wake();
  }

  #reveal(bar: number): void {
    const place = this.model.placeOf(bar);
    if (place === undefined) return;
    const { rowPx } = this.standing;
    const { box } = this.#elements;
    const top = place.line * rowPx;
    if (top < box.scrollTop) box.scrollTop = top;
    else if (top + rowPx > box.scrollTop + box.clientHeight - HEAD_PX)
      box.scrollTop = top + rowPx - box.clientHeight + HEAD_PX;
    this.measure();
    const endMs = Math.min(place.row.ends[place.at]!, this.#nowMs);
    const shown = showing(this.#scale, place.row.starts[place.at]!, endMs, this.totalMs);
    if (shown.startMs !== this.#scale.startMs) this.#look(shown);
  }

  #frame(): boolean {
    const running = this.#watched.state().status === 'running';
    const { box, spacer } = this.#elements;
    const rows = this.model.lines.length;
    const boxPx = boxPxFor(rows, this.roomPx);
    const widthPx = this.#widthPx;
    if (widthPx === 0 || this.#canvas === undefined || this.#minimap === undefined) return false;
    this.#canvas.resize(widthPx, boxPx);
    if (this.#minimap.resize(widthPx, MINIMAP_PX)) this.#strip.forget();
    this.#theme ??= readTheme(box);
    this.#move(widthPx - labelsPxFor(widthPx));
    this.#paint(this.#canvas, this.#theme, running);
    const { leftPx } = this.standing;
    const moment = { scale: this.#scale, leftPx, totalMs: this.totalMs, nowMs: this.#nowMs, running };
    this.#strip.paint(this.#minimap, this.model.times, this.#theme, moment);
    // Behind what is painted: a font that a canvas is given waits for the styles of all that the page was told before.
    box.style.height = `${boxPx}px`;
    const rowsPx = rows * rowPxFor(rows, this.roomPx, this.allRows.peek());
    spacer.style.height = `${Math.max(0, Math.floor(HEAD_PX + rowsPx - boxPx))}px`;
    this.drawn.value++;
    // For whoever has to know which events are on the canvas: tests, and the measurement of the way from an event to a pixel.
    elementSeq(this.#elements.canvas, this.#watched.state().next_seq);
    return running;
  }

  #move(widthPx: number): void {
    const totalMs = this.totalMs;
    if (this.whole.peek()) this.#scale = wholeScale(totalMs, widthPx);
    else {
      const scale = { ...this.#scale, widthPx };
      this.#scale = this.follow.peek() ? following(scale, this.#nowMs) : held(scale, totalMs);
    }
  }

  #paint({ context, heightPx }: FittedCanvas, theme: CanvasTheme, running: boolean): void {
    const { standing, model } = this;
    const { leftPx, scale } = standing;
    context.fillStyle = theme.surface;
    context.fillRect(0, 0, leftPx + scale.widthPx, heightPx);
    paintGround(context, model.lines, standing, theme, heightPx);
    this.#painter.paint(context, model, standing, theme, { topPx: HEAD_PX, heightPx: heightPx - HEAD_PX });
    const hovered = this.hovered.peek();
    const selected = this.selected.peek();
    this.#findKin(hovered ?? selected);
    if (this.#kinOf !== undefined)
      paintOverlay(context, model, standing, theme, { hovered, selected, kin: this.#kin }, heightPx);
    paintLabels(context, model.lines, standing, theme, heightPx);
    paintHead(context, stepsOf(this.#watched.state()), standing, theme);
    if (running) paintNow(context, standing, theme, heightPx);
  }

  #findKin(bar: number | undefined): void {
    if (bar === this.#kinOf) return;
    this.#kinOf = bar;
    const chunk = bar === undefined ? undefined : this.model.queries[bar]?.chunk;
    this.#kin = [];
    if (chunk === undefined) return;
    for (const [other, query] of this.model.queries.entries()) if (query.chunk === chunk) this.#kin.push(other);
  }
}
