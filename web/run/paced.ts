// A signal seen at most so often: figures that cost O(queries) follow a run four times a second, however fast it goes, each in a frame of
// its own.
import type { ReadonlySignal } from '@preact/signals';
import { useEffect, useState } from 'preact/hooks';
import { type Turn, Turns } from './turns.ts';

/** Faster nobody reads a number. */
const PACE_MS = 250;

const turns = new Turns({
  nowMs: () => performance.now(),
  // A frame that is asked for in a task of its own comes behind those who draw in every frame: before a canvas writes, it waits for the
  // styles of all that the page was told.
  inFrame: (delayMs, callback) => void setTimeout(() => requestAnimationFrame(callback), delayMs),
});

/** The value of a counter, at most four times a second; the last value is always seen. */
export function usePaced(counter: ReadonlySignal<number>): number {
  const [seen, setSeen] = useState(counter.peek());
  useEffect(() => {
    let turn: Turn | undefined;
    let dueMs = Number.NEGATIVE_INFINITY;
    const take = () => {
      turn = undefined;
      dueMs = performance.now() + PACE_MS;
      setSeen(counter.peek());
    };
    const hush = counter.subscribe(() => {
      if (turn !== undefined) return;
      turn = { dueMs, take };
      turns.ask(turn);
    });
    return () => {
      if (turn !== undefined) turns.drop(turn);
      hush();
    };
  }, [counter]);
  return seen;
}
