// The Alby SDK as a test loads it: it wants a global WebSocket, which Node 20 has not, and talks on the console.
import { WebSocket } from 'ws';

export type AlbySdk = typeof import('@getalby/sdk/nwc');

/** What the SDK says on the console; stdout belongs to the test report. */
const QUIET = ['info', 'warn', 'error', 'debug', 'log'] as const;

/** Quiet until the test ends. */
export async function albySdk(t: { teardown(undo: () => void): void }): Promise<AlbySdk> {
  const hadWebSocket = 'WebSocket' in globalThis;
  if (!hadWebSocket) Object.assign(globalThis, { WebSocket });
  const spoken = QUIET.map((name) => [name, console[name]] as const);
  for (const [name] of spoken) console[name] = () => undefined;
  t.teardown(() => {
    for (const [name, speak] of spoken) console[name] = speak;
    if (!hadWebSocket) Reflect.deleteProperty(globalThis, 'WebSocket');
  });
  return import('@getalby/sdk/nwc');
}
