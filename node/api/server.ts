// The daemon's HTTP and WebSocket server on loopback: one table of routes, one gate in front of all of them.

import { fileURLToPath } from 'node:url';
import type { FastifyInstance } from 'fastify';
import type { Clock, Random } from '../../conductor/ports.ts';
import { PylonError, toPylonError } from '../../protocol/errors.ts';
import type { ServedEngine } from '../engine/port.ts';
import { errnoOf } from '../home.ts';
import { PACKAGE } from '../package-folder.ts';
import { type RunOptions, runOptionsSchema } from '../settings/run-options.ts';
import { Links } from './access/links.ts';
import { Sessions } from './access/sessions.ts';
import { ActiveRuns } from './active-runs.ts';
import { Answer } from './answer.ts';
import { admit, checkAddress } from './auth.ts';
import { Conversations } from './chat/conversation.ts';
import { chatRoutes } from './chat/routes.ts';
import { Dashboard } from './dashboard.ts';
import { handleFailures } from './failing.ts';
import { LiveServer } from './live/live-server.ts';
import { openApiOf } from './openapi.ts';
import { PAGE_PATHS, registerPages, setPolicies } from './page-routes.ts';
import { resumeDeadRuns } from './resume-dead.ts';
import type { ApiServices, Route } from './route.ts';
import { dseRoutes } from './routes/dse.ts';
import { dseArtifactRoutes } from './routes/dse-artifacts.ts';
import { dseCompileRoutes } from './routes/dse-compiles.ts';
import { dseExampleRoutes } from './routes/dse-examples.ts';
import { exploredRoute } from './routes/dse-explored.ts';
import { dseMiningRoutes } from './routes/dse-mining.ts';
import { dseNightRoutes } from './routes/dse-nights.ts';
import { dseOverviewRoute } from './routes/dse-overview.ts';
import { dsePromotionRoutes } from './routes/dse-promotions.ts';
import { evidenceRoutes } from './routes/evidence.ts';
import { experimentRoutes } from './routes/experiments.ts';
import { exportRoutes } from './routes/exports.ts';
import { healthRoute } from './routes/health.ts';
import { moneyRoutes } from './routes/money.ts';
import { overviewRoute } from './routes/overview.ts';
import { providerRoutes } from './routes/providers.ts';
import { replayRoutes } from './routes/replay.ts';
import { runRoutes } from './routes/runs.ts';
import { sessionRoutes } from './routes/session.ts';
import { snapshotRoute } from './routes/snapshot.ts';
import { OpenReplies, withoutBodies } from './streaming.ts';
import { WalletGlance } from './wallet-glance.ts';

/** A question, paths and options; the input itself is read from disk. */
const BODY_BYTES_MAX = 1_048_576;
/** The name of an experiment: 256 characters, each of up to three bytes, each byte as `%e2`. */
const PARAM_CHARS_MAX = 2_304;
/** Answers are read from the store: whoever takes longer to send a request than this is not one of ours. */
const REQUEST_TIMEOUT_MS = 30_000;
/** Where the build puts the pages. */
const DASHBOARD_FOLDER = fileURLToPath(new URL('out/dashboard/', PACKAGE));

export interface ApiOptions {
  readonly engine: ServedEngine;
  readonly token: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly instance: string;
  /** 0 takes any free one. */
  readonly port: number;
  readonly log: (line: string) => void;
  /** Where the sessions of browsers are kept; in memory alone when absent. */
  readonly sessionsPath?: string;
  /** Absolute: where the built pages are, when not where the build puts them. */
  readonly dashboardFolder?: string;
  /** Goes on with the runs that died with an earlier process. */
  readonly resumesDead?: boolean;
  /** PYLON_HOME: where texts of chat requests are kept; the system's temporary folder when absent. */
  readonly home?: string;
  /** Options of a chat request's run, where that says nothing; the defaults when absent. */
  readonly runOptions?: () => Promise<RunOptions>;
  /** Characters of one run's events that are kept for slow WebSocket clients. */
  readonly feedCharsMax?: number;
}

export interface Api {
  readonly port: number;
  readonly url: string;
  /** Ends every run with what it has, then stops listening. */
  close(): Promise<void>;
}

const ROUTES: readonly Route[] = [
  healthRoute,
  overviewRoute,
  ...sessionRoutes,
  ...runRoutes,
  snapshotRoute,
  ...evidenceRoutes,
  ...replayRoutes,
  ...exportRoutes,
  ...moneyRoutes,
  ...providerRoutes,
  ...experimentRoutes,
  ...chatRoutes,
  ...dseRoutes,
  exploredRoute,
  dseOverviewRoute,
  ...dseExampleRoutes,
  ...dseMiningRoutes,
  ...dseCompileRoutes,
  ...dseArtifactRoutes,
  ...dsePromotionRoutes,
  ...dseNightRoutes,
];

function registerRoute(server: FastifyInstance, route: Route, services: ApiServices): void {
  server.route({
    method: route.method,
    url: route.path,
    handler: async (request, reply) => {
      const { params, query, body, headers } = request;
      const stream = route.streams === true ? { stream: services.replies.of(request, reply) } : {};
      const answer = await route.handle(services, { params, query, body, headers, ...stream });
      if (!(answer instanceof Answer)) return reply.code(route.status).send(answer);
      return reply.code(route.status).headers(answer.headers).send(answer.body);
    },
  });
}

function register(server: FastifyInstance, routes: readonly Route[], services: ApiServices): void {
  for (const route of routes) if (route.streams !== true) registerRoute(server, route, services);
  withoutBodies(server, (scope) => {
    for (const route of routes) if (route.streams === true) registerRoute(scope, route, services);
  });
  const document = openApiOf(routes);
  server.get('/api/openapi.json', async () => document);
}

/** What lets one use a path, as fastify knows it. A path that is not there needs something, too: it tells a stranger nothing. */
function needOf(method: string, path: string): Route['needs'] {
  if (path === '/api/openapi.json' || PAGE_PATHS.has(path)) return 'nothing';
  const asked = method === 'HEAD' ? 'GET' : method;
  return ROUTES.find((route) => route.path === path && route.method === asked)?.needs;
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
  const { engine, token, clock, random, instance, log, sessionsPath } = options;
  const server = fastify({
    logger: false,
    bodyLimit: BODY_BYTES_MAX,
    requestTimeout: REQUEST_TIMEOUT_MS,
    forceCloseConnections: true,
    routerOptions: { maxParamLength: PARAM_CHARS_MAX },
  });
  const active = new ActiveRuns(engine, log);
  const place = sessionsPath === undefined ? {} : { path: sessionsPath };
  const sessions = await Sessions.open({ token, clock, random, log, ...place });
  const dashboard = new Dashboard(options.dashboardFolder ?? DASHBOARD_FOLDER);
  let port = options.port;
  server.addHook('onRequest', async (request) => {
    checkAddress(request.raw, port);
    const need = needOf(request.method, request.routeOptions.url ?? '');
    if (need === 'nothing') return;
    if (admit(request.raw, { token, sessions }, port) !== 'token' && need === 'token')
      throw new PylonError('unauthorized', { reason: 'this needs the token, a session is not enough' });
  });
  server.addHook('onSend', async (_request, reply) => setPolicies(reply));
  handleFailures(server, BODY_BYTES_MAX, log);
  const url = () => `http://127.0.0.1:${port}`;
  const links = new Links(sessions, clock, random);
  const wallet = new WalletGlance(engine.money, clock);
  const startedAtMs = clock.now();
  const { home, runOptions = async () => runOptionsSchema.parse({}) } = options;
  const conversations = new Conversations({ runOptions, ...(home === undefined ? {} : { home }) });
  const replies = new OpenReplies();
  const services = {
    engine,
    active,
    replies,
    clock,
    instance,
    startedAtMs,
    sessions,
    links,
    dashboard,
    wallet,
    conversations,
    url,
  };
  register(server, ROUTES, services);
  registerPages(server, dashboard);
  const kept = options.feedCharsMax === undefined ? {} : { feedCharsMax: options.feedCharsMax };
  const live = new LiveServer({ engine, token, instance, sessions, clock, port: () => port, log, ...kept });
  server.server.on('upgrade', (request, socket, head) => live.handleUpgrade(request, socket, head));
  port = await listen(server, port);
  const reviving = options.resumesDead === true ? resumeDeadRuns({ engine, active, clock, log }) : Promise.resolve();
  const revived = reviving.catch((thrown: unknown) =>
    log(`runs that died are not resumed: ${toPylonError(thrown).message}`),
  );
  return {
    port,
    url: url(),
    async close() {
      await active.close();
      await replies.sent(clock);
      await revived;
      live.close();
      await server.close();
      await sessions.close();
    },
  };
}
