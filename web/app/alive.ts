// Keeps the live connection for as long as the page is open and this browser has a session, so that what the bar says is true; and
// finds out why when it is cut.
import { effect } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { call } from '../api/client.ts';
import { reach } from '../api/reach.ts';
import { contact, watchAllRuns } from '../live/live.ts';

const HEARS_NOTHING = { onRuns: () => undefined, onMissed: () => undefined };

/** A cut tells nothing: whether the daemon is gone or the session is over, a request tells, and `reach` keeps it. */
async function askWhy(): Promise<void> {
  await call('/api/runs?limit=1').catch(() => undefined);
}

/** The shell's. */
export function useAlive(): void {
  const hasSession = reach.value === 'in';
  useEffect(() => (hasSession ? watchAllRuns(HEARS_NOTHING) : undefined), [hasSession]);
  useEffect(
    () =>
      effect(() => {
        if (contact.value === 'away' && reach.peek() === 'in') void askWhy();
      }),
    [],
  );
}
