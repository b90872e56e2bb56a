// Which part of a run's time is looked at, and how it lies on the pixels: zoom, pan, follow, ticks. Values, so that each step can be tested.

/** Narrower than this nothing is left to see: events carry whole milliseconds. */
const SPAN_MS_MIN = 5;
/** Of the whole, left empty behind the end, so that the end can be seen. */
const MARGIN = 0.03;

export interface TimeScale {
  readonly startMs: number;
  readonly endMs: number;
  readonly widthPx: number;
}

export function xOf(scale: TimeScale, timeMs: number): number {
  return ((timeMs - scale.startMs) / (scale.endMs - scale.startMs)) * scale.widthPx;
}

export function timeAt(scale: TimeScale, x: number): number {
  return scale.startMs + (x / Math.max(1, scale.widthPx)) * (scale.endMs - scale.startMs);
}

/** The whole run. */
export function wholeScale(totalMs: number, widthPx: number): TimeScale {
  const spanMs = Math.max(SPAN_MS_MIN, totalMs);
  return { startMs: -spanMs * 0.005, endMs: spanMs * (1 + MARGIN), widthPx };
}

/** Inside the run as far as it goes, no narrower than can be seen and no wider than the whole. */
export function held(scale: TimeScale, totalMs: number): TimeScale {
  const whole = wholeScale(totalMs, scale.widthPx);
  const spanMs = Math.min(whole.endMs - whole.startMs, Math.max(SPAN_MS_MIN, scale.endMs - scale.startMs));
  const startMs = Math.min(Math.max(scale.startMs, whole.startMs), whole.endMs - spanMs);
  return { startMs, endMs: startMs + spanMs, widthPx: scale.widthPx };
}

/** What is under `x` stays there. @param factor above 1 shows less time */
export function zoomed(scale: TimeScale, x: number, factor: number, totalMs: number): TimeScale {
  const spanMs = Math.max(SPAN_MS_MIN, (scale.endMs - scale.startMs) / factor);
  const startMs = timeAt(scale, x) - (x / Math.max(1, scale.widthPx)) * spanMs;
  return held({ startMs, endMs: startMs + spanMs, widthPx: scale.widthPx }, totalMs);
}

/** @param byPx above 0 shows later times */
export function panned(scale: TimeScale, byPx: number, totalMs: number): TimeScale {
  const byMs = (byPx / Math.max(1, scale.widthPx)) * (scale.endMs - scale.startMs);
  return held({ ...scale, startMs: scale.startMs + byMs, endMs: scale.endMs + byMs }, totalMs);
}

/** The same span, so that `nowMs` is at its right. */
export function following(scale: TimeScale, nowMs: number): TimeScale {
  const spanMs = scale.endMs - scale.startMs;
  const endMs = nowMs + spanMs * MARGIN;
  return { startMs: endMs - spanMs, endMs, widthPx: scale.widthPx };
}

/** Moved as little as it takes for a stretch of time to be seen. */
export function showing(scale: TimeScale, fromMs: number, toMs: number, totalMs: number): TimeScale {
  const spanMs = scale.endMs - scale.startMs;
  const edgeMs = spanMs * 0.08;
  if (toMs - fromMs > spanMs) return held({ ...scale, startMs: fromMs - edgeMs, endMs: toMs + edgeMs }, totalMs);
  const shiftMs =
    fromMs < scale.startMs + edgeMs
      ? fromMs - scale.startMs - edgeMs
      : Math.max(0, Math.min(toMs - scale.endMs + edgeMs, fromMs - scale.startMs - edgeMs));
  return held({ ...scale, startMs: scale.startMs + shiftMs, endMs: scale.endMs + shiftMs }, totalMs);
}

const STEPS_MS = [
  1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 15_000, 30_000, 60_000, 120_000, 300_000, 600_000,
  900_000, 1_800_000, 3_600_000, 7_200_000, 14_400_000, 43_200_000, 86_400_000,
] as const;
/** Room that a tick and its words take. */
const TICK_PX = 84;

export interface Ticks {
  readonly stepMs: number;
  readonly timesMs: readonly number[];
}

/** Round times, far enough from each other for their words. */
export function ticksOf(scale: TimeScale): Ticks {
  const spanMs = scale.endMs - scale.startMs;
  const wanted = spanMs / Math.max(1, Math.floor(scale.widthPx / TICK_PX));
  const days = 86_400_000;
  const stepMs = STEPS_MS.find((step) => step >= wanted) ?? Math.ceil(wanted / days) * days;
  const timesMs: number[] = [];
  for (let time = Math.max(0, Math.ceil(scale.startMs / stepMs)) * stepMs; time <= scale.endMs; time += stepMs)
    timesMs.push(time);
  return { stepMs, timesMs };
}

/** A time since the start, as exact as the step: `0`, `250 ms`, `1.5 s`, `2:05`, `1:00:05`. */
export function printTick(timeMs: number, stepMs: number): string {
  if (timeMs === 0) return '0';
  if (timeMs < 1_000) return `${timeMs} ms`;
  if (timeMs < 60_000 || stepMs < 1_000) {
    const digits = stepMs < 10 ? 3 : stepMs < 100 ? 2 : stepMs < 1_000 ? 1 : 0;
    return `${(timeMs / 1_000).toFixed(digits)} s`;
  }
  const seconds = Math.round(timeMs / 1_000);
  const two = (value: number) => String(value).padStart(2, '0');
  const hours = Math.floor(seconds / 3_600);
  const minutes = Math.floor(seconds / 60) % 60;
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}
