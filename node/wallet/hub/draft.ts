// What one operation of the hub changes, before it counts.
import type { Key } from './keys.ts';

/** Where rows are read. */
export interface Reader {
  get<Value>(key: Key<Value>): Value | undefined;
}

export class Draft implements Reader {
  /** undefined takes a row away. */
  readonly changes = new Map<string, unknown>();
  readonly #below: Reader;

  constructor(below: Reader) {
    this.#below = below;
  }

  get<Value>(key: Key<Value>): Value | undefined {
    return this.changes.has(key) ? (this.changes.get(key) as Value | undefined) : this.#below.get(key);
  }

  set<Value>(key: Key<Value>, value: Value): void {
    this.changes.set(key, value);
  }

  delete(key: Key<unknown>): void {
    this.changes.set(key, undefined);
  }

  /** Runs a part that may fail: when it throws nothing of it is left, and the rest still counts. */
  attempt<Result>(part: (draft: Draft) => Result): Result {
    const inner = new Draft(this);
    const result = part(inner);
    for (const [key, value] of inner.changes) this.changes.set(key, value);
    return result;
  }
}
