// The book: the one writer of everything that concerns money. An operation is checked and done in memory at once, so that
// concurrent ones see it, and handed to the journal, which stores it in one synced batch with the event that tells it.
import { canonicalHash } from '../../protocol/canonical.ts';
import { PylonError, toPylonError } from '../../protocol/errors.ts';
import { bookEntriesKey, bookOperationKey, bookRowKey } from '../store/keys.ts';
import { del, put, type Row, type Store } from '../store/store.ts';
import { encodeValue } from '../store/values.ts';
import { apply } from './apply.ts';
import type { Entry, EntryKind, Facts } from './entry.ts';
import { refold } from './refold.ts';
import { type Changes, Rows } from './rows.ts';

/** What was done, for the journal to store. */
export interface Operation {
  readonly seq: number;
  /** Absent when it had been done before: there is nothing new to store. */
  readonly entry?: Entry;
  readonly changes: Changes;
}

/** Where an idempotency key was used. */
type Done = readonly [seq: number, factsHash: string];

const NO_CHANGES: Changes = new Map();

export class Book {
  readonly #store: Store | undefined;
  readonly #now: () => number;
  #rows = new Rows();
  #nextSeq = 1;
  #nextToStore = 1;
  /** Operations made and not yet stored; without a store, all of them. */
  readonly #done = new Map<string, Done>();
  #broken: PylonError | undefined;
  #recovering: Promise<void> | undefined;

  private constructor(store: Store | undefined, now: () => number) {
    this.#store = store;
    this.#now = now;
  }

  /** Reads the book of a store back. @param now unix ms. @throws PylonError `ledger-corrupt` naming the account | `store-corrupt` */
  static async open(store: Store, now: () => number): Promise<Book> {
    const book = new Book(store, now);
    await book.#read(store);
    return book;
  }

  /** A book that is kept nowhere: `--no-log`. */
  static volatile(now: () => number): Book {
    return new Book(undefined, now);
  }

  /** What is known now: read, never changed, by the functions of this folder. */
  get rows(): Rows {
    return this.#rows;
  }

  /** Seq of the latest entry; 0 for an empty book. */
  get latestSeq(): number {
    return this.#nextSeq - 1;
  }

  /**
   * Does it, in memory: the journal makes it durable. The same id with the same facts is the same operation.
   * @throws PylonError `ledger-conflict` for an id that was used with other facts, `store-failed` while the book must be read
   *   again, or what the operation itself refuses; nothing has changed then
   */
  do<Kind extends EntryKind>(id: string, kind: Kind, facts: Facts<Kind>): Operation {
    if (this.#broken !== undefined) throw this.#broken;
    const factsHash = canonicalHash([kind, facts]);
    const before = this.#doneBefore(id);
    if (before !== undefined) {
      if (before[1] !== factsHash) throw new PylonError('ledger-conflict', { value: id });
      return { seq: before[0], changes: NO_CHANGES };
    }
    const at_ms = this.#now();
    const postings = this.#apply(kind, facts, at_ms);
    const entry = { seq: this.#nextSeq++, id, kind, at_ms, facts, postings } as unknown as Entry;
    this.#done.set(id, [entry.seq, factsHash]);
    return { seq: entry.seq, entry, changes: this.#rows.take() };
  }

  /**
   * The journal takes an operation over. All must be, and in order, or disk and memory would part.
   * @throws PylonError `internal` when one was left out
   */
  handOver({ seq, entry }: Operation): void {
    if (this.#broken !== undefined) throw this.#broken;
    if (entry === undefined) return;
    if (seq !== this.#nextToStore)
      throw new PylonError('internal', {
        value: entry.id,
        reason: `operation ${this.#nextToStore} of the book was never committed`,
      });
    this.#nextToStore++;
  }

  /** The rows that make operations durable, in the order they were made. */
  rowsOf(operations: readonly Operation[]): Row[] {
    const entries = operations.flatMap(({ entry }) => entry ?? []);
    const [first] = entries;
    if (first === undefined) return [];
    const changes = new Map<string, unknown>();
    for (const operation of operations) for (const [row, value] of operation.changes) changes.set(row, value);
    const rows = [put(bookEntriesKey(first.seq), encodeValue(entries))];
    for (const { id } of entries) rows.push(put(bookOperationKey(id), encodeValue(this.#done.get(id))));
    for (const [row, value] of changes)
      rows.push(value === undefined ? del(bookRowKey(row)) : put(bookRowKey(row), encodeValue(value)));
    return rows;
  }

  /** They are in the store now, and need not be remembered here. */
  stored(operations: readonly Operation[]): void {
    if (this.#store === undefined) return;
    for (const { entry, changes } of operations) {
      if (entry !== undefined) this.#done.delete(entry.id);
      this.#rows.stored(changes);
    }
  }

  /** A write failed: memory is ahead of the disk, so nothing more is done until the book was read again. */
  fail(error: PylonError): void {
    if (this.#store !== undefined) this.#broken = error;
  }

  /** A write failed, and the book must be read again before anything is done. */
  get isBroken(): boolean {
    return this.#broken !== undefined;
  }

  /**
   * Reads the book again after a failed write; nothing otherwise. Who asks meanwhile waits for the same reading.
   * @throws PylonError `ledger-corrupt` | `store-*`
   */
  recover(): Promise<void> {
    const store = this.#store;
    if (this.#broken === undefined || store === undefined) return Promise.resolve();
    this.#recovering ??= this.#readAgain(store).finally(() => {
      this.#recovering = undefined;
    });
    return this.#recovering;
  }

  async #readAgain(store: Store): Promise<void> {
    await store.mend();
    await this.#read(store);
    this.#broken = undefined;
  }

  async #read(store: Store): Promise<void> {
    const rows = new Rows();
    this.#nextSeq = await refold(store, rows);
    this.#nextToStore = this.#nextSeq;
    this.#rows = rows;
    this.#done.clear();
  }

  /** An effect that gives up half way is a mistake of ours: then the book is read again before it is used. */
  #apply<Kind extends EntryKind>(kind: Kind, facts: Facts<Kind>, atMs: number) {
    try {
      return apply(this.#rows, kind, facts, atMs);
    } catch (thrown) {
      if (this.#rows.take().size > 0) this.fail(toPylonError(thrown));
      throw thrown;
    }
  }

  #doneBefore(id: string): Done | undefined {
    return this.#done.get(id) ?? (this.#store?.valueNow(bookOperationKey(id)) as Done | undefined);
  }
}
