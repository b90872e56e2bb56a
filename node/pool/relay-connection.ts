// One relay for as long as the pool lives: keeps a socket to it, comes back after every cut with all
// subscriptions and everything unacknowledged, and judges what it sends by kind of message.
import type { Clock, Random } from '../../conductor/ports.ts';
import type { KeyPair } from '../../protocol/keypair.ts';
import { backoffMs } from './backoff.ts';
import { type Outgoing, PublishQueue } from './publish-queue.ts';
import { RelayAuth } from './relay-auth.ts';
import { ASSUMED_INFO, fetchRelayInfo, type RelayInfo } from './relay-info.ts';
import { RelaySocket } from './relay-socket.ts';
import { newRelayStats, type RelayStats } from './relay-stats.ts';
import { RelaySubscription } from './relay-subscription.ts';
import type { PoolSubscription } from './subscription.ts';

export type RelayStatus = 'connecting' | 'open' | 'waiting' | 'closed';

/** Wrong messages after which a connection is dropped and the relay left alone for as long as a dead one. */
const OFFENCES_MAX = 100;
/** A relay that limits our rate is tried again after this long. */
const RATE_LIMIT_MS = 1_000;
const REASON_CHARS_MAX = 300;
/** Failures that make the longest wait. */
const FAILURES_OF_AN_OFFENDER = 16;

export interface RelayConnectionInit {
  readonly url: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly signer?: KeyPair | undefined;
  readonly log: (line: string) => void;
  /** An event for a subscription, unchecked. False when it is an offence. */
  readonly receive: (relay: RelayConnection, subscription: PoolSubscription, value: unknown) => boolean;
  readonly onOpen: (relay: RelayConnection) => void;
  /** An attempt or a connection ended. */
  readonly onLost: (relay: RelayConnection) => void;
}

export class RelayConnection {
  readonly url: string;
  readonly stats: RelayStats = newRelayStats();
  readonly queue = new PublishQueue();
  status: RelayStatus = 'connecting';
  /** Failed attempts since it was last open. */
  failures = 0;
  lastError: string | undefined;
  /** What it says of itself; assumptions until it said so. */
  info: RelayInfo = ASSUMED_INFO;
  /** Settles when the relay was asked for its NIP-11 document, whatever came of it. */
  informed: Promise<void> | undefined;
  readonly #init: RelayConnectionInit;
  readonly #auth: RelayAuth;
  readonly #subscriptions = new Map<string, { at: RelaySubscription; of: PoolSubscription }>();
  /** What waits for authentication: event ids and subscription ids. */
  readonly #unauthenticated = new Set<string>();
  #socket: RelaySocket | undefined;
  #offences = 0;
  readonly #cancels = new Set<() => void>();

  constructor(init: RelayConnectionInit) {
    this.#init = init;
    this.url = init.url;
    this.#auth = new RelayAuth(init.url, init.signer);
    this.#dial();
  }

  get isOpen(): boolean {
    return this.#socket?.isOpen === true;
  }

  publish(outgoing: Outgoing): void {
    this.queue.add(outgoing);
    this.#socket?.send(outgoing.frame);
  }

  subscribe(subscription: PoolSubscription): void {
    const at = new RelaySubscription(subscription.id, subscription.filters, subscription.jsons);
    this.#subscriptions.set(at.id, { at, of: subscription });
    if (this.isOpen) this.#request(at);
  }

  unsubscribe(id: string): void {
    if (this.#subscriptions.delete(id)) this.#socket?.send(JSON.stringify(['CLOSE', id]));
  }

  /** A known or verified event, for the subscription's bookkeeping. */
  note(subscription: PoolSubscription, event: Parameters<RelaySubscription['note']>[0]): void {
    this.#subscriptions.get(subscription.id)?.at.note(event, this.#nowSeconds());
  }

  close(): Promise<void> {
    this.status = 'closed';
    for (const cancel of this.#cancels) cancel();
    this.#cancels.clear();
    return this.#socket?.close() ?? Promise.resolve();
  }

  #nowSeconds(): number {
    return Math.floor(this.#init.clock.now() / 1_000);
  }

  #later(delayMs: number, callback: () => void): void {
    const cancel = this.#init.clock.after(delayMs, () => {
      this.#cancels.delete(cancel);
      callback();
    });
    this.#cancels.add(cancel);
  }

  #dial(): void {
    this.status = 'connecting';
    this.#socket = new RelaySocket(this.url, this.#init.clock, {
      onOpen: () => this.#opened(),
      onMessage: (data, isBinary) => this.#read(data, isBinary),
      onOversized: () => {
        this.stats.oversized += 1;
        this.#offences = OFFENCES_MAX; // it comes at no accident: every relay of ours refuses such an event
      },
      onEnd: (reason) => this.#ended(reason),
    });
  }

  #opened(): void {
    if (this.status === 'closed') return;
    this.status = 'open';
    this.stats.opened += 1;
    this.failures = 0;
    this.#offences = 0;
    this.#auth.reset();
    this.#unauthenticated.clear();
    this.informed ??= fetchRelayInfo(this.url, this.#init.clock).then(({ info, fault }) => {
      this.info = info;
      if (fault !== undefined) this.#init.log(`${this.url} tells no limits (${fault}); 64 KiB a message are assumed`);
    });
    // Subscriptions first: what the events sent again bring about must find us listening.
    for (const { at } of this.#subscriptions.values()) this.#request(at);
    for (const outgoing of this.queue.values()) this.#socket?.send(outgoing.frame);
    this.#init.onOpen(this);
  }

  #ended(reason: string): void {
    if (this.status === 'closed') return;
    this.status = 'waiting';
    this.failures = this.#offences >= OFFENCES_MAX ? FAILURES_OF_AN_OFFENDER : this.failures + 1;
    this.lastError = reason.slice(0, REASON_CHARS_MAX);
    this.stats.lost += 1;
    this.#later(backoffMs(this.failures, this.#init.random), () => this.#dial());
    this.#init.onLost(this);
  }

  #request(at: RelaySubscription): void {
    this.#socket?.send(at.request(this.#nowSeconds()));
  }

  #read(data: Buffer, isBinary: boolean): void {
    this.stats.messages += 1;
    const message = isBinary ? undefined : parseMessage(data);
    const type = message?.[0];
    if (type === 'EVENT') this.#onEvent(message!);
    else if (type === 'OK') this.#onOk(message!);
    else if (type === 'EOSE') this.#onEose(message!);
    else if (type === 'CLOSED') this.#onClosed(message!);
    else if (type === 'AUTH') this.#authenticate(this.#auth.onChallenge(message![1], this.#nowSeconds()));
    else if (type === 'NOTICE') this.#onNotice(message!);
    else {
      this.stats.garbage += 1;
      this.#offend();
    }
  }

  #offend(): void {
    this.#offences += 1;
    if (this.#offences < OFFENCES_MAX) return;
    this.#init.log(`${this.url} sent ${OFFENCES_MAX} wrong messages and is left alone for a while`);
    this.#socket?.cut('it sent too many wrong messages');
  }

  #subscriptionOf(id: unknown): { at: RelaySubscription; of: PoolSubscription } | undefined {
    if (typeof id !== 'string') return undefined;
    return this.#subscriptions.get(id) ?? this.#subscriptions.get(id.replace(/-older$/, ''));
  }

  #onEvent(message: readonly unknown[]): void {
    const subscription = this.#subscriptionOf(message[1]);
    if (subscription === undefined)
      this.stats.unwanted += 1; // on its way when the subscription was closed
    else if (!this.#init.receive(this, subscription.of, message[2])) this.#offend();
  }

  #onOk([, id, accepted, text]: readonly unknown[]): void {
    if (typeof id !== 'string') return;
    if (this.#auth.isAnswer(id)) {
      this.#authenticated(accepted === true, reasonOf(text));
      return;
    }
    if (!this.queue.has(id)) return;
    const reason = reasonOf(text);
    if (accepted === true || reason.startsWith('duplicate:')) this.queue.settle(id, { accepted: true });
    else if (reason.startsWith('rate-limited:')) this.#later(RATE_LIMIT_MS, () => this.#resend(id));
    else if (reason.startsWith('auth-required:') && !this.#auth.isHopeless) this.#needAuthentication(id);
    else this.queue.settle(id, { accepted: false, reason });
  }

  #resend(id: string): void {
    const outgoing = this.queue.get(id);
    if (outgoing !== undefined) this.#socket?.send(outgoing.frame);
  }

  #onEose([, id, hint]: readonly unknown[]): void {
    const subscription = this.#subscriptionOf(id);
    if (subscription === undefined) return;
    const { at, of } = subscription;
    if (id === at.pageId) this.#socket?.send(JSON.stringify(['CLOSE', id]));
    if (at.isComplete) return;
    const page = at.nextPage(hint, this.info.storedEventsMax);
    if (page === undefined) of.handlers.onEose?.(this.url);
    else this.#socket?.send(page);
  }

  /** The relay ended a subscription: come back when that can help, tell the subscriber when it cannot. */
  #onClosed([, id, text]: readonly unknown[]): void {
    const subscription = this.#subscriptionOf(id);
    if (subscription === undefined) return;
    const { at, of } = subscription;
    const reason = reasonOf(text);
    if (reason.startsWith('auth-required:') && !this.#auth.isHopeless) this.#needAuthentication(at.id);
    else if (reason.startsWith('rate-limited:') || reason.startsWith('error:')) {
      this.#later(backoffMs(2, this.#init.random), () => {
        if (this.#subscriptions.has(at.id) && this.isOpen) this.#request(at);
      });
    } else {
      this.#subscriptions.delete(at.id);
      this.#init.log(`${this.url} refused a subscription: ${reason}`);
      of.handlers.onClosed?.(this.url, reason);
    }
  }

  #onNotice([, text]: readonly unknown[]): void {
    this.stats.notices += 1;
    this.lastError = reasonOf(text);
  }

  #needAuthentication(id: string): void {
    this.#unauthenticated.add(id);
    this.#authenticate(this.#auth.onRequired(this.#nowSeconds()));
  }

  #authenticate(event: unknown): void {
    if (event !== undefined) this.#socket?.send(JSON.stringify(['AUTH', event]));
  }

  #authenticated(accepted: boolean, reason: string): void {
    const waiting = [...this.#unauthenticated];
    this.#unauthenticated.clear();
    for (const id of waiting) {
      const subscription = this.#subscriptions.get(id);
      if (subscription !== undefined && accepted) this.#request(subscription.at);
      else if (subscription !== undefined) subscription.of.handlers.onClosed?.(this.url, reason);
      else if (accepted) this.#resend(id);
      else this.queue.settle(id, { accepted: false, reason: reason || 'auth-required: our key was refused' });
    }
  }
}

function reasonOf(text: unknown): string {
  return typeof text === 'string' ? text.slice(0, REASON_CHARS_MAX).replace(/\s+/g, ' ') : '';
}

/** The list that a message is, undefined when it is none. */
function parseMessage(data: Buffer): readonly unknown[] | undefined {
  try {
    const message: unknown = JSON.parse(data.toString());
    return Array.isArray(message) ? message : undefined;
  } catch {
    return undefined; // not JSON: the caller counts it as garbage
  }
}
