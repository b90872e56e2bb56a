// Writes on their way to LevelDB: readable at once, written in groups, durable when `flushed` says.
// A group holds whole calls of the store only, so a crash never leaves half an event behind.
import type { Level } from 'level';

export type Database = Level<string, Uint8Array>;

/** undefined marks a deletion. */
type Group = Map<string, Uint8Array | undefined>;

export class WriteBuffer {
  readonly #database: Database;
  #pending: Group = new Map();
  #writing: Group = new Map();
  /** Settles with the pending group; undefined when no write of it is planned. */
  #planned: Promise<void> | undefined;
  /** Settles with the group being written. */
  #inFlight: Promise<void> | undefined;

  constructor(database: Database) {
    this.#database = database;
  }

  get(key: string): Uint8Array | undefined {
    if (this.#pending.has(key)) return this.#pending.get(key);
    if (this.#writing.has(key)) return this.#writing.get(key);
    return this.#database.getSync(key);
  }

  set(key: string, value: Uint8Array): void {
    this.#pending.set(key, value);
  }

  delete(key: string): void {
    this.#pending.set(key, undefined);
  }

  /** Settles once everything set so far is written, rejects when that failed; undefined when nothing waits. */
  flushed(): Promise<void> | undefined {
    if (this.#pending.size > 0) this.#planned ??= this.#writeNext(this.#inFlight);
    return this.#planned ?? this.#inFlight;
  }

  async #writeNext(previous: Promise<void> | undefined): Promise<void> {
    await previous?.catch(() => undefined); // its own waiters hear of its failure
    await new Promise<void>((resolve) => setImmediate(resolve)); // what arrives in this tick shares the group
    const group = this.#pending;
    this.#pending = new Map();
    this.#planned = undefined;
    this.#writing = group;
    this.#inFlight = this.#write(group).finally(() => {
      this.#writing = new Map();
      this.#inFlight = undefined;
    });
    await this.#inFlight;
  }

  async #write(group: Group): Promise<void> {
    const operations = Array.from(group, ([key, value]) =>
      value === undefined ? ({ type: 'del', key } as const) : ({ type: 'put', key, value } as const),
    );
    await this.#database.batch(operations);
  }
}
