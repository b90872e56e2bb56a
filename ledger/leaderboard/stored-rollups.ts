// The rollups in the store, hour by hour.
import { rollupPlace, rollupsBetween } from '../store/keys.ts';
import type { Store } from '../store/store.ts';
import type { RollupSource } from './leaderboard.ts';
import { decodeRollup } from './rollup.ts';
import type { RollupRow } from './totals.ts';

export class StoredRollups implements RollupSource {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  async *rollups(fromHour: number, toHour: number): AsyncGenerator<RollupRow> {
    for await (const [key, bytes] of this.#store.rows(rollupsBetween(fromHour, toHour)))
      yield { ...rollupPlace(key), rollup: decodeRollup(bytes, key) };
  }
}
