// The durable store: event bodies as they arrived and order-preserving index rows in LevelDB. Decisions
// (duplicate? newer? deleted?) are made at once through the write buffer; durability follows in groups.
import { Level } from 'level';
import { PylonError } from '../../../protocol/errors.ts';
import { expirationOf, type NostrEvent, type VerifiedEvent } from '../../../protocol/event.ts';
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
import {
  addressKey,
  bodyKey,
  deletedAddressKey,
  deletedIdKey,
  expiredRange,
  idOfExpirationKey,
  indexKeys,
  rangeOf,
  rangePrefixes,
  readRow,
} from './level-keys.ts';
import { merged } from './merge.ts';
import { type Database, WriteBuffer } from './write-buffer.ts';

/** Index rows and bodies read at a time. */
const PAGE = 64;

/** How often expired events are removed from disk, in seconds, and how many at a time; they are never served meanwhile. */
const SWEEP_SECONDS = 60;
const SWEEP_MAX = 1_000;

const EMPTY = new Uint8Array(0);

function parse(raw: Uint8Array): NostrEvent {
  return JSON.parse(Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength).toString()) as NostrEvent;
}

/** What LevelDB says when it cannot be opened, in our words. */
function openFault(folder: string, thrown: unknown): PylonError {
  const cause = thrown instanceof Error ? (thrown.cause as { code?: string } | undefined) : undefined;
  const detail = { value: folder, cause: thrown };
  if (cause?.code === 'LEVEL_LOCKED') return new PylonError('store-locked', detail);
  if (cause?.code === 'LEVEL_CORRUPTION') return new PylonError('store-corrupt', detail);
  return new PylonError('store-failed', {
    ...detail,
    reason: `the event store cannot be opened: ${String(cause ?? thrown)}`,
  });
}

export class LevelStore implements EventStore {
  readonly #database: Database;
  readonly #buffer: WriteBuffer;
  #events = 0;
  #sweptAt = 0;
  #sweeping: Promise<void> | undefined;

  private constructor(database: Database) {
    this.#database = database;
    this.#buffer = new WriteBuffer(database);
  }

  /** @throws PylonError `store-locked` | `store-corrupt` | `store-failed` */
  static async open(folder: string): Promise<LevelStore> {
    const database = new Level<string, Uint8Array>(folder, { keyEncoding: 'utf8', valueEncoding: 'buffer' });
    try {
      await database.open();
    } catch (thrown) {
      throw openFault(folder, thrown);
    }
    return new LevelStore(database);
  }

  get stats(): StoreStats {
    return { events: this.#events, bytes: 0, evicted: 0 };
  }

  has(id: string): boolean {
    return this.#buffer.get(bodyKey(id)) !== undefined;
  }

  isDeleted(event: Matchable): boolean {
    if (this.#buffer.get(deletedIdKey(event.id, event.pubkey)) !== undefined) return true;
    const address = addressOf(event);
    return address !== undefined && event.created_at <= this.#deletedUpTo(address);
  }

  put(event: VerifiedEvent, raw: Uint8Array, nowSeconds: number): PutOutcome {
    if (nowSeconds - this.#sweptAt >= SWEEP_SECONDS) this.#startSweep(nowSeconds);
    if (this.has(event.id)) return 'duplicate';
    if (this.isDeleted(event)) return 'deleted';
    const address = addressOf(event);
    if (address !== undefined) {
      const current = this.#currentAt(address);
      if (current !== undefined && !precedes(event, current)) return 'outdated';
      if (current !== undefined) this.#remove(current);
      this.#buffer.set(addressKey(address), Buffer.from(event.id));
    }
    if (event.kind === KIND_DELETION) this.#applyDeletion(event);
    this.#buffer.set(bodyKey(event.id), raw);
    for (const key of indexKeys(event)) this.#buffer.set(key, EMPTY);
    this.#events += 1;
    return 'stored';
  }

  flushed(): Promise<void> | undefined {
    return this.#buffer.flushed();
  }

  async *query(filter: Filter, nowSeconds: number, limit: number): AsyncGenerator<Stored> {
    await this.#buffer.flushed()?.catch(() => undefined); // a full disk is the writer's trouble, reading goes on
    let left = limit;
    for await (const page of this.#candidates(filter, limit)) {
      const bodies = await this.#database.getMany(page.map(({ id }) => bodyKey(id)));
      for (const raw of bodies) {
        if (left <= 0) return;
        if (raw === undefined) continue; // named but not here, or deleted since the row was read
        const event = parse(raw);
        if ((expirationOf(event) ?? Number.POSITIVE_INFINITY) <= nowSeconds || !matches(filter, event)) continue;
        left -= 1;
        yield { id: event.id, createdAt: event.created_at, raw };
      }
    }
  }

  async close(): Promise<void> {
    await this.#sweeping;
    try {
      await this.#buffer.flushed();
    } finally {
      await this.#database.close();
    }
  }

  /** Ids that may match, in order, a page at a time. */
  async *#candidates(filter: Filter, limit: number): AsyncGenerator<{ id: string }[]> {
    if (limit <= 0) return;
    if (filter.ids !== undefined) {
      yield* this.#named(filter.ids);
      return;
    }
    const pageSize = Math.min(PAGE, limit);
    let page: { id: string }[] = [];
    for await (const row of merged(rangePrefixes(filter).map((prefix) => this.#rows(prefix, filter, pageSize)))) {
      page.push(row);
      if (page.length < pageSize) continue;
      yield page;
      page = [];
    }
    yield page;
  }

  /** Events named by id, put in order: their bodies are read twice, which is cheaper than an index for it. */
  async *#named(ids: ReadonlySet<string>): AsyncGenerator<{ id: string }[]> {
    const bodies = await this.#database.getMany(Array.from(ids, bodyKey));
    const found: NostrEvent[] = [];
    for (const raw of bodies) if (raw !== undefined) found.push(parse(raw));
    yield found.sort((left, right) => (precedes(left, right) ? -1 : 1));
  }

  async *#rows(prefix: string, filter: Filter, pageSize: number): AsyncGenerator<Stored> {
    const iterator = this.#database.keys(rangeOf(prefix, filter.since, filter.until));
    try {
      for (;;) {
        const keys = await iterator.nextv(pageSize);
        if (keys.length === 0) return;
        for (const key of keys) yield { ...readRow(key, prefix), raw: undefined };
      }
    } finally {
      await iterator.close();
    }
  }

  #bodyOf(id: string): NostrEvent | undefined {
    const raw = this.#buffer.get(bodyKey(id));
    return raw === undefined ? undefined : parse(raw);
  }

  #currentAt(address: string): NostrEvent | undefined {
    const id = this.#buffer.get(addressKey(address));
    return id === undefined ? undefined : this.#bodyOf(Buffer.from(id).toString());
  }

  #deletedUpTo(address: string): number {
    const value = this.#buffer.get(deletedAddressKey(address));
    return value === undefined ? Number.NEGATIVE_INFINITY : Number(Buffer.from(value).toString());
  }

  #remove(event: NostrEvent): void {
    this.#buffer.delete(bodyKey(event.id));
    for (const key of indexKeys(event)) this.#buffer.delete(key);
    const address = addressOf(event);
    if (address !== undefined && this.#currentAt(address) === undefined) this.#buffer.delete(addressKey(address));
    this.#events = Math.max(0, this.#events - 1);
  }

  #applyDeletion(request: VerifiedEvent): void {
    const { ids, addresses } = deletionTargets(request);
    for (const id of ids) {
      const event = this.#bodyOf(id);
      if (event?.kind === KIND_DELETION) continue; // a deletion cannot be deleted (NIP-09)
      this.#buffer.set(deletedIdKey(id, request.pubkey), EMPTY);
      if (event?.pubkey === request.pubkey) this.#remove(event);
    }
    for (const address of addresses) {
      const upTo = Math.max(request.created_at, this.#deletedUpTo(address));
      this.#buffer.set(deletedAddressKey(address), Buffer.from(String(upTo)));
      const event = this.#currentAt(address);
      if (event !== undefined && event.created_at <= request.created_at) this.#remove(event);
    }
  }

  #startSweep(nowSeconds: number): void {
    if (this.#sweeping !== undefined) return;
    this.#sweptAt = nowSeconds;
    // A sweep that fails is no loss: expired events are not served, and the next one tries again.
    const done = () => {
      this.#sweeping = undefined;
    };
    this.#sweeping = this.#sweep(nowSeconds).then(done, done);
  }

  async #sweep(nowSeconds: number): Promise<void> {
    const keys = await this.#database.keys({ ...expiredRange(nowSeconds), limit: SWEEP_MAX }).all();
    for (const key of keys) {
      const event = this.#bodyOf(idOfExpirationKey(key));
      if (event !== undefined) this.#remove(event);
      else this.#buffer.delete(key);
    }
    await this.#buffer.flushed();
  }
}
