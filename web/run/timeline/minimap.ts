// The strip below the lanes as it is kept from frame to frame: counted twice a second, and painted only when it would look otherwise.
import type { BarTimes } from './bar-times.ts';
import type { FittedCanvas } from './fitted-canvas.ts';
import { type Overview, overviewOf } from './overview.ts';
import { paintMinimap } from './paint-minimap.ts';
import type { CanvasTheme } from './theme.ts';
import type { TimeScale } from './time-scale.ts';

/** The overview is O(queries): twice a second is often enough for a strip of one pixel columns. */
const OVERVIEW_MS = 500;

export interface MinimapMoment {
  /** The part that the lanes show. */
  readonly scale: TimeScale;
  /** Where time begins, right of the labels. */
  readonly leftPx: number;
  /** What the run spans, and where it is, in ms since it began. */
  readonly totalMs: number;
  readonly nowMs: number;
  readonly running: boolean;
}

export class Minimap {
  #overview: Overview | undefined;
  #countedAtMs = Number.NEGATIVE_INFINITY;
  /** The window as it was painted last, as shares of the whole. */
  #from = Number.NaN;
  #to = Number.NaN;

  /** What was painted holds no more: other bars, other colours, or a canvas that is empty. */
  forget(): void {
    this.#countedAtMs = Number.NEGATIVE_INFINITY;
  }

  paint({ context, heightPx }: FittedCanvas, bars: BarTimes, theme: CanvasTheme, moment: MinimapMoment): void {
    const { scale, leftPx, totalMs, nowMs, running } = moment;
    const { widthPx } = scale;
    const columns = Math.max(1, Math.floor(widthPx));
    const from = Math.max(0, scale.startMs / totalMs);
    const to = Math.min(1, scale.endMs / totalMs);
    const atMs = performance.now();
    const isStale = atMs - this.#countedAtMs > OVERVIEW_MS || this.#overview?.active.length !== columns;
    if (!isStale && from === this.#from && to === this.#to) return;
    if (isStale) {
      this.#overview = overviewOf(bars, columns, totalMs, nowMs);
      this.#countedAtMs = running ? atMs : Number.NEGATIVE_INFINITY;
    }
    this.#from = from;
    this.#to = to;
    paintMinimap(context, this.#overview!, theme, { leftPx, widthPx, heightPx, from, to });
  }
}
