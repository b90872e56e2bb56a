// The page's one connection to the daemon's WebSocket: it comes back when it is cut, and tells those who follow something when to ask
// for it again. Knows nothing of what is told; run-feed.ts and runs-feed.ts do.
import { type ReadonlySignal, signal } from '@preact/signals';

/** What becomes of a connection. */
export interface Ends {
  onMessage(text: string): void;
  /** Called once, also when it was never open. */
  onClose(): void;
}

export interface Connection {
  send(text: string): void;
  close(): void;
}

export interface LivePorts {
  readonly connect: (ends: Ends) => Connection;
  /** Calls back after `delayMs`; the function returned cancels it. */
  readonly after: (delayMs: number, callback: () => void) => () => void;
  /** From 0 to 1. */
  readonly fraction: () => number;
  /** A connection could not be had, or was cut: somebody may want to know why. */
  readonly onCut?: () => void;
}

/** A message of the daemon (docs/cli.md, `/ws`); of one run where `run_id` says so. */
export interface LiveMessage {
  readonly type: string;
  readonly run_id?: string;
  readonly [field: string]: unknown;
}

/** One who follows something over the connection. */
export interface Listener {
  /** Whether a message is for it. */
  hears(message: LiveMessage): boolean;
  /** The connection is there, perhaps again. @param isSameDaemon what the daemon told before still holds */
  onOpen(isSameDaemon: boolean): void;
  onMessage(message: LiveMessage): void;
  onCut(): void;
}

const RETRY_MS_MIN = 250;
/** Nobody wants to wait longer for a daemon that is back, and a request every few seconds costs nothing. */
const RETRY_MS_MAX = 4_000;

/** `away` while there is no connection and another is tried. */
export type Contact = 'idle' | 'connecting' | 'open' | 'away';

export class LiveSocket {
  readonly #ports: LivePorts;
  readonly #listeners = new Set<Listener>();
  readonly #contact = signal<Contact>('idle');
  #connection: Connection | undefined;
  /** Of the daemon that told what the listeners know. */
  #instance: string | undefined;
  #failures = 0;
  #cancelRetry: () => void = () => undefined;

  constructor(ports: LivePorts) {
    this.#ports = ports;
  }

  get contact(): ReadonlySignal<Contact> {
    return this.#contact;
  }

  /** Connects where there is no connection yet. @returns what ends it; the last one hangs up */
  listen(listener: Listener): () => void {
    this.#listeners.add(listener);
    if (this.#contact.peek() === 'open') listener.onOpen(true);
    else this.#connect();
    return () => {
      if (this.#listeners.delete(listener) && this.#listeners.size === 0) this.#hangUp();
    };
  }

  /** Dropped while there is no connection: whoever follows asks again when there is. */
  send(message: object): void {
    if (this.#contact.peek() === 'open') this.#connection?.send(JSON.stringify(message));
  }

  /** Tries at once: the daemon is known to be back, or the laptop was opened. */
  nudge(): void {
    if (this.#contact.peek() !== 'away') return;
    this.#failures = 0;
    this.#cancelRetry();
    this.#connect();
  }

  #connect(): void {
    if (this.#connection !== undefined || this.#listeners.size === 0) return;
    this.#cancelRetry();
    this.#contact.value = 'connecting';
    const connection = this.#ports.connect({
      onMessage: (text) => {
        if (this.#connection === connection) this.#receive(JSON.parse(text) as LiveMessage);
      },
      onClose: () => {
        if (this.#connection === connection) this.#cut();
      },
    });
    this.#connection = connection;
  }

  #receive(message: LiveMessage): void {
    if (message.type === 'hello') this.#open(String(message.instance));
    else for (const listener of [...this.#listeners]) if (listener.hears(message)) listener.onMessage(message);
  }

  #open(instance: string): void {
    const isSameDaemon = this.#instance === instance;
    this.#instance = instance;
    this.#failures = 0;
    this.#contact.value = 'open';
    for (const listener of [...this.#listeners]) listener.onOpen(isSameDaemon);
  }

  #cut(): void {
    this.#connection = undefined;
    this.#contact.value = 'away';
    for (const listener of [...this.#listeners]) listener.onCut();
    this.#ports.onCut?.();
    const waitMs = Math.min(RETRY_MS_MAX, RETRY_MS_MIN * 2 ** this.#failures++) * (0.5 + this.#ports.fraction() / 2);
    this.#cancelRetry = this.#ports.after(waitMs, () => this.#connect());
  }

  #hangUp(): void {
    this.#cancelRetry();
    const connection = this.#connection;
    this.#connection = undefined;
    this.#contact.value = 'idle';
    connection?.close();
  }
}
