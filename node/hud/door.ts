// The public page: a server of its own that can read the runs its owner chose and nothing else. It takes no token, because what it shows
// is for everybody; it listens beyond this machine only where its owner said so.
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { Clock } from '../../conductor/ports.ts';
import { policyOf } from '../../ledger/export/html.ts';
import { SHARE_STYLE } from '../../ledger/export/share-style.ts';
import { PylonError, toPylonError } from '../../protocol/errors.ts';
import type { ServedEngine } from '../engine/port.ts';
import { errnoOf } from '../home.ts';
import { type Listen, originOf } from '../sync/address.ts';
import { type HudPage, HudPages } from './pages.ts';
import type { HudSettings } from './settings.ts';

/** Anybody's: each costs a socket. */
const CONNECTIONS_MAX = 64;
const REQUEST_TIMEOUT_MS = 10_000;
const KEEP_ALIVE_MS = 10_000;
/** Of a request that has no body. */
const BODY_BYTES_MAX = 1_024;
/** The name of an experiment, each of its bytes as `%e2`. */
const PARAM_CHARS_MAX = 2_304;

const HEADERS: Readonly<Record<string, string>> = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'permissions-policy': 'camera=(), microphone=(), geolocation=(), payment=(), usb=()',
  'cross-origin-opener-policy': 'same-origin',
  'cache-control': 'no-cache',
};

export interface HudOptions extends HudSettings {
  readonly engine: Pick<ServedEngine, 'runs'>;
  readonly clock: Clock;
  readonly log: (line: string) => void;
}

export interface Hud {
  readonly url: string;
  readonly port: number;
  close(): Promise<void>;
}

function send(reply: FastifyReply, { markup, choice }: HudPage): FastifyReply {
  const { frameAncestors } = choice;
  const ancestors = frameAncestors.length === 0 ? "'none'" : frameAncestors.join(' ');
  if (frameAncestors.length === 0) reply.header('x-frame-options', 'DENY');
  return reply
    .header('content-security-policy', `${policyOf(SHARE_STYLE)}; frame-ancestors ${ancestors}`)
    .type('text/html; charset=utf-8')
    .send(markup);
}

function refuse(reply: FastifyReply, status: number, words: string): FastifyReply {
  return reply
    .code(status)
    .headers({ ...HEADERS, 'content-security-policy': "default-src 'none'; frame-ancestors 'none'" })
    .type('text/plain; charset=utf-8')
    .send(`${words}\n`);
}

/** What is not shown and what is not there look alike. */
function refuseAlike(reply: FastifyReply): FastifyReply {
  return refuse(reply, 404, 'not shown here');
}

function answerFailures(server: FastifyInstance, log: HudOptions['log']): void {
  server.setNotFoundHandler((_request, reply) => refuseAlike(reply));
  server.setErrorHandler((thrown, _request, reply) => {
    const error = toPylonError(thrown);
    if (error.code === 'run-unknown' || errnoOf(thrown).startsWith('FST_')) return refuseAlike(reply);
    log(`public page: ${error.message}`);
    return refuse(reply, 503, 'not to be shown now');
  });
}

async function listen(server: FastifyInstance, { host, port }: Listen): Promise<Listen> {
  try {
    await server.listen({ host, port });
  } catch (cause) {
    throw new PylonError('port-in-use', {
      value: `${host}:${port}`,
      reason: `hud.listen cannot be listened on: ${errnoOf(cause) || toPylonError(cause).reason}`,
      next: 'set another hud.listen, or no hud.runs and hud.experiments',
      cause,
    });
  }
  const address = server.server.address();
  return { host, port: typeof address === 'object' && address !== null ? address.port : port };
}

/** @throws PylonError `port-in-use` */
export async function openHud({ engine, clock, log, choice, listen: at }: HudOptions): Promise<Hud> {
  const { fastify } = await import('fastify');
  const server = fastify({
    logger: false,
    bodyLimit: BODY_BYTES_MAX,
    requestTimeout: REQUEST_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    forceCloseConnections: true,
    routerOptions: { maxParamLength: PARAM_CHARS_MAX },
    frameworkErrors: (_error, _request, reply) => void refuseAlike(reply),
  });
  server.server.maxConnections = CONNECTIONS_MAX;
  server.server.headersTimeout = REQUEST_TIMEOUT_MS;
  server.removeAllContentTypeParsers();
  answerFailures(server, log);
  server.addHook('onSend', async (_request, reply) => void reply.headers(HEADERS));
  const pages = new HudPages({ engine, clock, choice });
  server.get('/', async (_request, reply) => send(reply, await pages.list()));
  server.get<{ Params: { id: string } }>('/runs/:id', async ({ params }, reply) =>
    send(reply, await pages.run(params.id)),
  );
  server.get<{ Params: { name: string } }>('/experiments/:name', async ({ params }, reply) =>
    send(reply, await pages.experiment(params.name)),
  );
  const bound = await listen(server, at);
  return { url: originOf(bound), port: bound.port, close: () => server.close() };
}
