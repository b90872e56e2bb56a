// Which open subscriptions want an event. Each filter is filed once, under its rarest condition, so
// that an event looks at the few filters that could match and not at a thousand that cannot.
import { type Filter, type Matchable, matches } from '../../protocol/filter.ts';

/** One open REQ. `owner` sends to its connection. */
export interface Subscription {
  readonly id: string;
  readonly filters: readonly Filter[];
}

interface Filed<S> {
  readonly subscription: S;
  readonly filter: Filter;
}

/** The lookup keys of a filter: an event that matches has at least one of them. */
function keysOf(filter: Filter): string[] {
  if (filter.ids !== undefined) return [...filter.ids].map((id) => `i${id}`);
  if (filter.tags.length > 0) {
    // #e names one conversation, #p one person; other tags (topics, kinds) are shared by many.
    const [name, values] =
      filter.tags.find(([tag]) => tag === 'e') ?? filter.tags.find(([tag]) => tag === 'p') ?? filter.tags[0]!;
    return [...values].map((value) => `#${name}${value}`);
  }
  if (filter.authors !== undefined) return [...filter.authors].map((author) => `a${author}`);
  if (filter.kinds !== undefined) return [...filter.kinds].map((kind) => `k${kind}`);
  return ['*'];
}

export class SubscriptionIndex<S extends Subscription> {
  readonly #filed = new Map<string, Set<Filed<S>>>();
  readonly #keys = new Map<S, (readonly [key: string, filed: Filed<S>])[]>();

  get size(): number {
    return this.#keys.size;
  }

  add(subscription: S): void {
    const rows: (readonly [string, Filed<S>])[] = [];
    for (const filter of subscription.filters) {
      const filed = { subscription, filter };
      for (const key of keysOf(filter)) rows.push([key, filed]);
    }
    this.#keys.set(subscription, rows);
    for (const [key, filed] of rows) {
      const bucket = this.#filed.get(key);
      if (bucket === undefined) this.#filed.set(key, new Set([filed]));
      else bucket.add(filed);
    }
  }

  remove(subscription: S): void {
    for (const [key, filed] of this.#keys.get(subscription) ?? []) {
      const bucket = this.#filed.get(key);
      bucket?.delete(filed);
      if (bucket?.size === 0) this.#filed.delete(key);
    }
    this.#keys.delete(subscription);
  }

  /** Every subscription that wants the event, each once. */
  matching(event: Matchable): Set<S> {
    const wanted = new Set<S>();
    this.#collect(`i${event.id}`, event, wanted);
    this.#collect(`a${event.pubkey}`, event, wanted);
    this.#collect(`k${event.kind}`, event, wanted);
    this.#collect('*', event, wanted);
    for (const [name, value] of event.tags)
      if (name?.length === 1 && value !== undefined) this.#collect(`#${name}${value}`, event, wanted);
    return wanted;
  }

  #collect(key: string, event: Matchable, wanted: Set<S>): void {
    const bucket = this.#filed.get(key);
    if (bucket === undefined) return;
    for (const { subscription, filter } of bucket)
      if (!wanted.has(subscription) && matches(filter, event)) wanted.add(subscription);
  }
}

/** Listed values of some filters: what they cost in the index. */
export function valuesOf(filters: readonly Filter[]): number {
  let values = 0;
  for (const filter of filters) {
    values += (filter.ids?.size ?? 0) + (filter.authors?.size ?? 0) + (filter.kinds?.size ?? 0);
    for (const [, tagValues] of filter.tags) values += tagValues.size;
  }
  return values;
}
