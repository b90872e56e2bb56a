// One connected client: what it asks for, and what it follows. Nothing that it does or leaves undone holds up a run.
import type { WebSocket } from 'ws';
import type { Clock } from '../../../conductor/ports.ts';
import { PylonError, toPylonError } from '../../../protocol/errors.ts';
import type { ServedEngine } from '../../engine/port.ts';
import { tokensMatch } from '../auth.ts';
import { failureBody, parseRequest } from '../failure.ts';
import { type LiveRequest, liveRequestSchema } from '../schemas.ts';
import { FRAME_MS, FrameTurns } from './frame-turns.ts';
import { replay, type StoredPages } from './replay.ts';
import type { Follower } from './run-feed.ts';
import type { RunFeeds } from './run-feeds.ts';
import type { RunsFeed, Watcher } from './runs-feed.ts';

const SUBSCRIPTIONS_MAX = 32;
/** Nothing more is sent to a client that has this much before it; enough to keep the wire busy. */
const BUFFER_BYTES_MAX = 262_144;
const AUTH_TIMEOUT_MS = 5_000;
const CLOSE_POLICY = 1008;

export interface ClientServices {
  readonly engine: ServedEngine;
  readonly token: string;
  /** New at every start of the daemon: who comes back can tell whether what it heard still holds. */
  readonly instance: string;
  readonly clock: Clock;
  readonly feeds: RunFeeds;
  readonly pages: StoredPages;
  readonly runsFeed: RunsFeed;
}

export class LiveClient implements Watcher {
  readonly #socket: WebSocket;
  readonly #services: ClientServices;
  /** By the name under which it was asked for. */
  readonly #subscriptions = new Map<string, AbortController>();
  readonly #turns = new FrameTurns();
  #isTrusted: boolean;
  #stopWaiting: () => void = () => undefined;

  constructor(socket: WebSocket, services: ClientServices, isTrusted: boolean) {
    this.#socket = socket;
    this.#services = services;
    this.#isTrusted = isTrusted;
    if (isTrusted) this.#greet();
    else {
      const late = () => socket.close(CLOSE_POLICY, 'send {"type":"auth","token"} first');
      this.#stopWaiting = services.clock.after(AUTH_TIMEOUT_MS, late);
    }
    socket.on('message', (data) => this.#receive(String(data)));
    socket.on('error', () => socket.terminate()); // a broken frame: there is nobody left to tell
    socket.on('close', () => this.#end());
  }

  get isBusy(): boolean {
    return this.#socket.bufferedAmount > BUFFER_BYTES_MAX;
  }

  take(message: Buffer): void {
    if (this.#socket.readyState === this.#socket.OPEN) this.#socket.send(message, { binary: false });
  }

  #end(): void {
    this.#stopWaiting();
    this.#services.runsFeed.unwatch(this);
    for (const subscription of this.#subscriptions.values()) subscription.abort();
    this.#subscriptions.clear();
  }

  #send(message: object): void {
    if (this.#socket.readyState === this.#socket.OPEN) this.#socket.send(JSON.stringify(message));
  }

  /** Resolves when the client has taken it, or is gone. */
  async #takePatiently(message: Buffer): Promise<void> {
    if (!this.isBusy) return this.take(message);
    await new Promise<void>((resolve) => this.#socket.send(message, { binary: false }, () => resolve()));
  }

  #fail(thrown: unknown, runId?: string): void {
    const about = runId === undefined ? {} : { run_id: runId };
    this.#send({ type: 'error', ...about, ...failureBody(toPylonError(thrown)) });
  }

  #receive(text: string): void {
    try {
      this.#obey(this.#read(text));
    } catch (thrown) {
      this.#fail(thrown);
      if (!this.#isTrusted) this.#socket.close(CLOSE_POLICY, 'unauthorized');
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

  #obey(request: LiveRequest): void {
    const { runsFeed } = this.#services;
    if (request.type === 'auth') this.#authenticate(request.token);
    else if (!this.#isTrusted) throw new PylonError('unauthorized');
    else if (request.type === 'subscribe') this.#subscribe(request.run_id, request.from_seq);
    else if (request.type === 'unsubscribe') this.#drop(request.run_id);
    else if (request.type === 'subscribe_runs') runsFeed.watch(this);
    else runsFeed.unwatch(this);
  }

  #greet(): void {
    this.#send({ type: 'hello', instance: this.#services.instance });
  }

  #authenticate(token: string): void {
    if (!tokensMatch(token, this.#services.token)) throw new PylonError('unauthorized');
    this.#isTrusted = true;
    this.#stopWaiting();
    this.#send({ type: 'authenticated' });
    this.#greet();
  }

  #subscribe(asked: string, fromSeq: number): void {
    this.#drop(asked);
    if (this.#subscriptions.size >= SUBSCRIPTIONS_MAX) {
      throw new PylonError('request-invalid', {
        value: asked,
        reason: `more than ${SUBSCRIPTIONS_MAX} subscriptions on one connection`,
      });
    }
    const controller = new AbortController();
    this.#subscriptions.set(asked, controller);
    this.#follow(asked, fromSeq, controller).catch((thrown: unknown) => {
      this.#drop(asked, controller);
      this.#fail(thrown, asked);
    });
  }

  #drop(asked: string, controller = this.#subscriptions.get(asked)): void {
    controller?.abort();
    if (this.#subscriptions.get(asked) === controller) this.#subscriptions.delete(asked);
  }

  /** First what is stored, at the client's pace, then what comes, with the others who follow the run. */
  async #follow(asked: string, fromSeq: number, controller: AbortController): Promise<void> {
    const { engine, feeds, pages } = this.#services;
    const { signal } = controller;
    const runId = await engine.runs.resolve(asked);
    if (signal.aborted) return;
    this.#send({ type: 'subscribed', run_id: runId, from_seq: fromSeq });
    const follower = this.#follower(asked, runId, controller);
    const send = (message: Buffer) => this.#takePatiently(message);
    let nextSeq: number | undefined = fromSeq;
    for (;;) {
      nextSeq = await replay({ pages, runId, fromSeq: nextSeq, signal, send });
      if (signal.aborted) return;
      if (nextSeq === undefined) return follower.onEnd();
      const feed = feeds.follow(runId, nextSeq, follower);
      if (feed === undefined) continue; // it went on while the last events were read
      signal.addEventListener('abort', () => this.#leave(feed, follower), { once: true });
      return;
    }
  }

  #leave(feed: object & { unfollow(follower: Follower): void }, follower: Follower): void {
    feed.unfollow(follower);
    this.#turns.leave(feed);
  }

  #follower(asked: string, runId: string, controller: AbortController): Follower {
    return {
      wait: (feed) => (this.isBusy ? FRAME_MS : this.#turns.wait(feed, this.#services.clock.now())),
      take: (frame) => this.take(frame),
      onLost: (nextSeq) => {
        this.#drop(asked, controller);
        this.#send({ type: 'resynchronised', run_id: runId, next_seq: nextSeq });
      },
      onEnd: () => {
        this.#drop(asked, controller);
        this.#send({ type: 'ended', run_id: runId });
      },
    };
  }
}
