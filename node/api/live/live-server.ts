// The WebSocket /ws: a run's events from any sequence number on, then live, and which runs change. It lets clients in, and drops those
// that are gone without a word.
import { type IncomingMessage, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Clock } from '../../../conductor/ports.ts';
import { toPylonError } from '../../../protocol/errors.ts';
import type { ServedEngine } from '../../engine/port.ts';
import type { Sessions } from '../access/sessions.ts';
import { admitUpgrade, type Proof } from '../auth.ts';
import { statusOf } from '../failure.ts';
import { type ClientServices, LiveClient } from './client.ts';
import { StoredPages } from './replay.ts';
import { RunFeeds } from './run-feeds.ts';
import { RunsFeed } from './runs-feed.ts';

/** Requests are a token or a run id. */
const MESSAGE_BYTES_MAX = 4_096;
const CLIENTS_MAX = 64;
/** Who has not answered one ping when the next is due is gone: a laptop that was closed says no good-bye. */
const PING_EVERY_MS = 15_000;
const CLOSE_GOING_AWAY = 1001;

export interface LiveOptions {
  readonly engine: ServedEngine;
  readonly token: string;
  readonly instance: string;
  readonly sessions: Sessions;
  readonly clock: Clock;
  /** The port served, for the Origin check. */
  readonly port: () => number;
  readonly log: (line: string) => void;
  /** Characters of one run's events that are kept for slow clients. */
  readonly feedCharsMax?: number;
}

export class LiveServer {
  readonly #options: LiveOptions;
  readonly #services: ClientServices;
  // Compression costs more than the loopback it would save.
  readonly #server = new WebSocketServer({ noServer: true, maxPayload: MESSAGE_BYTES_MAX, perMessageDeflate: false });
  /** Those who have not answered the last ping. */
  readonly #silent = new Set<WebSocket>();
  #cancelPing: (() => void) | undefined;

  constructor(options: LiveOptions) {
    const { engine, token, instance, clock, log, feedCharsMax } = options;
    this.#options = options;
    const onFailure = (thrown: unknown) => log(`live: ${toPylonError(thrown).message}`);
    const feeds = new RunFeeds(engine, clock, feedCharsMax);
    const pages = new StoredPages(engine.runs);
    const runsFeed = new RunsFeed(engine, clock, onFailure);
    this.#services = { engine, token, instance, clock, feeds, pages, runsFeed };
  }

  /**
   * Takes over an HTTP upgrade. Programs send the token in the Authorization header, pages their cookie; who can send
   * neither sends the token in the first message.
   */
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on('error', () => socket.destroy()); // the client went away in the middle of the handshake
    let proof: Proof | undefined;
    let status = this.#refusal(request);
    if (status === undefined) {
      try {
        proof = admitUpgrade(request, this.#options, this.#options.port());
      } catch (thrown) {
        status = statusOf(toPylonError(thrown).code); // all that a page we do not trust needs to know
      }
    }
    if (status !== undefined) {
      socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
      return;
    }
    this.#server.handleUpgrade(request, socket, head, (client) => {
      new LiveClient(client, this.#services, proof !== undefined);
      client.on('pong', () => this.#silent.delete(client));
      client.on('close', () => this.#silent.delete(client));
      this.#cancelPing ??= this.#options.clock.after(PING_EVERY_MS, () => this.#ping());
    });
  }

  #refusal(request: IncomingMessage): number | undefined {
    if (request.url !== '/ws') return 404;
    return this.#server.clients.size >= CLIENTS_MAX ? 503 : undefined;
  }

  #ping(): void {
    this.#cancelPing = undefined;
    for (const client of this.#silent) client.terminate();
    this.#silent.clear();
    for (const client of this.#server.clients) {
      if (client.readyState !== client.OPEN) continue;
      this.#silent.add(client);
      client.ping();
    }
    if (this.#silent.size > 0) this.#cancelPing = this.#options.clock.after(PING_EVERY_MS, () => this.#ping());
  }

  close(): void {
    this.#cancelPing?.();
    for (const client of this.#server.clients) {
      client.close(CLOSE_GOING_AWAY, 'the daemon stops');
      client.terminate();
    }
    this.#server.close();
  }
}
