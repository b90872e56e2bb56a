// The real clock. The only place below which time is read; everything else is handed a Clock.
import type { Clock } from '../conductor/ports.ts';

/** setTimeout treats longer delays as 1 ms. */
const DELAY_MS_MAX = 2 ** 31 - 1;

/** Node keeps a list for each different delay: long ones are rounded up, so that a thousand timeouts share a few lists. */
function roundedUp(delayMs: number): number {
  return delayMs < 1_000 ? Math.max(0, delayMs) : Math.ceil(delayMs / 250) * 250;
}

/** Wall time that never goes backwards within this process (a stepped system clock waits until time catches up). */
export function realClock(): Clock {
  let latestMs = 0;
  return {
    now() {
      latestMs = Math.max(latestMs, Date.now());
      return latestMs;
    },
    after(delayMs, callback) {
      const timer = setTimeout(callback, Math.min(roundedUp(delayMs), DELAY_MS_MAX));
      return () => clearTimeout(timer);
    },
  };
}
