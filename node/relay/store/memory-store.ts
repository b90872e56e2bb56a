// The store of a relay without a disk: bodies in a ring bounded by bytes, so that a reconnecting
// subscriber finds what it just missed and a long run does not grow the process. What is replaced
// in place (announcements, profiles) and deletions have a shelf of their own: job traffic must not push them out.
import { expirationOf, type VerifiedEvent } from '../../../protocol/event.ts';
import { type Filter, type Matchable, matches } from '../../../protocol/filter.ts';
import { KIND_DELETION } from '../../../protocol/kinds.ts';
import {
  addressOf,
  deletionTargets,
  type EventStore,
  type PutOutcome,
  precedes,
  type Stored,
  type StoreStats,
} from './event-store.ts';
import { Timeline } from './timeline.ts';

export interface MemoryStoreLimits {
  /** Bodies of regular events: at 6 KB a sealed job about 4,000 of them. */
  readonly ringBytesMax: number;
  /** Replaceable and addressable events and deletion requests. */
  readonly shelfBytesMax: number;
  /** Deletions remembered, each 100-200 bytes. */
  readonly tombstonesMax: number;
}

export const MEMORY_STORE_LIMITS: MemoryStoreLimits = {
  ringBytesMax: 24 * 1024 * 1024,
  shelfBytesMax: 8 * 1024 * 1024,
  tombstonesMax: 50_000,
};

/** How often expired bodies are looked for, in seconds; they are never served meanwhile. */
const SWEEP_SECONDS = 10;

interface Entry extends Matchable, Stored {
  raw: Uint8Array | undefined;
  readonly expiration: number | undefined;
  readonly address: string | undefined;
  readonly bytes: number;
}

/** What an entry costs: its body, the object, and its tags as V8 keeps them. */
function entryBytes(event: Matchable, raw: Uint8Array): number {
  let bytes = raw.length + 400;
  for (const tag of event.tags) {
    bytes += 48;
    for (const item of tag) bytes += 24 + item.length;
  }
  return bytes;
}

/** One bounded group of entries. */
class Shelf {
  readonly timeline = new Timeline<Entry>();
  readonly bytesMax: number;
  bytes = 0;

  constructor(bytesMax: number) {
    this.bytesMax = bytesMax;
  }
}

export class MemoryStore implements EventStore {
  readonly #ring: Shelf;
  readonly #kept: Shelf;
  readonly #tombstonesMax: number;
  readonly #byId = new Map<string, Entry>();
  readonly #byAddress = new Map<string, Entry>();
  /** `id:pubkey` or an address → the newest `created_at` that is deleted. Oldest entry first. */
  readonly #tombstones = new Map<string, number>();
  #evicted = 0;
  #sweptAt = 0;

  constructor(limits: Partial<MemoryStoreLimits> = {}) {
    const bounds = { ...MEMORY_STORE_LIMITS, ...limits };
    this.#ring = new Shelf(bounds.ringBytesMax);
    this.#kept = new Shelf(bounds.shelfBytesMax);
    this.#tombstonesMax = bounds.tombstonesMax;
  }

  get stats(): StoreStats {
    return { events: this.#byId.size, bytes: this.#ring.bytes + this.#kept.bytes, evicted: this.#evicted };
  }

  has(id: string): boolean {
    return this.#byId.has(id);
  }

  isDeleted(event: Matchable): boolean {
    if (this.#tombstones.has(`${event.id}:${event.pubkey}`)) return true;
    const address = addressOf(event);
    if (address === undefined) return false;
    const deletedUpTo = this.#tombstones.get(address);
    return deletedUpTo !== undefined && event.created_at <= deletedUpTo;
  }

  put(event: VerifiedEvent, raw: Uint8Array, nowSeconds: number): PutOutcome {
    if (nowSeconds - this.#sweptAt >= SWEEP_SECONDS) this.#sweep(nowSeconds);
    if (this.#byId.has(event.id)) return 'duplicate';
    if (this.isDeleted(event)) return 'deleted';
    const address = addressOf(event);
    if (address !== undefined) {
      const current = this.#byAddress.get(address);
      if (current !== undefined && !this.#replaces(event, current)) return 'outdated';
      if (current !== undefined) this.#remove(current);
    }
    if (event.kind === KIND_DELETION) this.#applyDeletion(event);
    this.#add(event, raw, address);
    return 'stored';
  }

  flushed(): undefined {
    return undefined;
  }

  *query(filter: Filter, nowSeconds: number, limit: number): Generator<Stored> {
    // The matches are collected before the first is handed out: the timelines may move under a slow reader.
    for (const entry of this.#collect(filter, nowSeconds, limit)) if (entry.raw !== undefined) yield entry;
  }

  async close(): Promise<void> {
    this.#byId.clear();
    this.#byAddress.clear();
  }

  #replaces(event: Matchable, current: Entry): boolean {
    return precedes(event, current);
  }

  #collect(filter: Filter, nowSeconds: number, limit: number): Entry[] {
    const isServed = (entry: Entry) =>
      (entry.expiration === undefined || entry.expiration > nowSeconds) && matches(filter, entry);
    if (filter.ids !== undefined) {
      const named: Entry[] = [];
      for (const id of filter.ids) {
        const entry = this.#byId.get(id);
        if (entry !== undefined && isServed(entry)) named.push(entry);
      }
      return named.sort(byOrder).slice(0, limit);
    }
    const found: Entry[] = [];
    for (const shelf of [this.#ring, this.#kept]) {
      let taken = 0;
      for (const entry of shelf.timeline.newest(filter.since, filter.until)) {
        if (taken >= limit) break;
        if (!isServed(entry)) continue;
        found.push(entry);
        taken += 1;
      }
    }
    return found.sort(byOrder).slice(0, limit);
  }

  #shelfOf(entry: Entry): Shelf {
    return entry.address !== undefined || entry.kind === KIND_DELETION ? this.#kept : this.#ring;
  }

  #add(event: VerifiedEvent, raw: Uint8Array, address: string | undefined): void {
    const entry: Entry = {
      id: event.id,
      pubkey: event.pubkey,
      created_at: event.created_at,
      createdAt: event.created_at,
      kind: event.kind,
      tags: event.tags,
      raw,
      expiration: expirationOf(event),
      address,
      bytes: entryBytes(event, raw),
    };
    const shelf = this.#shelfOf(entry);
    shelf.timeline.insert(entry);
    shelf.bytes += entry.bytes;
    this.#byId.set(entry.id, entry);
    if (address !== undefined) this.#byAddress.set(address, entry);
    while (shelf.bytes > shelf.bytesMax) {
      const oldest = shelf.timeline.takeOldest();
      if (oldest === undefined) break;
      this.#forget(oldest, shelf);
      this.#evicted += 1;
    }
  }

  #remove(entry: Entry): void {
    const shelf = this.#shelfOf(entry);
    shelf.timeline.remove(entry);
    this.#forget(entry, shelf);
  }

  #forget(entry: Entry, shelf: Shelf): void {
    shelf.bytes -= entry.bytes;
    entry.raw = undefined; // a query that still holds the entry then skips it, and pins no bytes
    this.#byId.delete(entry.id);
    if (entry.address !== undefined && this.#byAddress.get(entry.address) === entry)
      this.#byAddress.delete(entry.address);
  }

  #applyDeletion(request: VerifiedEvent): void {
    const { ids, addresses } = deletionTargets(request);
    for (const id of ids) {
      const entry = this.#byId.get(id);
      if (entry?.kind === KIND_DELETION) continue; // a deletion cannot be deleted (NIP-09)
      this.#bury(`${id}:${request.pubkey}`, request.created_at);
      if (entry?.pubkey === request.pubkey) this.#remove(entry);
    }
    for (const address of addresses) {
      this.#bury(address, Math.max(request.created_at, this.#tombstones.get(address) ?? 0));
      const entry = this.#byAddress.get(address);
      if (entry !== undefined && entry.created_at <= request.created_at) this.#remove(entry);
    }
  }

  #bury(key: string, createdAt: number): void {
    this.#tombstones.delete(key);
    this.#tombstones.set(key, createdAt);
    if (this.#tombstones.size <= this.#tombstonesMax) return;
    const oldest = this.#tombstones.keys().next().value;
    if (oldest !== undefined) this.#tombstones.delete(oldest);
  }

  #sweep(nowSeconds: number): void {
    this.#sweptAt = nowSeconds;
    const expired: Entry[] = [];
    for (const entry of this.#byId.values())
      if (entry.expiration !== undefined && entry.expiration <= nowSeconds) expired.push(entry);
    for (const entry of expired) this.#remove(entry);
  }
}

function byOrder(left: Entry, right: Entry): number {
  return precedes(left, right) ? -1 : 1;
}
