// REQ, CLOSE and COUNT, and the delivery of events to those who asked. A subscription is open
// before its stored answer begins, so nothing falls between the two phases; what went out live
// meanwhile is not repeated from the store.
import type { VerifiedEvent } from '../../protocol/event.ts';
import { type Filter, parseFilter } from '../../protocol/filter.ts';
import type { Connection } from './connection.ts';
import type { RelayLimits } from './limits.ts';
import { type Policy, refusalOfRequest } from './policies.ts';
import type { RelayCounters } from './stats.ts';
import type { EventStore } from './store/event-store.ts';
import { merged } from './store/merge.ts';
import { type Subscription, SubscriptionIndex, valuesOf } from './subscriptions.ts';

interface OpenSubscription extends Subscription {
  readonly connection: Connection;
  /** `["EVENT",<id>,` as bytes: the frame's beginning, the same for each event. */
  readonly prefix: Uint8Array;
  readonly values: number;
  /** Ids sent live while the stored answer is under way; undefined once EOSE went out. */
  liveIds: Set<string> | undefined;
  isClosed: boolean;
}

export interface RequestsInit {
  readonly store: EventStore;
  readonly policies: readonly Policy[];
  readonly limits: RelayLimits;
  readonly counters: RelayCounters;
  /** Unix milliseconds. */
  readonly now: () => number;
  readonly log: (line: string) => void;
}

const CLOSING_BRACKET = 0x5d;

/** `["EVENT",<id>,<raw>]`: the event's own bytes, never written anew. */
function eventFrame(prefix: Uint8Array, raw: Uint8Array): Uint8Array {
  const frame = Buffer.allocUnsafe(prefix.length + raw.length + 1);
  frame.set(prefix, 0);
  frame.set(raw, prefix.length);
  frame[frame.length - 1] = CLOSING_BRACKET;
  return frame;
}

export class Requests {
  readonly #init: RequestsInit;
  readonly #index = new SubscriptionIndex<OpenSubscription>();
  readonly #open = new WeakMap<Connection, Map<string, OpenSubscription>>();

  constructor(init: RequestsInit) {
    this.#init = init;
  }

  get size(): number {
    return this.#index.size;
  }

  /** Hands an event to everybody who asked for such. */
  deliver(event: VerifiedEvent, raw: Uint8Array): void {
    for (const subscription of this.#index.matching(event)) {
      subscription.liveIds?.add(event.id);
      if (subscription.connection.send(eventFrame(subscription.prefix, raw))) this.#init.counters.eventsSent += 1;
      else this.drop(subscription.connection);
    }
  }

  /** `["REQ", id, filter…]` */
  open(connection: Connection, message: readonly unknown[]): void {
    const request = this.#accept(connection, message);
    if (request === undefined) return;
    const { id, filters } = request;
    const previous = this.#openOf(connection).get(id);
    const values = valuesOf(filters);
    const fault = this.#overLimit(connection, previous, values);
    if (fault !== undefined) {
      this.#refuse(connection, id, fault);
      return;
    }
    if (previous !== undefined) this.#remove(previous);
    const subscription: OpenSubscription = {
      id,
      filters,
      connection,
      prefix: Buffer.from(`["EVENT",${JSON.stringify(id)},`),
      values,
      liveIds: new Set(),
      isClosed: false,
    };
    this.#openOf(connection).set(id, subscription);
    connection.filterValues += values;
    this.#index.add(subscription);
    connection.hold(this.#answerStored(subscription));
  }

  /** `["CLOSE", id]` */
  close(connection: Connection, message: readonly unknown[]): void {
    const [, id] = message;
    if (typeof id !== 'string') {
      connection.garbage('CLOSE wants a subscription id');
      return;
    }
    const subscription = this.#openOf(connection).get(id);
    if (subscription !== undefined) this.#remove(subscription);
  }

  /** `["COUNT", id, filter…]` (NIP-45): how many stored events the filters match together. */
  async count(connection: Connection, message: readonly unknown[]): Promise<void> {
    const request = this.#accept(connection, message);
    if (request === undefined) return;
    const { store, now, log, counters } = this.#init;
    const seconds = Math.floor(now() / 1_000);
    try {
      let count = 0;
      const sources = request.filters.map((filter) => store.query(filter, seconds, Number.POSITIVE_INFINITY));
      for await (const _ of merged(sources)) {
        if (!connection.isOpen) return;
        count += 1;
      }
      connection.send(JSON.stringify(['COUNT', request.id, { count }]));
    } catch (thrown) {
      counters.faults += 1;
      log(`count failed: ${String(thrown)}`);
      this.#refuse(connection, request.id, 'error: the store could not be read');
    }
  }

  /** Forgets everything a connection asked for. */
  drop(connection: Connection): void {
    for (const subscription of this.#openOf(connection).values()) this.#remove(subscription);
  }

  #openOf(connection: Connection): Map<string, OpenSubscription> {
    const known = this.#open.get(connection);
    if (known !== undefined) return known;
    const open = new Map<string, OpenSubscription>();
    this.#open.set(connection, open);
    return open;
  }

  #remove(subscription: OpenSubscription): void {
    if (subscription.isClosed) return;
    subscription.isClosed = true;
    this.#open.get(subscription.connection)?.delete(subscription.id);
    subscription.connection.filterValues -= subscription.values;
    this.#index.remove(subscription);
  }

  #refuse(connection: Connection, id: string, reason: string): void {
    this.#init.counters.requestsRefused += 1;
    if (reason.startsWith('auth-required:')) connection.askForKey();
    connection.send(JSON.stringify(['CLOSED', id, reason]));
  }

  /** The parsed request, or undefined when it was refused. */
  #accept(connection: Connection, message: readonly unknown[]): { id: string; filters: Filter[] } | undefined {
    const { limits, counters, policies } = this.#init;
    const [type, id, ...values] = message;
    if (typeof id !== 'string') {
      connection.garbage(`${type} wants a subscription id`);
      return undefined;
    }
    counters.requests += 1;
    const refuse = (reason: string) => {
      this.#refuse(connection, id.slice(0, limits.subscriptionIdCharsMax * 4), reason);
      return undefined;
    };
    if (id.length === 0 || id.length > limits.subscriptionIdCharsMax)
      return refuse(`invalid: a subscription id has 1 to ${limits.subscriptionIdCharsMax} characters`);
    if (values.length === 0) return refuse(`invalid: ${type} wants at least one filter`);
    if (values.length > limits.filtersMax) return refuse(`invalid: at most ${limits.filtersMax} filters`);
    const filters: Filter[] = [];
    for (const value of values) {
      const filter = parseFilter(value);
      if (typeof filter === 'string') return refuse(`invalid: ${filter}`);
      filters.push(filter);
    }
    const refusal = refusalOfRequest(policies, filters, connection);
    return refusal === undefined ? { id, filters } : refuse(refusal);
  }

  #overLimit(connection: Connection, previous: OpenSubscription | undefined, values: number): string | undefined {
    const { limits } = this.#init;
    if (previous === undefined && this.#openOf(connection).size >= limits.subscriptionsMax)
      return `rate-limited: at most ${limits.subscriptionsMax} subscriptions are open at a time`;
    if (connection.filterValues - (previous?.values ?? 0) + values > limits.filterValuesMax)
      return `restricted: at most ${limits.filterValuesMax} filter values over all subscriptions`;
    return undefined;
  }

  async #answerStored(subscription: OpenSubscription): Promise<void> {
    const { store, limits, counters, now, log } = this.#init;
    const { connection, id } = subscription;
    const seconds = Math.floor(now() / 1_000);
    try {
      const sources = subscription.filters.map((filter) =>
        store.query(filter, seconds, Math.min(filter.limit ?? limits.storedEventsMax, limits.storedEventsMax)),
      );
      for await (const stored of merged(sources)) {
        if (subscription.isClosed || !connection.isOpen) return;
        if (stored.raw === undefined || subscription.liveIds?.has(stored.id)) continue;
        await connection.sendPaced(eventFrame(subscription.prefix, stored.raw));
        counters.eventsSent += 1;
      }
      subscription.liveIds = undefined;
      if (!subscription.isClosed) connection.send(`["EOSE",${JSON.stringify(id)}]`);
    } catch (thrown) {
      counters.faults += 1;
      log(`query failed: ${String(thrown)}`);
      if (subscription.isClosed) return;
      this.#remove(subscription);
      this.#refuse(connection, id, 'error: the store could not be read');
    }
  }
}
