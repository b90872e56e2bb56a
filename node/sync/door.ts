// The door for runs that other homes sync: a server of its own with one route, so that whoever reaches it reaches nothing of the API.
// It is open only where keys are let in, and listens beyond this machine only where its owner said so.
import { statfs } from 'node:fs/promises';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Clock } from '../../conductor/ports.ts';
import type { Delivery } from '../../ledger/foreign-runs.ts';
import { PylonError, toPylonError } from '../../protocol/errors.ts';
import type { VerifiedEvent } from '../../protocol/event.ts';
import { sha256Hex } from '../../protocol/event.ts';
import { checkPayload, checkRequest } from '../../protocol/http-auth.ts';
import { SYNC_BODY_BYTES_MAX, SYNC_PATH, SYNC_TYPE, type SyncStanding } from '../../protocol/sync.ts';
import { failureBody, statusOf } from '../api/failure.ts';
import { errnoOf } from '../home.ts';
import { endpointOf, type Listen, originOf } from './address.ts';
import { Admission } from './admission.ts';
import { readDelivery } from './delivery.ts';

/** The same by its longer name. */
const PATHS = [SYNC_PATH, '/api/rlm/runs/sync'];
/** The largest body over a line of half a megabit; whoever takes longer sends smaller ones. */
const REQUEST_TIMEOUT_MS = 120_000;
/** Strangers among them: each costs a socket until its headers are read, or their time is up. */
const CONNECTIONS_MAX = 64;
const HEADERS_TIMEOUT_MS = 10_000;
/** A sender comes back within milliseconds. */
const KEEP_ALIVE_MS = 10_000;
/** Left for what this home itself has to write. */
const DISK_BYTES_FREE_MIN = 268_435_456;
const MEGABYTE = 1_048_576;

export interface SyncSettings {
  /** Public keys (hex) that are let in. */
  readonly allow: readonly string[];
  readonly listen: Listen;
  /** By which others reach it, when not by where it listens: what they sign must name it. */
  readonly url?: string;
  readonly quotaMb: number;
}

export interface DoorOptions extends SyncSettings {
  readonly home: string;
  readonly clock: Clock;
  readonly receive: (key: string, delivery: Delivery, quotaBytes: number) => Promise<SyncStanding>;
  readonly log: (line: string) => void;
}

export interface Door {
  /** What others give as `--to`. */
  readonly url: string;
  /** Where it listens. */
  readonly port: number;
  /** Lets requests under way finish. */
  close(): Promise<void>;
}

interface Visit {
  readonly event: VerifiedEvent;
  readonly leave: () => void;
}

class Visits {
  readonly #options: DoorOptions;
  readonly #admission = new Admission();
  readonly #allowed: ReadonlySet<string>;
  readonly #visits = new WeakMap<FastifyRequest, Visit>();
  #base = '';

  constructor(options: DoorOptions) {
    this.#options = options;
    this.#allowed = new Set(options.allow);
  }

  /** @param base once it is known */
  at(base: string): void {
    this.#base = base;
  }

  /** Before the body is read. @throws PylonError `signature-refused` | `key-refused` | `sync-too-fast` */
  begin(request: FastifyRequest): void {
    const nowSeconds = Math.floor(this.#options.clock.now() / 1_000);
    const path = request.routeOptions.url;
    const url = path === SYNC_PATH ? endpointOf(this.#base) : `${this.#base.replace(/\/+$/, '')}${path}`;
    const { authorization } = request.headers;
    const isKnown = (key: string) => this.#allowed.has(key);
    const event = checkRequest(authorization, { url, method: request.method }, nowSeconds, isKnown);
    this.#visits.set(request, { event, leave: this.#admission.admit(event, nowSeconds) });
  }

  end(request: FastifyRequest): void {
    this.#visits.get(request)?.leave();
  }

  /** @throws PylonError as `receive` does */
  async take(request: FastifyRequest): Promise<SyncStanding> {
    const { home, quotaMb, receive } = this.#options;
    const event = this.#visits.get(request)?.event;
    const { body } = request;
    if (event === undefined || !Buffer.isBuffer(body))
      throw new PylonError('request-invalid', { reason: `the body must be ${SYNC_TYPE}`, next: 'follow docs/sync.md' });
    checkPayload(event, sha256Hex(body));
    const { bavail, bsize } = await statfs(home);
    if (bavail * bsize < DISK_BYTES_FREE_MIN)
      throw new PylonError('sync-full', { reason: 'the disk of that daemon is nearly full' });
    return receive(event.pubkey, readDelivery(body), quotaMb * MEGABYTE);
  }
}

function answerFailures(server: FastifyInstance, log: DoorOptions['log']): void {
  server.setErrorHandler((thrown, _request, reply) => {
    const code = errnoOf(thrown);
    const isOurs = !code.startsWith('FST_');
    const tooLarge = code === 'FST_ERR_CTP_BODY_TOO_LARGE';
    const reason = tooLarge ? `a body has at most ${SYNC_BODY_BYTES_MAX} bytes` : `the body must be ${SYNC_TYPE}`;
    const error = isOurs
      ? toPylonError(thrown)
      : new PylonError('request-invalid', { reason, next: 'follow docs/sync.md' });
    if (error.code === 'internal') log(`sync: ${error.message}`);
    const status = tooLarge ? 413 : statusOf(error.code);
    return reply.code(status).send(failureBody(error.code === 'internal' ? new PylonError('internal') : error));
  });
  server.setNotFoundHandler((_request, reply) =>
    reply.code(404).send(failureBody(new PylonError('request-invalid', { reason: 'only synced runs are taken here' }))),
  );
}

async function listen(server: FastifyInstance, { host, port }: Listen): Promise<Listen> {
  try {
    await server.listen({ host, port });
  } catch (cause) {
    throw new PylonError('port-in-use', {
      value: `${host}:${port}`,
      reason: `sync.listen cannot be listened on: ${errnoOf(cause) || toPylonError(cause).reason}`,
      next: 'set another sync.listen, or no sync.allow',
      cause,
    });
  }
  const address = server.server.address();
  return { host, port: typeof address === 'object' && address !== null ? address.port : port };
}

/** @throws PylonError `port-in-use` */
export async function openDoor(options: DoorOptions): Promise<Door> {
  const { fastify } = await import('fastify');
  const server = fastify({
    logger: false,
    bodyLimit: SYNC_BODY_BYTES_MAX,
    requestTimeout: REQUEST_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    forceCloseConnections: true,
    exposeHeadRoutes: false,
  });
  server.server.maxConnections = CONNECTIONS_MAX;
  server.server.headersTimeout = HEADERS_TIMEOUT_MS;
  const visits = new Visits(options);
  server.removeAllContentTypeParsers();
  server.addContentTypeParser(SYNC_TYPE, { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  answerFailures(server, options.log);
  for (const path of PATHS)
    server.post(path, {
      onRequest: async (request) => visits.begin(request),
      onResponse: async (request) => visits.end(request),
      onRequestAbort: async (request) => visits.end(request),
      handler: (request) => visits.take(request),
    });
  const bound = await listen(server, options.listen);
  const url = options.url ?? originOf(bound);
  visits.at(url);
  return { url, port: bound.port, close: () => server.close() };
}
