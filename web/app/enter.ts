// The one-time link of `pylon dashboard`: its code stands behind #, so that it is in no log and no Referer, and is given
// for a session cookie that scripts cannot read.
import { call } from '../api/client.ts';

const CODE = /^#enter=([\w-]{1,256})$/;

/** Gives the code of the address, if there is one, and takes it out of the address. @throws ApiError when it is used up */
export async function enter(): Promise<void> {
  const code = CODE.exec(location.hash)?.[1];
  if (code === undefined) return;
  history.replaceState(null, '', location.pathname + location.search);
  await call('/api/session', { method: 'POST', body: { code } });
}
