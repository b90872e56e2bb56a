// The one-time link of `pylon dashboard`: its code stands behind #, so that it is in no log and no Referer, and is given
// for a session cookie that scripts cannot read.
import { signal } from '@preact/signals';
import { ApiError, call } from '../api/client.ts';
import { reach, tellLetIn } from '../api/reach.ts';

const CODE = /^#enter=([\w-]{1,256})$/;

/** Why the last link did not let us in; undefined when it did, or when there was none. */
export const refusal = signal<ApiError | undefined>(undefined);

/** Gives the code of the address for a session, if there is one, and takes it out of the address. */
export async function enter(): Promise<void> {
  const code = CODE.exec(location.hash)?.[1];
  if (code === undefined) return;
  history.replaceState(null, '', location.pathname + location.search);
  try {
    await call('/api/session', { method: 'POST', body: { code } });
    refusal.value = undefined;
    tellLetIn();
  } catch (thrown) {
    refusal.value = thrown instanceof ApiError ? thrown : new ApiError(0, 'internal', String(thrown), '');
    if (reach.value !== 'offline') await call('/api/runs?limit=1').catch(() => undefined); // the session of before may still hold
  }
}

/** A link pasted into the address of a page that is open changes only what is behind #. Called once. */
export function watchForLinks(): void {
  addEventListener('hashchange', () => void enter());
}

/** Ends the session of this browser. @throws ApiError */
export async function leave(): Promise<void> {
  await call('/api/session', { method: 'DELETE' });
  reach.value = 'out';
}
