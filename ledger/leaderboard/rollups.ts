// The rollups that change now. What events change is gathered here and becomes rows of the same batch as the events, so
// that both are stored or neither. Rows changed lately stay in memory, a bounded number; the others are read again.
import { rollupKey } from '../store/keys.ts';
import { del, put, type Row } from '../store/store.ts';
import { applyChange, type Change } from './fold.ts';
import { addRollup, emptyRollup, encodeRollup, isNothing, type Rollup, toRollup } from './rollup.ts';

/** Rows kept in memory, half a kilobyte each: the providers of some hours, and of a large swarm those that are busy. */
const ROWS_KEPT = 4_096;

/** What was stored before; `Store` fits. */
export interface StoredRows {
  valueNow(key: string): unknown;
}

/** Changes not stored yet, by the key of their row. */
export type Deltas = ReadonlyMap<string, Rollup>;

interface Slot {
  readonly hour: number;
  readonly delta: Rollup;
}

/** Adds up changes that are stored together. */
export class Gathering {
  readonly deltas = new Map<string, Rollup>();
  /** Provider → model → its row of the latest hour: spares most changes the making of a key. */
  readonly #slots = new Map<string, Map<string, Slot>>();

  add(change: Change): void {
    const { hour, provider, model } = change;
    const slot = this.#slots.get(provider)?.get(model);
    applyChange(slot?.hour === hour ? slot.delta : this.#open(hour, provider, model), change);
  }

  addAll(deltas: Deltas): void {
    for (const [key, more] of deltas) addRollup(this.#of(key), more);
  }

  #open(hour: number, provider: string, model: string): Rollup {
    const delta = this.#of(rollupKey(hour, provider, model));
    let models = this.#slots.get(provider);
    if (models === undefined) {
      models = new Map();
      this.#slots.set(provider, models);
    }
    models.set(model, { hour, delta });
    return delta;
  }

  #of(key: string): Rollup {
    let delta = this.deltas.get(key);
    if (delta === undefined) {
      delta = emptyRollup();
      this.deltas.set(key, delta);
    }
    return delta;
  }
}

export class Rollups {
  readonly #stored: StoredRows;
  #gathering = new Gathering();
  /** Least lately changed first; all that a write under way changes are among them. */
  readonly #rows = new Map<string, Rollup>();
  #taken: string[] = [];

  constructor(stored: StoredRows) {
    this.#stored = stored;
  }

  /** Rows with changes that `take` would give. */
  get waiting(): number {
    return this.#gathering.deltas.size;
  }

  add(change: Change): void {
    this.#gathering.add(change);
  }

  addAll(deltas: Deltas): void {
    this.#gathering.addAll(deltas);
  }

  /**
   * The rows changed since the last time, as they are to be stored. One write is under way at a time: call `stored` or
   * `forget` before the next. @throws PylonError `store-corrupt`
   */
  take(): Row[] {
    const rows: Row[] = [];
    for (const [key, delta] of this.#gathering.deltas) {
      const rollup = this.#sum(key, delta);
      this.#rows.delete(key);
      if (isNothing(rollup)) {
        rows.push(del(key)); // the only runs that asked it in this hour were deleted
        continue;
      }
      this.#rows.set(key, rollup);
      rows.push(put(key, encodeRollup(rollup)));
    }
    this.#taken = [...this.#gathering.deltas.keys()];
    this.#gathering = new Gathering();
    return rows;
  }

  /** What was taken is in the store: it can be read again, so that the memory may let go of it. @returns its keys */
  stored(): readonly string[] {
    for (const key of this.#rows.keys()) {
      if (this.#rows.size <= ROWS_KEPT) break;
      this.#rows.delete(key);
    }
    return this.#taken;
  }

  /** What was taken and what waits is lost, or somebody else wrote rows. */
  forget(): void {
    this.#gathering = new Gathering();
    this.#rows.clear();
  }

  /** Rows in memory that were stored or would have been. */
  *kept(): Generator<readonly [key: string, rollup: Rollup]> {
    yield* this.#rows;
  }

  #sum(key: string, delta: Rollup): Rollup {
    const known = this.#rows.get(key) ?? this.#read(key);
    if (known === undefined) return delta;
    addRollup(known, delta);
    return known;
  }

  #read(key: string): Rollup | undefined {
    const value = this.#stored.valueNow(key);
    return value === undefined ? undefined : toRollup(value, key);
  }
}
