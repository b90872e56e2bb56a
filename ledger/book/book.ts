// The book: the one writer of everything that concerns money. An operation is checked and done in memory at once, so that
// concurrent ones see it, and handed to the journal, which stores it in one synced batch with the event that tells it.
import { PylonError, toPylonError } from '../../protocol/errors.ts';
import { bookEntriesKey, bookOperationKey, bookRowKey } from '../store/keys.ts';
import { del, put, type Row, type Store } from '../store/store.ts';
import { encodeValue } from '../store/values.ts';
import { apply } from './apply.ts';
import { assertAmounts, type Entry, type EntryKind, type Facts } from './entry.ts';
import { refold } from './refold.ts';
import { type Changes, NO_CHANGES, Rows } from './rows.ts';
import { type Done, factsHash, Unsaved } from './unsaved.ts';

/** What was done, for the journal to store. */
export interface Operation {
  readonly seq: number;
  /** Absent when it had been done before: there is nothing new to store. */
  readonly entry?: Entry;
  readonly changes: Changes;
}

const entriesOf = (operations: readonly Operation[]) => operations.flatMap(({ entry }) => entry ?? []);

export class Book {
  readonly #store: Store | undefined;
  readonly #now: () => number;
  /** Without a store, everything that was ever done. */
  readonly #unsaved = new Unsaved();
  #rows = new Rows();
  #nextSeq = 1;
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

  /** Why nothing is done until the book was read again (`recover`); undefined while all is well. */
  get fault(): PylonError | undefined {
    return this.#broken;
  }

  /** What was done and is not in the store yet, in order. */
  get unsavedEntries(): readonly Entry[] {
    return this.#unsaved.entries();
  }

  /**
   * Does it, in memory: the journal makes it durable. The same id with the same facts is the same operation.
   * @throws PylonError `ledger-conflict` for an id that was used with other facts, `money-invalid` for an amount that is none,
   *   `store-failed` while the book must be read again, or what the operation itself refuses; nothing has changed then
   */
  do<Kind extends EntryKind>(id: string, kind: Kind, facts: Facts<Kind>): Operation {
    if (this.#broken !== undefined) throw this.#broken;
    const before = this.#doneBefore(id);
    if (before !== undefined) {
      if (before[1] !== factsHash(kind, facts)) throw new PylonError('ledger-conflict', { value: id });
      return { seq: before[0], changes: NO_CHANGES };
    }
    assertAmounts(facts);
    const at_ms = this.#now();
    const postings = this.#apply(kind, facts, at_ms);
    const entry = { seq: this.#nextSeq++, id, kind, at_ms, facts, postings } as unknown as Entry;
    this.#unsaved.add(entry);
    return { seq: entry.seq, entry, changes: this.#rows.take() };
  }

  /**
   * The journal takes an operation over. All must be, and in order, or disk and memory would part.
   * @throws PylonError `internal` when one was left out, `store-failed` while the book must be read again
   */
  handOver({ entry }: Operation): void {
    if (this.#broken !== undefined) throw this.#broken;
    if (entry !== undefined) this.#unsaved.handOver(entry);
  }

  /** The rows that make operations durable, to be written at once. @throws PylonError `internal` when one before them was not */
  rowsOf(operations: readonly Operation[]): Row[] {
    const entries = entriesOf(operations);
    const [first] = entries;
    if (first === undefined) return [];
    this.#unsaved.writing(entries);
    const changes = new Map<string, unknown>();
    for (const operation of operations) for (const [row, value] of operation.changes) changes.set(row, value);
    const rows = [put(bookEntriesKey(first.seq), encodeValue(entries))];
    for (const { id } of entries) rows.push(put(bookOperationKey(id), encodeValue(this.#unsaved.done(id))));
    for (const [row, value] of changes)
      rows.push(value === undefined ? del(bookRowKey(row)) : put(bookRowKey(row), encodeValue(value)));
    return rows;
  }

  /** They are in the store now, and need not be remembered here. */
  stored(operations: readonly Operation[]): void {
    for (const { changes } of operations) this.#rows.stored(changes);
    this.#unsaved.settled(entriesOf(operations));
  }

  /**
   * A write failed, and nobody knows whether these operations are in the store: memory is ahead of the disk, so nothing more
   * is done until the book was read again.
   */
  fail(error: PylonError, operations: readonly Operation[]): void {
    if (this.#store === undefined) return;
    const reason = `an operation of the book was not stored, ${error.message}`;
    this.#broken = error.code.startsWith('store-') ? error : new PylonError('store-failed', { reason, cause: error });
    this.#unsaved.settled(entriesOf(operations));
  }

  /**
   * Reads the book again after a failed write, once what is on its way to the store has come to an end; nothing otherwise.
   * @throws PylonError `ledger-corrupt` | `store-*`; it may be tried again then
   */
  recover(): Promise<void> {
    if (this.#broken === undefined || this.#store === undefined) return Promise.resolve();
    this.#recovering ??= this.#readAgain(this.#store).finally(() => {
      this.#recovering = undefined;
    });
    return this.#recovering;
  }

  async #readAgain(store: Store): Promise<void> {
    await this.#unsaved.idle();
    await store.mend();
    await this.#read(store);
    this.#broken = undefined;
  }

  async #read(store: Store): Promise<void> {
    const { rows, nextSeq } = await refold(store);
    this.#rows = rows;
    this.#nextSeq = nextSeq;
    this.#unsaved.clear(nextSeq);
  }

  /** An effect that gives up half way is a mistake of ours: then the book is read again before it is used. */
  #apply<Kind extends EntryKind>(kind: Kind, facts: Facts<Kind>, atMs: number) {
    try {
      return apply(this.#rows, kind, facts, atMs);
    } catch (thrown) {
      if (this.#rows.take().size > 0) this.fail(toPylonError(thrown), []);
      throw thrown;
    }
  }

  #doneBefore(id: string): Done | undefined {
    return this.#unsaved.done(id) ?? (this.#store?.valueNow(bookOperationKey(id)) as Done | undefined);
  }
}
