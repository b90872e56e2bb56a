// The hub's rows on disk: a LevelDB of its own, every write synced.
import type { KeyRange } from '../../../ledger/store/keys.ts';
import { del, put, type Store } from '../../../ledger/store/store.ts';
import { decodeValue, encodeValue } from '../../../ledger/store/values.ts';
import type { Changes, Rows } from './rows.ts';

const SYNCED = { sync: true } as const;

export class StoredRows implements Rows {
  readonly #store: Store;

  /** Takes the store over: `close` closes it. */
  constructor(store: Store) {
    this.#store = store;
  }

  value(key: string): unknown {
    return this.#store.valueNow(key);
  }

  keys(range: KeyRange, options: { readonly reverse?: boolean } = {}): AsyncIterable<string> {
    return this.#store.keys(range, options);
  }

  async *entries(range: KeyRange): AsyncGenerator<readonly [key: string, value: unknown]> {
    for await (const [key, bytes] of this.#store.rows(range)) yield [key, decodeValue(bytes, key)];
  }

  write(changes: Changes): Promise<void> {
    const rows = [...changes].map(([key, value]) => (value === undefined ? del(key) : put(key, encodeValue(value))));
    return this.#store.write(rows, SYNCED);
  }

  /** The store opens its database anew before the next write, be it an empty one: a failed batch may be in the log all the same. */
  recover(): Promise<void> {
    return this.#store.write([], SYNCED);
  }

  close(): Promise<void> {
    return this.#store.close();
  }
}
