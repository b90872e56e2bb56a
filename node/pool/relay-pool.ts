// Many relays as one: an event counts as published when one of them has it, an event that several of them send
// arrives once, and nothing arrives that was not asked for and whose signature does not hold.
import type { Clock, Random } from '../../conductor/ports.ts';
import { PylonError } from '../../protocol/errors.ts';
import type { VerifiedEvent } from '../../protocol/event.ts';
import { type Filter, type FilterJson, parseFilter } from '../../protocol/filter.ts';
import type { KeyPair } from '../../protocol/keypair.ts';
import { Publication } from './publication.ts';
import { RelayConnection, type RelayStatus } from './relay-connection.ts';
import type { RelayStats } from './relay-stats.ts';
import { relayUrl, relayUrls } from './relay-url.ts';
import { inspect, OFFENCES, PoolSubscription, type SubscriptionHandlers } from './subscription.ts';

export interface RelayPoolOptions {
  readonly urls: readonly string[];
  readonly clock: Clock;
  readonly random: Random;
  /** Relays that are part of this process: what they send was verified here already. */
  readonly trustedUrls?: ReadonlySet<string>;
  /** Who we are to a relay that asks (NIP-42). */
  readonly signer?: KeyPair;
  readonly log?: (line: string) => void;
}

export interface RelayState {
  readonly url: string;
  readonly status: RelayStatus;
  /** Failed attempts since it was last open. */
  readonly failures: number;
  readonly lastError: string | undefined;
  readonly messageBytesMax: number;
  /** Events it has not acknowledged. */
  readonly unacknowledged: number;
  readonly stats: Readonly<RelayStats>;
}

export interface PublishOptions {
  /** Unix milliseconds until which relays that are away or silent are waited for; 15 s from now unless told. */
  readonly untilMs?: number;
}

const PUBLISH_MS = 15_000;
const READY_MS = 5_000;
/** After this many failed attempts at every relay nobody is there (about half a second). */
const FAILURES_UNTIL_UNREACHABLE = 2;

export class RelayPool {
  readonly #options: RelayPoolOptions;
  readonly #log: (line: string) => void;
  readonly #trusted: ReadonlySet<string>;
  readonly #relays = new Map<string, RelayConnection>();
  readonly #subscriptions = new Map<string, PoolSubscription>();
  readonly #publications = new Map<string, Publication>();
  readonly #openListeners = new Set<(url: string) => void>();
  readonly #readyChecks = new Set<() => void>();
  #subscriptionsMade = 0;
  #isClosed = false;

  /** Dials at once. @throws PylonError `relay-url-invalid` */
  constructor(options: RelayPoolOptions) {
    this.#options = options;
    this.#log = options.log ?? (() => undefined);
    const urls = relayUrls(options.urls);
    this.#trusted = new Set([...(options.trustedUrls ?? [])].map(relayUrl));
    for (const url of urls) this.#relays.set(url, this.#connect(url));
  }

  get urls(): readonly string[] {
    return [...this.#relays.keys()];
  }

  /** The state of each relay, for status pages and the curious. */
  relays(): readonly RelayState[] {
    return [...this.#relays.values()].map((relay) => ({
      url: relay.url,
      status: relay.status,
      failures: relay.failures,
      lastError: relay.lastError,
      messageBytesMax: relay.info.messageBytesMax,
      unacknowledged: relay.queue.size,
      stats: { ...relay.stats },
    }));
  }

  /** Bytes of the largest message `url` takes, or of the least of all relays: what fits there fits everywhere. */
  messageBytesMax(url?: string): number {
    if (url !== undefined) return this.#relays.get(relayUrl(url))?.info.messageBytesMax ?? 0;
    let least = Number.POSITIVE_INFINITY;
    for (const relay of this.#relays.values()) least = Math.min(least, relay.info.messageBytesMax);
    return least;
  }

  /**
   * Settles when a relay is open and has told its limits.
   * @throws PylonError `relay-unreachable` with every relay's reason, as soon as none of them can be reached
   */
  async ready(timeoutMs = READY_MS): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const settle = (conclude: () => void) => {
        this.#readyChecks.delete(check);
        cancel();
        conclude();
      };
      const unreachable = () => settle(() => reject(this.#unreachable()));
      const check = () => {
        const relays = [...this.#relays.values()];
        if (relays.some((relay) => relay.isOpen)) settle(resolve);
        else if (this.#isClosed || relays.every((relay) => relay.failures >= FAILURES_UNTIL_UNREACHABLE)) unreachable();
      };
      const cancel = this.#options.clock.after(timeoutMs, unreachable);
      this.#readyChecks.add(check);
      check();
    });
    await Promise.all([...this.#relays.values()].map((relay) => relay.informed));
  }

  /** Calls back whenever a relay is open, again after each reconnect; the function returned ends it. */
  onOpen(listener: (url: string) => void): () => void {
    this.#openListeners.add(listener);
    return () => this.#openListeners.delete(listener);
  }

  /**
   * Sends to all relays, again after a reconnect where one has not acknowledged. Resolves when the first has the event;
   * the others go on. Publishing the same event again while it is under way joins it.
   * @throws PylonError `event-too-large` | `relay-refused` | `relay-unreachable`, with every relay's reason
   */
  publish(event: VerifiedEvent, options: PublishOptions = {}): Promise<void> {
    const under = this.#publications.get(event.id);
    if (under !== undefined) return under.published;
    if (this.#isClosed) return Promise.reject(this.#unreachable());
    const { clock } = this.#options;
    const publication = new Publication(event, [...this.#relays.values()], {
      clock,
      untilMs: options.untilMs ?? clock.now() + PUBLISH_MS,
      onSettled: () => this.#publications.delete(event.id),
    });
    if (!publication.isSettled) this.#publications.set(event.id, publication);
    return publication.published;
  }

  /** Takes back what no relay has acknowledged yet; its `publish` rejects with `relay-unreachable`. */
  withdraw(eventId: string): void {
    this.#publications.get(eventId)?.abandon('the event was withdrawn');
  }

  /** Subscribes at all relays, for good: through cuts and reconnects, without loss and without repeats. */
  subscribe(jsons: readonly FilterJson[], handlers: SubscriptionHandlers): { close(): void } {
    const filters = jsons.map(parsedFilter);
    this.#subscriptionsMade += 1;
    const subscription = new PoolSubscription(`s${this.#subscriptionsMade}`, filters, jsons, handlers);
    this.#subscriptions.set(subscription.id, subscription);
    for (const relay of this.#relays.values()) relay.subscribe(subscription);
    return {
      close: () => {
        if (!this.#subscriptions.delete(subscription.id)) return;
        for (const relay of this.#relays.values()) relay.unsubscribe(subscription.id);
      },
    };
  }

  /** Ends everything; what is not acknowledged by now is given up. Safe to call twice. */
  async close(): Promise<void> {
    this.#isClosed = true;
    for (const publication of this.#publications.values()) publication.abandon('the pool was closed');
    await Promise.all([...this.#relays.values()].map((relay) => relay.close()));
    for (const check of this.#readyChecks) check();
  }

  #connect(url: string): RelayConnection {
    const { clock, random, signer } = this.#options;
    return new RelayConnection({
      url,
      clock,
      random,
      signer,
      log: this.#log,
      receive: (relay, subscription, value) => this.#receive(relay, subscription, value),
      onOpen: () => {
        for (const listener of this.#openListeners) listener(url);
        for (const check of this.#readyChecks) check();
      },
      onLost: () => {
        for (const check of this.#readyChecks) check();
      },
    });
  }

  #unreachable(): PylonError {
    const reasons = [...this.#relays.values()].map(({ url, lastError }) => `${url}: ${lastError ?? 'no answer yet'}`);
    const what = reasons.length === 1 ? 'the relay does not answer' : 'no relay answers';
    return new PylonError('relay-unreachable', { reason: `${what}: ${reasons.join('; ')}` });
  }

  /** False when the event is an offence. */
  #receive(relay: RelayConnection, subscription: PoolSubscription, value: unknown): boolean {
    const verdict = inspect(subscription, value, {
      nowSeconds: this.#options.clock.now() / 1_000,
      isTrusted: this.#trusted.has(relay.url),
      isKnownElsewhere: (id) => this.#isKnown(id),
    });
    if (typeof verdict === 'string') {
      relay.stats[verdict === 'duplicate' ? 'duplicates' : verdict] += 1;
      if (verdict === 'duplicate' || verdict === 'unwanted') relay.note(subscription, value as VerifiedEvent);
      return !OFFENCES.has(verdict as keyof RelayStats);
    }
    relay.stats.events += 1;
    subscription.remember(verdict.id);
    relay.note(subscription, verdict);
    try {
      subscription.handlers.onEvent(verdict, relay.url);
    } catch (thrown) {
      this.#log(`event ${verdict.id} could not be handled: ${String(thrown)}`);
    }
    return true;
  }

  #isKnown(id: string): boolean {
    for (const subscription of this.#subscriptions.values()) if (subscription.knows(id)) return true;
    return false;
  }
}

function parsedFilter(json: FilterJson): Filter {
  const filter = parseFilter(json);
  if (typeof filter === 'string') throw new PylonError('internal', { value: JSON.stringify(json), reason: filter });
  return filter;
}
