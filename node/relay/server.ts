// The relay: takes WebSockets on a port of its own or from another HTTP server, reads their
// messages and hands them to ingest (EVENT, AUTH) and requests (REQ, CLOSE, COUNT).
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { PylonError } from '../../protocol/errors.ts';
import { VERSION } from '../version.ts';
import { Connection } from './connection.ts';
import { answerInfo, type InfoSource } from './info.ts';
import { type EventListener, Ingest } from './ingest.ts';
import { RELAY_LIMITS, type RelayLimits } from './limits.ts';
import { type Policy, standardPolicies } from './policies.ts';
import { Requests } from './requests.ts';
import { newCounters, type RelayCounters } from './stats.ts';
import type { EventStore, StoreStats } from './store/event-store.ts';
import { MemoryStore } from './store/memory-store.ts';
import { inThreadVerifier, type Verifier } from './verifier.ts';

export interface RelayOptions {
  /** Address to listen on; loopback unless told. */
  readonly host?: string;
  /** 0 takes any free port. */
  readonly port?: number;
  /** Unix milliseconds. */
  readonly clock: () => number;
  readonly randomBytes: (length: number) => Uint8Array;
  /** Memory unless told. The relay closes it when it closes. */
  readonly store?: EventStore;
  /** Asked before the relay's own rules, in order. */
  readonly policies?: readonly Policy[];
  readonly limits?: Partial<RelayLimits>;
  /** In-thread unless told. The relay closes it when it closes. */
  readonly verifier?: Verifier;
  readonly name?: string;
  /** Tells the NIP-11 document that a policy of yours asks for authentication. */
  readonly authRequired?: boolean;
  readonly log?: (line: string) => void;
}

export interface RelayStats extends RelayCounters {
  readonly connections: number;
  readonly subscriptions: number;
  readonly store: StoreStats;
}

const HEARTBEAT_MS = 60_000;
/** TCP connections beyond the WebSockets: handshakes and NIP-11 requests under way. */
const CONNECTIONS_NOT_UPGRADED_MAX = 100;
/** A client that has not finished its request by then is not going to. */
const HEADERS_TIMEOUT_MS = 10_000;
const CLOSE_GOING_AWAY = 1001;
/** How long clients may take over the closing handshake before they are cut off. */
const CLOSE_GRACE_MS = 500;

export class Relay {
  readonly limits: RelayLimits;
  readonly #options: RelayOptions;
  readonly #counters = newCounters();
  readonly #store: EventStore;
  readonly #verifier: Verifier;
  readonly #requests: Requests;
  readonly #ingest: Ingest;
  readonly #info: InfoSource;
  readonly #sockets: WebSocketServer;
  readonly #connections = new Map<WebSocket, Connection>();
  readonly #heartbeat: NodeJS.Timeout;
  #http: Server | undefined;
  #url = '';
  #closing: Promise<void> | undefined;

  private constructor(options: RelayOptions) {
    this.#options = options;
    this.limits = { ...RELAY_LIMITS, ...options.limits };
    this.#store = options.store ?? new MemoryStore();
    this.#verifier = options.verifier ?? inThreadVerifier;
    const shared = {
      store: this.#store,
      policies: [...(options.policies ?? []), ...standardPolicies(this.limits, options.clock)],
      limits: this.limits,
      counters: this.#counters,
      now: options.clock,
      log: options.log ?? (() => undefined),
    };
    this.#requests = new Requests(shared);
    const requests = this.#requests;
    this.#ingest = new Ingest({ ...shared, verifier: this.#verifier, deliver: requests.deliver.bind(requests) });
    this.#info = {
      name: options.name ?? 'Pylon relay',
      version: VERSION,
      limits: this.limits,
      authRequired: options.authRequired ?? false,
    };
    this.#sockets = new WebSocketServer({
      noServer: true,
      clientTracking: false,
      maxPayload: this.limits.messageBytesMax,
      perMessageDeflate: false,
    });
    this.#heartbeat = setInterval(() => {
      for (const connection of this.#connections.values()) connection.heartbeat();
    }, HEARTBEAT_MS);
    this.#heartbeat.unref();
  }

  /** A relay without a port: feed it through `handleUpgrade` and `handleRequest`. */
  static mounted(options: RelayOptions): Relay {
    return new Relay(options);
  }

  /** A relay on a port of its own. @throws PylonError `port-in-use` | `option-invalid` */
  static async start(options: RelayOptions): Promise<Relay> {
    const relay = new Relay(options);
    try {
      await relay.#listen(options.host ?? '127.0.0.1', options.port ?? 0);
    } catch (thrown) {
      await relay.close();
      throw thrown;
    }
    return relay;
  }

  /** `ws://host:port` of its own server; empty when mounted. */
  get url(): string {
    return this.#url;
  }

  get stats(): RelayStats {
    return {
      ...this.#counters,
      connections: this.#connections.size,
      subscriptions: this.#requests.size,
      store: this.#store.stats,
    };
  }

  /** Calls back for each event taken in; the function returned ends it. */
  onEvent(listener: EventListener): () => void {
    this.#ingest.listeners.add(listener);
    return () => this.#ingest.listeners.delete(listener);
  }

  /** Answers plain HTTP on the relay's path (NIP-11). */
  handleRequest(request: IncomingMessage, response: ServerResponse): void {
    answerInfo(request, response, this.#info);
  }

  /** Takes over a WebSocket upgrade, also one of another HTTP server. */
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    if (this.#closing !== undefined || this.#connections.size >= this.limits.connectionsMax) {
      this.#counters.connectionsRefused += 1;
      socket.on('error', () => socket.destroy());
      socket.end('HTTP/1.1 503 Service Unavailable\r\nconnection: close\r\ncontent-length: 0\r\n\r\n');
      return;
    }
    this.#sockets.handleUpgrade(request, socket, head, (webSocket) => this.#welcome(webSocket, request));
  }

  /** Says goodbye to all, then closes port, verifier and store. Safe to call twice. */
  close(): Promise<void> {
    this.#closing ??= this.#shutDown();
    return this.#closing;
  }

  #listen(host: string, port: number): Promise<void> {
    const server = createServer((request, response) => this.handleRequest(request, response));
    server.on('upgrade', (request, socket, head) => this.handleUpgrade(request, socket, head));
    server.maxConnections = this.limits.connectionsMax + CONNECTIONS_NOT_UPGRADED_MAX;
    server.headersTimeout = HEADERS_TIMEOUT_MS;
    this.#http = server;
    return new Promise((resolve, reject) => {
      server.once('error', (cause: NodeJS.ErrnoException) => {
        const value = `${host}:${port}`;
        if (cause.code === 'EADDRINUSE') reject(new PylonError('port-in-use', { value, cause }));
        else reject(new PylonError('option-invalid', { value, reason: `cannot listen: ${cause.code}`, cause }));
      });
      server.listen(port, host, () => {
        const bound = (server.address() as AddressInfo).port;
        this.#url = `ws://${host.includes(':') ? `[${host}]` : host}:${bound}`;
        resolve();
      });
    });
  }

  #welcome(socket: WebSocket, request: IncomingMessage): void {
    const own = URL.canParse(this.#url) ? [new URL(this.#url).host] : [];
    const named = request.headers.host;
    const connection = new Connection({
      socket,
      address: request.socket.remoteAddress ?? '',
      hosts: named === undefined ? own : [...own, named.toLowerCase()],
      challenge: Buffer.from(this.#options.randomBytes(16)).toString('hex'),
      limits: this.limits,
      counters: this.#counters,
    });
    this.#counters.connectionsOpened += 1;
    this.#connections.set(socket, connection);
    socket.on('message', (data, isBinary) => this.#read(connection, data as Buffer, isBinary));
    socket.on('pong', () => {
      connection.isAlive = true;
    });
    socket.on('error', (fault: Error & { code?: string }) => {
      if (fault.code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH') this.#counters.oversized += 1;
      else this.#counters.garbage += 1;
    });
    socket.on('close', () => {
      this.#requests.drop(connection);
      this.#connections.delete(socket);
    });
    connection.askForKey();
  }

  #read(connection: Connection, data: Buffer, isBinary: boolean): void {
    const message = isBinary ? undefined : parseMessage(data);
    if (message === undefined) connection.garbage('a message is a JSON list, as text');
    else if (message[0] === 'EVENT') this.#ingest.receive(connection, message, data);
    else if (message[0] === 'REQ') this.#requests.open(connection, message);
    else if (message[0] === 'CLOSE') this.#requests.close(connection, message);
    else if (message[0] === 'COUNT') connection.hold(this.#requests.count(connection, message));
    else if (message[0] === 'AUTH') this.#ingest.authenticate(connection, message);
    else connection.garbage('a message is one of EVENT, REQ, CLOSE, COUNT, AUTH');
  }

  async #shutDown(): Promise<void> {
    clearInterval(this.#heartbeat);
    const gone = Promise.all(
      [...this.#connections.keys()].map((socket) => new Promise<void>((resolve) => socket.once('close', resolve))),
    );
    for (const socket of this.#connections.keys()) socket.close(CLOSE_GOING_AWAY, 'the relay is shutting down');
    const cutOff = setTimeout(() => {
      for (const socket of this.#connections.keys()) socket.terminate();
    }, CLOSE_GRACE_MS);
    await gone;
    clearTimeout(cutOff);
    const server = this.#http;
    if (server?.listening === true) {
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    }
    await this.#verifier.close();
    await this.#store.close();
  }
}

/** The list that a message is, undefined when it is none. */
function parseMessage(data: Buffer): readonly unknown[] | undefined {
  try {
    const message: unknown = JSON.parse(data.toString());
    return Array.isArray(message) ? message : undefined;
  } catch {
    return undefined; // not JSON: the caller answers and counts it
  }
}
