// A signal seen at most so often: figures that cost O(queries) follow a run four times a second, however fast it goes.
import type { ReadonlySignal } from '@preact/signals';
import { useEffect, useState } from 'preact/hooks';

/** Faster nobody reads a number. */
const PACE_MS = 250;

/** The value of a counter, at most four times a second; the last value is always seen. */
export function usePaced(counter: ReadonlySignal<number>): number {
  const [seen, setSeen] = useState(counter.peek());
  useEffect(() => {
    let due: ReturnType<typeof setTimeout> | undefined;
    let sawAtMs = Number.NEGATIVE_INFINITY;
    const see = () => {
      due = undefined;
      sawAtMs = performance.now();
      setSeen(counter.peek());
    };
    const hush = counter.subscribe(() => {
      due ??= setTimeout(see, Math.max(0, sawAtMs + PACE_MS - performance.now()));
    });
    return () => {
      clearTimeout(due);
      hush();
    };
  }, [counter]);
  return seen;
}
