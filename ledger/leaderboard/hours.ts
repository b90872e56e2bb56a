// The rollups in the store, hour by hour. Hours that are over hardly change and are asked for again and again, so those
// read lately stay in memory until somebody writes to them: a second look costs adding up, not reading.
import { rollupPlace, rollupsBetween } from '../store/keys.ts';
import type { Store } from '../store/store.ts';
import type { RollupSource } from './leaderboard.ts';
import { decodeFlat } from './rollup.ts';
import type { RollupRow } from './totals.ts';

/** Rows kept, some 500 bytes each: a day of a thousand providers. An hour without any counts as one. */
const ROWS_KEPT = 32_768;

export class Hours implements RollupSource {
  readonly #store: Pick<Store, 'pages'>;
  /** Least lately asked for first. */
  readonly #kept = new Map<number, readonly RollupRow[]>();
  #rowsKept = 0;
  /** Counts what `changed` was told; an hour → when it changed last. */
  #changes = 0;
  readonly #changedAt = new Map<number, number>();
  #forgottenAt = 0;

  constructor(store: Pick<Store, 'pages'>) {
    this.#store = store;
  }

  /** Rows of these keys were written just now. */
  changed(keys: Iterable<string>): void {
    this.#changes++;
    for (const key of keys) {
      const { hour } = rollupPlace(key);
      this.#changedAt.set(hour, this.#changes);
      this.#drop(hour);
    }
  }

  /** All rows may have been written. */
  forget(): void {
    this.#forgottenAt = ++this.#changes;
    this.#changedAt.clear();
    this.#kept.clear();
    this.#rowsKept = 0;
  }

  /** What is stored when it is asked, or later. @throws PylonError `store-*` */
  async *rollups(fromHour: number, toHour: number): AsyncGenerator<readonly RollupRow[]> {
    for (let hour = fromHour; hour <= toHour; ) {
      const kept = this.#kept.get(hour);
      if (kept !== undefined) {
        this.#kept.delete(hour);
        this.#kept.set(hour, kept);
        hour++;
        yield kept;
        continue;
      }
      let last = hour;
      while (last < toHour && !this.#kept.has(last + 1)) last++;
      yield* this.#read(hour, last);
      hour = last + 1;
    }
  }

  async *#read(fromHour: number, toHour: number): AsyncGenerator<readonly RollupRow[]> {
    const begun = this.#changes;
    const read: RollupRow[] = [];
    for await (const page of this.#store.pages(rollupsBetween(fromHour, toHour))) {
      const rows = page.map(([key, bytes]) => ({ ...rollupPlace(key), flat: decodeFlat(bytes, key) }));
      if (read.length <= ROWS_KEPT) read.push(...rows);
      yield rows;
    }
    if (read.length + toHour - fromHour < ROWS_KEPT) this.#keep(fromHour, toHour, read, begun);
  }

  /** @param begun changes told of before the reading began: an hour that changed since is not kept */
  #keep(fromHour: number, toHour: number, read: readonly RollupRow[], begun: number): void {
    if (this.#forgottenAt > begun) return;
    let at = 0;
    for (let hour = fromHour; hour <= toHour; hour++) {
      const first = at;
      while (read[at]?.hour === hour) at++;
      if ((this.#changedAt.get(hour) ?? 0) > begun) continue;
      this.#drop(hour);
      this.#kept.set(hour, read.slice(first, at));
      this.#rowsKept += at - first + 1;
    }
    for (const hour of this.#kept.keys()) {
      if (this.#rowsKept <= ROWS_KEPT) break;
      this.#drop(hour);
    }
  }

  #drop(hour: number): void {
    const rows = this.#kept.get(hour);
    if (rows === undefined) return;
    this.#kept.delete(hour);
    this.#rowsKept -= rows.length + 1;
  }
}
