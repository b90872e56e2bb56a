// What pointer, wheel, touch and keys do to the timeline. Plain wheel scrolls the page as everywhere; it zooms once the timeline has the
// focus, and with Ctrl (which is what a pinch on a touchpad sends) always.
import { labelsPxFor } from './standing.ts';
import { timeAt } from './time-scale.ts';
import type { TimelineElements, TimelineView } from './timeline-view.ts';
import type { Direction } from './walk.ts';

const KEY_ZOOM = 1.5;
/** Of a notch of the wheel, which is 100 px in most browsers. */
const WHEEL_ZOOM_PER_PX = 0.002;
const PAN_SHARE = 0.2;
/** A pointer that moved less than this between down and up has clicked. */
const CLICK_PX = 4;
const LINE_PX = 16;

const WALKS: Readonly<Record<string, Direction>> = {
  ArrowLeft: 'left',
  ArrowRight: 'right',
  ArrowUp: 'up',
  ArrowDown: 'down',
  Home: 'first',
  End: 'last',
};

/** @returns true when the key meant something here */
export function pressKey(view: TimelineView, event: Pick<KeyboardEvent, 'key' | 'shiftKey'>): boolean {
  const pagePx = view.standing.scale.widthPx * PAN_SHARE;
  if (event.shiftKey && event.key === 'ArrowLeft') view.pan(-pagePx);
  else if (event.shiftKey && event.key === 'ArrowRight') view.pan(pagePx);
  else if (WALKS[event.key] !== undefined) view.walk(WALKS[event.key]!);
  else if (event.key === '+' || event.key === '=') view.zoom(KEY_ZOOM);
  else if (event.key === '-') view.zoom(1 / KEY_ZOOM);
  else if (event.key === '0') view.fit();
  else if (event.key === 'f' || event.key === 'F') view.followNow(!view.follow.peek());
  else if (event.key === 'Escape' && view.selected.peek() !== undefined) view.select(undefined);
  else return false;
  return true;
}

function listenToWheel(view: TimelineView, { box }: TimelineElements, signal: AbortSignal): void {
  box.addEventListener(
    'wheel',
    (event) => {
      const unitPx = event.deltaMode === 1 ? LINE_PX : 1;
      const x = event.clientX - box.getBoundingClientRect().left;
      if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
        view.pan((event.deltaX || event.deltaY) * unitPx);
      } else if (event.ctrlKey || event.metaKey || document.activeElement === box) {
        view.zoom(Math.exp(-event.deltaY * unitPx * WHEEL_ZOOM_PER_PX * (event.ctrlKey ? 3 : 1)), x);
      } else return;
      event.preventDefault();
    },
    { signal, passive: false },
  );
}

/** Drag pans, two fingers zoom, a click chooses. */
function listenToPointers(view: TimelineView, { box, canvas }: TimelineElements, signal: AbortSignal): void {
  const down = new Map<number, { x: number; y: number }>();
  let movedPx = 0;
  const at = (event: PointerEvent) => {
    const { left, top } = canvas.getBoundingClientRect();
    return { x: event.clientX - left, y: event.clientY - top };
  };
  const spread = () => {
    const [one, two] = [...down.values()];
    return one === undefined || two === undefined ? 0 : Math.max(10, Math.abs(one.x - two.x));
  };
  const onMove = (event: PointerEvent) => {
    const point = at(event);
    const before = down.get(event.pointerId);
    if (before === undefined) {
      if (event.pointerType === 'mouse') view.hover(view.spotAt(point.x, point.y)?.bar);
      return;
    }
    const spreadBefore = spread();
    down.set(event.pointerId, point);
    movedPx += Math.abs(point.x - before.x) + Math.abs(point.y - before.y);
    if (down.size === 2) {
      const middle = [...down.values()].reduce((sum, { x }) => sum + x / 2, 0);
      view.zoom(spread() / spreadBefore, middle);
    } else if (movedPx >= CLICK_PX) {
      view.pan(before.x - point.x);
      if (event.pointerType === 'mouse') view.scrollBy(before.y - point.y);
    }
  };
  canvas.addEventListener(
    'pointerdown',
    (event) => {
      if (event.button !== 0) return;
      if (down.size === 0) movedPx = 0;
      down.set(event.pointerId, at(event));
      canvas.setPointerCapture(event.pointerId);
    },
    { signal },
  );
  canvas.addEventListener('pointermove', onMove, { signal });
  const onUp = (event: PointerEvent) => {
    const point = at(event);
    if (!down.delete(event.pointerId) || event.type === 'pointercancel' || movedPx >= CLICK_PX) return;
    box.focus({ preventScroll: true });
    view.select(view.spotAt(point.x, point.y)?.bar, { reveal: false });
  };
  canvas.addEventListener('pointerup', onUp, { signal });
  canvas.addEventListener('pointercancel', onUp, { signal });
  canvas.addEventListener('pointerleave', () => view.hover(undefined), { signal });
}

/** Drag on the strip moves the window; from an edge of it, changes its width. */
function listenToMinimap(view: TimelineView, { minimap }: TimelineElements, signal: AbortSignal): void {
  const EDGE_PX = 8;
  let drag: 'start' | 'end' | 'middle' | undefined;
  const timeOf = (event: PointerEvent) => {
    const { left, width } = minimap.getBoundingClientRect();
    const leftPx = labelsPxFor(width);
    const scale = { startMs: 0, endMs: view.totalMs, widthPx: width - leftPx };
    return { timeMs: timeAt(scale, event.clientX - left - leftPx), edgeMs: (EDGE_PX / scale.widthPx) * scale.endMs };
  };
  const move = (event: PointerEvent) => {
    const { timeMs } = timeOf(event);
    const { startMs, endMs } = view.standing.scale;
    if (drag === 'start' && timeMs < endMs) view.lookFromTo(timeMs, endMs);
    else if (drag === 'end' && timeMs > startMs) view.lookFromTo(startMs, timeMs);
    else if (drag === 'middle') view.lookAt(timeMs);
  };
  minimap.addEventListener(
    'pointerdown',
    (event) => {
      const { timeMs, edgeMs } = timeOf(event);
      const { startMs, endMs } = view.standing.scale;
      if (Math.abs(timeMs - startMs) < edgeMs) drag = 'start';
      else drag = Math.abs(timeMs - Math.min(endMs, view.totalMs)) < edgeMs ? 'end' : 'middle';
      minimap.setPointerCapture(event.pointerId);
      move(event);
    },
    { signal },
  );
  minimap.addEventListener('pointermove', (event) => drag !== undefined && move(event), { signal });
  for (const type of ['pointerup', 'pointercancel'] as const)
    minimap.addEventListener(
      type,
      () => {
        drag = undefined;
      },
      { signal },
    );
}

/** Listens until the signal. */
export function listen(view: TimelineView, elements: TimelineElements, signal: AbortSignal): void {
  const { box } = elements;
  listenToWheel(view, elements, signal);
  listenToPointers(view, elements, signal);
  listenToMinimap(view, elements, signal);
  box.addEventListener('scroll', () => view.measure(), { signal, passive: true });
  box.addEventListener(
    'keydown',
    (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.target !== box) return;
      if (pressKey(view, event)) event.preventDefault();
    },
    { signal },
  );
  const seen = new ResizeObserver(() => view.measure());
  seen.observe(box);
  signal.addEventListener('abort', () => seen.disconnect());
}
