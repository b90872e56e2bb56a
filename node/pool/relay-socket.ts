// One WebSocket to a relay, from dialling to its end: bounded frames, a heartbeat that finds a dead line,
// and exactly one farewell. Knows nothing of subscriptions; it dies once and is replaced.
import { WebSocket } from 'ws';
import type { Clock } from '../../conductor/ports.ts';
import { MESSAGE_BYTES_OWN_RELAY, SUBSCRIPTION_ID_CHARS_MAX } from '../../protocol/limits.ts';

/** The largest event any relay of ours takes, framed as `["EVENT","<id>",…]`. */
const FRAME_BYTES_MAX = MESSAGE_BYTES_OWN_RELAY + SUBSCRIPTION_ID_CHARS_MAX * 6 + 64;
const HANDSHAKE_MS = 10_000;
/** A line on which nothing came for this long is asked for a sign of life, and given up after as long again. */
const HEARTBEAT_MS = 5_000;
/** How long the relay may take over the closing handshake. */
const CLOSE_GRACE_MS = 500;
const TEXT_FRAME = { binary: false, compress: false, fin: true } as const;

/**
 * Masking (RFC 6455, 10.3) keeps a page from writing what a proxy in between takes for HTTP. On loopback nothing is in
 * between, and a mask of zeros spares both ends a pass over every byte.
 */
const UNMASKED = { generateMask: (mask: Buffer) => void mask.fill(0) };

function isLoopback(url: string): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(new URL(url).hostname);
}

export interface SocketHandlers {
  onOpen(): void;
  onMessage(data: Buffer, isBinary: boolean): void;
  /** A frame above the bound; the socket ends. */
  onOversized(): void;
  /** Once, whatever happened; nothing follows it. */
  onEnd(reason: string): void;
}

export class RelaySocket {
  readonly #socket: WebSocket;
  readonly #clock: Clock;
  readonly #handlers: SocketHandlers;
  #cancelHeartbeat: () => void = () => undefined;
  #isHeard = true;
  #isAsked = false;
  #hasEnded = false;
  #reason = '';

  constructor(url: string, clock: Clock, handlers: SocketHandlers) {
    this.#clock = clock;
    this.#handlers = handlers;
    this.#socket = new WebSocket(url, {
      perMessageDeflate: false,
      maxPayload: FRAME_BYTES_MAX,
      handshakeTimeout: HANDSHAKE_MS,
      followRedirects: false,
      ...(isLoopback(url) ? UNMASKED : {}),
    });
    this.#socket.on('open', () => {
      this.#beat();
      handlers.onOpen();
    });
    this.#socket.on('message', (data, isBinary) => {
      this.#isHeard = true;
      if (!this.#hasEnded) handlers.onMessage(data as Buffer, isBinary);
    });
    this.#socket.on('pong', () => {
      this.#isHeard = true;
    });
    this.#socket.on('error', (fault: Error & { code?: string }) => {
      if (this.#reason === '') this.#reason = fault.message || fault.code || 'the connection failed';
      if (fault.code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH') handlers.onOversized();
    });
    this.#socket.on('close', (code) => this.#end(this.#reason || `the connection was closed (${code})`));
  }

  get isOpen(): boolean {
    return this.#socket.readyState === WebSocket.OPEN && !this.#hasEnded;
  }

  send(frame: string): void {
    if (this.isOpen) this.#socket.send(frame, TEXT_FRAME);
  }

  /** Ends it at once, as a cut would. */
  cut(reason: string): void {
    this.#reason = reason;
    this.#socket.terminate();
    this.#end(reason);
  }

  /** Says goodbye; settles when the socket is gone. */
  close(): Promise<void> {
    if (this.#socket.readyState === WebSocket.CLOSED) return Promise.resolve();
    return new Promise((resolve) => {
      const cancel = this.#clock.after(CLOSE_GRACE_MS, () => this.#socket.terminate());
      this.#socket.once('close', () => {
        cancel();
        resolve();
      });
      this.#socket.close(1000);
    });
  }

  #beat(): void {
    this.#cancelHeartbeat = this.#clock.after(HEARTBEAT_MS, () => {
      if (!this.#isHeard && this.#isAsked) {
        this.cut(`nothing was heard for ${(2 * HEARTBEAT_MS) / 1_000} s`);
        return;
      }
      this.#isAsked = !this.#isHeard;
      if (this.#isAsked && this.isOpen) this.#socket.ping();
      this.#isHeard = false;
      this.#beat();
    });
  }

  #end(reason: string): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#cancelHeartbeat();
    this.#handlers.onEnd(reason);
  }
}
