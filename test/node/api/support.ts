// A daemon's API round a fake engine, and plain HTTP and WebSocket clients for it.
import { once } from 'node:events';
import { type IncomingHttpHeaders, request } from 'node:http';
import { WebSocket } from 'ws';
import { startApi } from '../../../node/api/server.ts';
import { realClock } from '../../../node/clock.ts';
import type { ServedEngine } from '../../../node/engine/port.ts';
import { realRandom } from '../../../node/random.ts';
import { FakeEngine, type FakeEngineScript } from '../../support/fake-engine.ts';

export const TOKEN = 'c0ffee'.repeat(10);

export async function serve(
  t: { teardown(work: () => Promise<void>): void },
  script: FakeEngineScript = {},
  feedCharsMax?: number,
  dashboardFolder?: string,
  given?: ServedEngine,
) {
  const fake = new FakeEngine(script);
  const engine = given ?? fake;
  const logged: string[] = [];
  const api = await startApi({
    engine,
    token: TOKEN,
    clock: realClock(),
    random: realRandom(),
    instance: 'this-one',
    port: 0,
    log: (line) => logged.push(line),
    ...(feedCharsMax === undefined ? {} : { feedCharsMax }),
    ...(dashboardFolder === undefined ? {} : { dashboardFolder }),
  });
  t.teardown(() => api.close());
  return { engine: fake, api, logged };
}

// biome-ignore lint/suspicious/noExplicitAny: what came over the wire is looked at field by field
export type Json = any;

export interface Reply {
  readonly status: number;
  readonly body: Json;
  readonly headers: IncomingHttpHeaders;
}

/** One request; the token is sent unless `headers` say otherwise. */
export function call(port: number, method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
  return new Promise<Reply>((resolve, reject) => {
    const text = body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body);
    const all = { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json', ...headers };
    if (text === undefined) delete (all as Record<string, string>)['content-type'];
    const outgoing = request({ host: '127.0.0.1', port, method, path, headers: all, agent: false }, (incoming) => {
      let received = '';
      incoming.setEncoding('utf8');
      incoming.on('data', (part) => {
        received += part;
      });
      incoming.on('end', () => {
        const { statusCode: status = 0, headers } = incoming;
        const isJson = headers['content-type']?.startsWith('application/json') === true;
        const body = received === '' ? null : isJson ? JSON.parse(received) : received;
        resolve({ status, headers, body });
      });
    });
    outgoing.on('error', reject);
    outgoing.end(text);
  });
}

/** Lets a browser in. @returns the `Cookie` header that it sends from now on */
export async function enter(port: number): Promise<{ cookie: string }> {
  const { body } = await call(port, 'POST', '/api/session/links');
  const code = (body.url as string).split('#enter=')[1];
  const { headers } = await call(port, 'POST', '/api/session', { code }, { authorization: '' });
  return { cookie: headers['set-cookie']?.[0]?.split(';')[0] ?? '' };
}

/** A WebSocket whose messages are collected; `until` awaits the first that fits. */
export class LiveClient {
  readonly socket: WebSocket;
  readonly messages: Json[] = [];
  readonly closed: Promise<{ code: number; reason: string }>;

  constructor(port: number, headers: Record<string, string> = { authorization: `Bearer ${TOKEN}` }) {
    this.socket = new WebSocket(`ws://127.0.0.1:${port}/ws`, { headers });
    this.socket.on('message', (data) => {
      this.messages.push(JSON.parse(String(data)));
      this.socket.emit('told');
    });
    this.closed = once(this.socket, 'close').then(([code, reason]) => ({ code, reason: String(reason) }));
  }

  async send(message: unknown): Promise<void> {
    if (this.socket.readyState === WebSocket.CONNECTING) await once(this.socket, 'open');
    this.socket.send(typeof message === 'string' ? message : JSON.stringify(message));
  }

  async until(fits: (message: Json) => boolean): Promise<Json> {
    for (;;) {
      const found = this.messages.find(fits);
      if (found !== undefined) return found;
      await once(this.socket, 'told');
    }
  }
}

/** The HTTP status with which an upgrade is refused. */
export function refusedUpgrade(port: number, path: string, headers: Record<string, string>): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, { headers });
    socket.on('unexpected-response', (_request, response) => {
      resolve(response.statusCode ?? 0);
      socket.terminate();
    });
    socket.on('open', () => {
      socket.terminate();
      resolve(101);
    });
    socket.on('error', reject);
  });
}
