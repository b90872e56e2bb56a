// The hub's rows for `--no-log`: the same order and the same answers, nothing on disk.
import type { KeyRange } from '../../../ledger/store/keys.ts';
import type { Changes, Rows } from './rows.ts';

export class MemoryRows implements Rows {
  readonly #values = new Map<string, unknown>();
  /** All keys in order. Most new ones belong near the end of their kind, so an insertion moves little. */
  readonly #keys: string[] = [];

  value(key: string): unknown {
    return this.#values.get(key);
  }

  /** Looks its place up anew for each key: rows may come and go meanwhile. */
  async *keys({ gte, lt }: KeyRange, options: { readonly reverse?: boolean } = {}): AsyncGenerator<string> {
    const reverse = options.reverse === true;
    const next = (from: string) => this.#keys[this.#position(from) - (reverse ? 1 : 0)];
    for (let key = next(reverse ? lt : gte); key !== undefined && key >= gte && key < lt; ) {
      yield key;
      key = next(reverse ? key : `${key}\0`);
    }
  }

  async *entries(range: KeyRange): AsyncGenerator<readonly [key: string, value: unknown]> {
    for await (const key of this.keys(range)) yield [key, this.#values.get(key)];
  }

  async write(changes: Changes): Promise<void> {
    for (const [key, value] of changes) {
      const isThere = this.#values.has(key);
      if (value !== undefined && !isThere) this.#keys.splice(this.#position(key), 0, key);
      if (value === undefined && isThere) this.#keys.splice(this.#position(key), 1);
      if (value === undefined) this.#values.delete(key);
      else this.#values.set(key, value);
    }
  }

  async recover(): Promise<void> {}

  async close(): Promise<void> {}

  /** Where `key` stands or would stand. */
  #position(key: string): number {
    let low = 0;
    let high = this.#keys.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#keys[middle]! < key) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
