// The WebSocket /ws: replays a run's events from a sequence number at the client's pace, then follows it
// live. A client that cannot keep up is cut off with the place to resume from; a run never waits for it.
import { type IncomingMessage, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Clock } from '../../conductor/ports.ts';
import { PylonError, toPylonError } from '../../protocol/errors.ts';
import { endsRun, isOverAfter } from '../../protocol/run-end.ts';
import type { TraceEvent } from '../../protocol/trace.ts';
import type { Engine } from '../engine/port.ts';
import type { Sessions } from './access/sessions.ts';
import { admitUpgrade, type Proof, tokensMatch } from './auth.ts';
import { failureBody, parseRequest, statusOf } from './failure.ts';
import { type LiveRequest, liveRequestSchema } from './schemas.ts';

/** Requests are a token or a run id. */
const MESSAGE_BYTES_MAX = 4_096;
const CLIENTS_MAX = 64;
const SUBSCRIPTIONS_PER_CLIENT_MAX = 32;
/** A replay waits for the client above this; enough to keep the wire busy. */
const REPLAY_BUFFER_BYTES = 262_144;
/** Live events that wait for one client: at about 300 bytes each, several seconds of the busiest run. */
export const LIVE_BUFFER_BYTES_MAX = 4_194_304;
const AUTH_TIMEOUT_MS = 5_000;
const CLOSE_GOING_AWAY = 1001;
const CLOSE_POLICY = 1008;
const CLOSE_TRY_AGAIN = 1013;

export interface LiveOptions {
  readonly engine: Engine;
  readonly token: string;
  readonly sessions: Sessions;
  readonly clock: Clock;
  /** The port served, for the Origin check. */
  readonly port: () => number;
  readonly bufferBytesMax?: number;
}

/** One connected client. */
class LiveClient {
  readonly #socket: WebSocket;
  readonly #options: LiveOptions;
  readonly #subscriptions = new Map<string, AbortController>();
  #trusted: boolean;
  #stopWaiting: () => void = () => undefined;

  constructor(socket: WebSocket, options: LiveOptions, trusted: boolean) {
    this.#socket = socket;
    this.#options = options;
    this.#trusted = trusted;
    if (!trusted) {
      const late = () => socket.close(CLOSE_POLICY, 'send {"type":"auth","token"} first');
      this.#stopWaiting = options.clock.after(AUTH_TIMEOUT_MS, late);
    }
    socket.on('message', (data) => this.#receive(String(data)));
    socket.on('error', () => socket.terminate()); // a broken frame: there is nobody left to tell
    socket.on('close', () => this.#end());
  }

  #end(): void {
    this.#stopWaiting();
    for (const subscription of this.#subscriptions.values()) subscription.abort();
    this.#subscriptions.clear();
  }

  #send(message: unknown): void {
    if (this.#socket.readyState === this.#socket.OPEN) this.#socket.send(JSON.stringify(message));
  }

  #fail(thrown: unknown, runId?: string): void {
    this.#send({
      type: 'error',
      ...(runId === undefined ? {} : { run_id: runId }),
      ...failureBody(toPylonError(thrown)),
    });
  }

  #receive(text: string): void {
    try {
      const request = this.#read(text);
      if (request.type === 'auth') this.#authenticate(request.token);
      else if (!this.#trusted) throw new PylonError('unauthorized');
      else if (request.type === 'unsubscribe') this.#subscriptions.get(request.run_id)?.abort();
      else this.#subscribe(request.run_id, request.from_seq);
    } catch (thrown) {
      this.#fail(thrown);
      if (!this.#trusted) this.#socket.close(CLOSE_POLICY, 'unauthorized');
    }
  }

  #read(text: string): LiveRequest {
    let body: unknown;
    try {
      body = JSON.parse(text);
    } catch (cause) {
      throw new PylonError('request-invalid', { value: text, reason: 'a message is not JSON', cause });
    }
    return parseRequest(liveRequestSchema, body, 'message');
  }

  #authenticate(token: string): void {
    if (!tokensMatch(token, this.#options.token)) throw new PylonError('unauthorized');
    this.#trusted = true;
    this.#stopWaiting();
    this.#send({ type: 'authenticated' });
  }

  #subscribe(runId: string, fromSeq: number): void {
    if (this.#subscriptions.size >= SUBSCRIPTIONS_PER_CLIENT_MAX) {
      throw new PylonError('request-invalid', {
        value: runId,
        reason: `more than ${SUBSCRIPTIONS_PER_CLIENT_MAX} subscriptions on one connection`,
      });
    }
    this.#subscriptions.get(runId)?.abort();
    const controller = new AbortController();
    this.#subscriptions.set(runId, controller);
    this.#follow(runId, fromSeq, controller).catch((thrown: unknown) => {
      this.#drop(runId, controller);
      this.#fail(thrown, runId);
    });
  }

  #drop(runId: string, controller: AbortController): void {
    controller.abort();
    if (this.#subscriptions.get(runId) === controller) this.#subscriptions.delete(runId);
  }

  async #follow(asked: string, fromSeq: number, controller: AbortController): Promise<void> {
    const { engine } = this.#options;
    const { signal } = controller;
    const runId = await engine.runs.resolve(asked);
    if (signal.aborted) return;
    this.#send({ type: 'subscribed', run_id: runId, from_seq: fromSeq });
    const nextSeq = await this.#replay(runId, fromSeq, signal);
    if (signal.aborted) return;
    if (nextSeq === undefined) return this.#finish(asked, runId, controller);
    const stop = engine.subscribe(runId, nextSeq, (event) => {
      if (signal.aborted) return;
      this.#sendLive(event);
      if (endsRun(event)) this.#finish(asked, runId, controller);
    });
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  }

  /**
   * Sends what is stored. Behind its end a run may have been resumed meanwhile, so at an end it looks again.
   * @returns from where on the run goes on; undefined when it is over
   */
  async #replay(runId: string, fromSeq: number, signal: AbortSignal): Promise<number | undefined> {
    const { engine } = this.#options;
    let [nextSeq, atEnd] = [fromSeq, false];
    for (let readTo = -1; readTo < nextSeq; ) {
      readTo = nextSeq;
      for await (const event of engine.runs.events(runId, nextSeq)) {
        if (signal.aborted) return undefined;
        [nextSeq, atEnd] = [event.seq + 1, isOverAfter(event)];
        await this.#sendPatiently(event);
      }
      if (!atEnd) return nextSeq;
    }
    const record = await engine.runs.get(runId);
    return record?.status === 'running' ? nextSeq : undefined;
  }

  #finish(asked: string, runId: string, controller: AbortController): void {
    this.#drop(asked, controller);
    this.#send({ type: 'ended', run_id: runId });
  }

  /** During a replay the store can wait for the client. */
  #sendPatiently(event: TraceEvent): Promise<void> | undefined {
    const message = JSON.stringify({ type: 'trace_event', run_id: event.run_id, event });
    if (this.#socket.readyState !== this.#socket.OPEN) return undefined;
    if (this.#socket.bufferedAmount < REPLAY_BUFFER_BYTES) {
      this.#socket.send(message);
      return undefined;
    }
    return new Promise((resolve) => this.#socket.send(message, () => resolve()));
  }

  /** A live run cannot wait. */
  #sendLive(event: TraceEvent): void {
    if (this.#socket.bufferedAmount > (this.#options.bufferBytesMax ?? LIVE_BUFFER_BYTES_MAX)) {
      this.#end();
      this.#socket.close(CLOSE_TRY_AGAIN, `too slow: resubscribe with from_seq ${event.seq}`);
      return;
    }
    this.#send({ type: 'trace_event', run_id: event.run_id, event });
  }
}

export class LiveServer {
  readonly #options: LiveOptions;
  // Compression costs more than the loopback it would save.
  readonly #server = new WebSocketServer({ noServer: true, maxPayload: MESSAGE_BYTES_MAX, perMessageDeflate: false });

  constructor(options: LiveOptions) {
    this.#options = options;
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
      new LiveClient(client, this.#options, proof !== undefined);
    });
  }

  #refusal(request: IncomingMessage): number | undefined {
    if (request.url !== '/ws') return 404;
    return this.#server.clients.size >= CLIENTS_MAX ? 503 : undefined;
  }

  close(): void {
    for (const client of this.#server.clients) {
      client.close(CLOSE_GOING_AWAY, 'the daemon stops');
      client.terminate();
    }
    this.#server.close();
  }
}
