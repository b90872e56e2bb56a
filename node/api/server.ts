// The daemon's HTTP and WebSocket server on loopback: one table of routes, one gate in front of all of them.

import type { FastifyInstance } from 'fastify';
import type { Clock } from '../../conductor/ports.ts';
import { PylonError, toPylonError } from '../../protocol/errors.ts';
import type { Engine } from '../engine/port.ts';
import { errnoOf } from '../home.ts';
import { ActiveRuns } from './active-runs.ts';
import { checkAddress, checkToken } from './auth.ts';
import { failureBody, statusOf } from './failure.ts';
import { LiveServer } from './live.ts';
import { openApiOf } from './openapi.ts';
import { resumeDeadRuns } from './resume-dead.ts';
import type { ApiServices, Route } from './route.ts';
import { experimentRoutes } from './routes/experiments.ts';
import { healthRoute } from './routes/health.ts';
import { moneyRoutes } from './routes/money.ts';
import { providerRoutes } from './routes/providers.ts';
import { runRoutes } from './routes/runs.ts';

/** A question, paths and options; the input itself is read from disk. */
const BODY_BYTES_MAX = 1_048_576;
/** The name of an experiment: 256 characters, each of up to three bytes, each byte as `%e2`. */
const PARAM_CHARS_MAX = 2_304;
/** Answers are read from the store: whoever takes longer to send a request than this is not one of ours. */
const REQUEST_TIMEOUT_MS = 30_000;

export interface ApiOptions {
  readonly engine: Engine;
  readonly token: string;
  readonly clock: Clock;
  readonly instance: string;
  /** 0 takes any free one. */
  readonly port: number;
  readonly log: (line: string) => void;
  /** Goes on with the runs that died with an earlier process. */
  readonly resumesDead?: boolean;
  /** Bytes that may wait for one WebSocket client. */
  readonly liveBufferBytesMax?: number;
}

export interface Api {
  readonly port: number;
  readonly url: string;
  /** Ends every run with what it has, then stops listening. */
  close(): Promise<void>;
}

const ROUTES: readonly Route[] = [healthRoute, ...runRoutes, ...moneyRoutes, ...providerRoutes, ...experimentRoutes];

/** Fastify's own refusals, in our words. */
function toApiError(thrown: unknown): { status: number; error: PylonError } {
  const code = errnoOf(thrown);
  if (!code.startsWith('FST_')) {
    const error = toPylonError(thrown);
    return { status: statusOf(error.code), error };
  }
  const tooLarge = code === 'FST_ERR_CTP_BODY_TOO_LARGE';
  const reason = tooLarge ? `the body is larger than ${BODY_BYTES_MAX} bytes` : toPylonError(thrown).reason;
  return { status: tooLarge ? 413 : 400, error: new PylonError('request-invalid', { reason, cause: thrown }) };
}

function register(server: FastifyInstance, routes: readonly Route[], services: ApiServices): void {
  for (const route of routes) {
    server.route({
      method: route.method,
      url: route.path,
      handler: async (request, reply) => {
        const { params, query, body } = request;
        return reply.code(route.status).send(await route.handle(services, { params, query, body }));
      },
    });
  }
  const document = openApiOf(routes);
  server.get('/api/openapi.json', async () => document);
}

function isOpen(path: string): boolean {
  return path === '/api/openapi.json' || ROUTES.some((route) => route.open === true && route.path === path);
}

async function listen(server: FastifyInstance, port: number): Promise<number> {
  try {
    await server.listen({ host: '127.0.0.1', port });
  } catch (cause) {
    if (errnoOf(cause) !== 'EADDRINUSE' && errnoOf(cause) !== 'EACCES') throw cause;
    const reason = errnoOf(cause) === 'EACCES' ? { reason: 'this port needs more rights' } : {};
    throw new PylonError('port-in-use', { value: String(port), cause, ...reason });
  }
  const address = server.server.address();
  return typeof address === 'object' && address !== null ? address.port : port;
}

/** Serves the engine on 127.0.0.1. @throws PylonError `port-in-use` */
export async function startApi(options: ApiOptions): Promise<Api> {
  const { fastify } = await import('fastify');
  const { engine, token, clock, instance, log } = options;
  const server = fastify({
    logger: false,
    bodyLimit: BODY_BYTES_MAX,
    requestTimeout: REQUEST_TIMEOUT_MS,
    forceCloseConnections: true,
    routerOptions: { maxParamLength: PARAM_CHARS_MAX },
  });
  const active = new ActiveRuns(engine, log);
  let port = options.port;
  server.addHook('onRequest', async (request) => {
    checkAddress(request.raw, port);
    if (!isOpen(request.routeOptions.url ?? '')) checkToken(request.headers.authorization, token);
  });
  server.addHook('onSend', async (_request, reply) => {
    reply.header('cache-control', 'no-store').header('x-content-type-options', 'nosniff');
  });
  server.setErrorHandler((thrown, _request, reply) => {
    const { status, error } = toApiError(thrown);
    if (error.code === 'internal') log(`api: ${error.message}`);
    return reply.code(status).send(failureBody(error));
  });
  server.setNotFoundHandler((request, reply) => {
    const error = new PylonError('request-invalid', {
      value: `${request.method} ${request.url}`,
      reason: 'no such route',
    });
    return reply.code(404).send(failureBody(error));
  });
  register(server, ROUTES, { engine, active, clock, instance, startedAtMs: clock.now() });
  const buffer = options.liveBufferBytesMax === undefined ? {} : { bufferBytesMax: options.liveBufferBytesMax };
  const live = new LiveServer({ engine, token, clock, port: () => port, ...buffer });
  server.server.on('upgrade', (request, socket, head) => live.handleUpgrade(request, socket, head));
  port = await listen(server, port);
  const reviving = options.resumesDead === true ? resumeDeadRuns({ engine, active, clock, log }) : Promise.resolve();
  const revived = reviving.catch((thrown: unknown) =>
    log(`runs that died are not resumed: ${toPylonError(thrown).message}`),
  );
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    async close() {
      await active.close();
      await revived;
      live.close();
      await server.close();
    },
  };
}
