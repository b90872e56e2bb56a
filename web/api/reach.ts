// Whether the daemon answers, and whether it knows this browser: every request says so anew, and the shell shows it.
import { effect, signal } from '@preact/signals';

/** `out`: it answers, but this browser has no session, or none any more. */
export type Reach = 'unknown' | 'in' | 'out' | 'offline';

export const reach = signal<Reach>('unknown');

/** Soon enough to be there when a restarted daemon is, seldom enough to cost nothing. */
const PROBE_MS = 2_000;
/** Tabs of this browser share the cookie: one that was let in tells the others. */
const CHANNEL = 'pylon-session';

async function probe(): Promise<void> {
  try {
    const response = await fetch('/api/health');
    if (response.ok && reach.value === 'offline') reach.value = 'in';
  } catch {
    return; // still not there: the next probe asks again
  }
}

/** Looks whether a daemon that was gone is back, and hears of other tabs. Called once. */
export function watchReach(): void {
  effect(() => {
    if (reach.value !== 'offline') return;
    const timer = setInterval(() => void probe(), PROBE_MS);
    return () => clearInterval(timer);
  });
  new BroadcastChannel(CHANNEL).addEventListener('message', () => {
    if (reach.value === 'out') reach.value = 'in';
  });
}

/** Tells the other tabs that there is a session again. */
export function tellLetIn(): void {
  const channel = new BroadcastChannel(CHANNEL);
  channel.postMessage('in');
  channel.close();
}
