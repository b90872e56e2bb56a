// The one LevelDB and its one owner: atomic batches in order, reads, and errors in our words. After a write
// failed the database is opened anew before the next one, because LevelDB's log may end in half a record
// there and what follows it would be lost on the next start (I7: acknowledged means durable).
import { Level } from 'level';
import { openFault, readFault, writeFault } from './fault.ts';
import type { KeyRange } from './keys.ts';
import { makeFolder } from './make-folder.ts';
import { Serial } from './serial.ts';
import { decodeValue } from './values.ts';

/** One row of a batch; values are bytes made by `encodeValue`, or raw blobs. */
export type Row =
  | { readonly type: 'put'; readonly key: string; readonly value: Uint8Array }
  | { readonly type: 'del'; readonly key: string };

/** An index row says all in its key. */
export const EMPTY = new Uint8Array(0);

export const put = (key: string, value: Uint8Array): Row => ({ type: 'put', key, value });
export const del = (key: string): Row => ({ type: 'del', key });

/** What can be read of a store. */
export interface StoreView {
  rows(range: KeyRange): AsyncGenerator<readonly [key: string, bytes: Uint8Array]>;
  valueNow(key: string): unknown;
}

/** Rows fetched from LevelDB at a time. */
const PAGE = 256;
/** LevelDB hands over as many bytes at a time where all of it is wanted; by default it is 16 KB. */
const PAGE_BYTES = 131_072;

interface Watcher {
  readonly range: KeyRange;
  readonly listener: (rows: readonly Row[]) => void;
}

interface Pages<Item> {
  nextv(size: number): Promise<Item[]>;
  close(): Promise<void>;
}

export class Store implements StoreView {
  readonly folder: string;
  readonly #database: Level<string, Uint8Array>;
  /** A write failed: the log on disk may end in half a record. */
  #torn = false;
  readonly #turns = new Serial();
  readonly #watchers = new Set<Watcher>();

  private constructor(folder: string, database: Level<string, Uint8Array>) {
    this.folder = folder;
    this.#database = database;
  }

  /** @throws PylonError `home-unwritable` | `store-locked` | `store-corrupt` | `store-failed` */
  static async open(folder: string): Promise<Store> {
    try {
      await makeFolder(folder);
      const database = new Level<string, Uint8Array>(folder, { keyEncoding: 'utf8', valueEncoding: 'view' });
      await database.open();
      return new Store(folder, database);
    } catch (thrown) {
      throw openFault(thrown, folder);
    }
  }

  /**
   * Writes all rows or none, after everything asked before. With `sync` it survives a power cut, without it a kill.
   * @throws PylonError `store-failed`; later writes try again
   */
  write(rows: readonly Row[], options: { readonly sync: boolean }): Promise<void> {
    return this.exclusive((writeNow) => writeNow(rows, options));
  }

  /** Nobody else writes while `task` reads and writes. */
  exclusive<Result>(task: (write: Store['write']) => Promise<Result>): Promise<Result> {
    return this.#turns.run(() => task((rows, options) => this.#write(rows, options)));
  }

  async #write(rows: readonly Row[], options: { readonly sync: boolean }): Promise<void> {
    try {
      if (this.#torn) await this.#reopen();
      await this.#database.batch(rows as Row[], options);
    } catch (thrown) {
      this.#torn = true;
      throw writeFault(thrown, this.folder);
    }
    for (const { range, listener } of this.#watchers) {
      const seen = rows.filter(({ key }) => key >= range.gte && key < range.lt);
      if (seen.length > 0) listener(seen);
    }
  }

  /**
   * Hears of every row of a range once it is written, in order, whoever writes it.
   * @param listener must not block or throw
   * @returns a function that ends it
   */
  watch(range: KeyRange, listener: (rows: readonly Row[]) => void): () => void {
    const watcher = { range, listener };
    this.#watchers.add(watcher);
    return () => void this.#watchers.delete(watcher);
  }

  /** Opens the database anew where a write failed: what is read then is what the disk holds. @throws PylonError `store-*` */
  mend(): Promise<void> {
    return this.#turns.run(async () => {
      try {
        if (this.#torn) await this.#reopen();
      } catch (thrown) {
        throw openFault(thrown, this.folder);
      }
    });
  }

  async #reopen(): Promise<void> {
    await this.#database.close();
    await this.#database.open();
    this.#torn = false;
  }

  /** True when the key is there. Blocks for one lookup: for rare questions only. */
  has(key: string): boolean {
    return this.#reading(() => this.#database.getSync(key)) !== undefined;
  }

  /** The value under a key, at once. Blocks for one lookup of some microseconds. @throws PylonError `store-corrupt` */
  valueNow(key: string): unknown {
    const bytes = this.#reading(() => this.#database.getSync(key));
    return bytes === undefined ? undefined : decodeValue(bytes, key);
  }

  /** Raw bytes under a key. @throws PylonError `store-corrupt` | `store-failed` */
  async bytes(key: string): Promise<Uint8Array | undefined> {
    try {
      return await this.#database.get(key);
    } catch (thrown) {
      throw readFault(thrown, this.folder);
    }
  }

  /** The value under a key. @throws PylonError `store-corrupt` | `store-failed` */
  async value(key: string): Promise<unknown> {
    const bytes = await this.bytes(key);
    return bytes === undefined ? undefined : decodeValue(bytes, key);
  }

  /** The values under these keys, in this order; undefined for one that is not there. @throws PylonError `store-corrupt` | `store-failed` */
  async values(keys: readonly string[]): Promise<unknown[]> {
    let all: (Uint8Array | undefined)[];
    try {
      all = await this.#database.getMany(keys as string[]);
    } catch (thrown) {
      throw readFault(thrown, this.folder);
    }
    return all.map((bytes, at) => (bytes === undefined ? undefined : decodeValue(bytes, keys[at]!)));
  }

  /** Keys and raw values in order, as they were when the reading began. @throws PylonError `store-corrupt` */
  async *rows(
    range: KeyRange,
    options: { readonly reverse?: boolean; readonly limit?: number } = {},
  ): AsyncGenerator<readonly [key: string, bytes: Uint8Array]> {
    yield* this.#pages(this.#reading(() => this.#database.iterator({ ...range, ...options })));
  }

  /**
   * The same in pages, for what is read in one go: a row costs less this way than the turn that hands it over alone.
   * @throws PylonError `store-corrupt`
   */
  async *pages(range: KeyRange): AsyncGenerator<readonly (readonly [key: string, bytes: Uint8Array])[]> {
    yield* this.#inPages(this.#reading(() => this.#database.iterator({ ...range, highWaterMarkBytes: PAGE_BYTES })));
  }

  /** Keys alone, in order: large values are not read. @throws PylonError `store-corrupt` */
  async *keys(
    range: KeyRange,
    options: { readonly reverse?: boolean; readonly limit?: number } = {},
  ): AsyncGenerator<string> {
    yield* this.#pages(this.#reading(() => this.#database.keys({ ...range, ...options })));
  }

  /**
   * Reads what is there now, whatever is written meanwhile; `task` begins at once.
   * @throws PylonError `store-corrupt` | `store-failed`
   */
  async atOneMoment<Result>(task: (view: StoreView) => Promise<Result>): Promise<Result> {
    const snapshot = this.#reading(() => this.#database.snapshot());
    const valueNow = (key: string) => {
      const bytes = this.#reading(() => this.#database.getSync(key, { snapshot }));
      return bytes === undefined ? undefined : decodeValue(bytes, key);
    };
    const rows = (range: KeyRange) => this.#pages(this.#reading(() => this.#database.iterator({ ...range, snapshot })));
    try {
      return await task({ rows, valueNow });
    } finally {
      await snapshot.close();
    }
  }

  /** Waits for the writes under way. Safe to call twice. */
  async close(): Promise<void> {
    await this.#turns.idle();
    await this.#database.close();
  }

  async *#pages<Item>(iterator: Pages<Item>): AsyncGenerator<Item> {
    for await (const page of this.#inPages(iterator)) yield* page;
  }

  async *#inPages<Item>(iterator: Pages<Item>): AsyncGenerator<readonly Item[]> {
    try {
      for (let page = await iterator.nextv(PAGE); page.length > 0; page = await iterator.nextv(PAGE)) yield page;
    } catch (thrown) {
      throw readFault(thrown, this.folder);
    } finally {
      await iterator.close();
    }
  }

  #reading<Result>(read: () => Result): Result {
    try {
      return read();
    } catch (thrown) {
      throw readFault(thrown, this.folder);
    }
  }
}
