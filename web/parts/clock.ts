// The time of day for what says "3 min ago": one timer for the whole page, and none while nobody looks.
import { signal } from '@preact/signals';

/** Words change by the second only in the first minute. */
const TICK_MS = 5_000;

/** Now, at most five seconds old while the page is visible. */
export const nowMs = signal(Date.now());

setInterval(() => {
  if (!document.hidden) nowMs.value = Date.now();
}, TICK_MS);
document.addEventListener('visibilitychange', () => {
  if (!document.hidden) nowMs.value = Date.now();
});
