// What the book knows now, as rows: balances, open runs, holds, payouts. It is the fold of the entries and nothing else;
// the store keeps the same rows beside the entries, so that opening can hold the one against the other (I9).
import { FolderMap } from './folder-map.ts';

export type NamedRow = readonly [row: string, value: unknown];

/** Final payouts and the like: kept in the store, not in memory. */
export interface Archive {
  get(row: string): unknown;
  /** Everything in the store that begins so, in order. @param folder ends with `/` */
  within(folder: string): AsyncIterable<NamedRow>;
}

const NOTHING: Archive = { get: () => undefined, async *within() {} };

/** A row that was set, or removed where the value is undefined. */
export type Changes = ReadonlyMap<string, unknown>;

export const NO_CHANGES: Changes = new Map();

/** The row of an account's balance begins so. */
export const BALANCE = 'b/';

export class Rows {
  /** By account: they change with every entry, so nothing is put before the name. */
  readonly #balances = new FolderMap<number>();
  readonly #live = new FolderMap<unknown>();
  /** Rows that left memory and may not be in the archive yet. */
  readonly #leaving = new Map<string, unknown>();
  #archive: Archive = NOTHING;
  /** Undefined as long as nothing is kept anywhere. */
  #changes: Map<string, unknown> | undefined;

  /** How many rows are in memory. */
  get size(): number {
    return this.#live.size + this.#balances.size;
  }

  /** Msat of an account; 0 where there is none. */
  balance(account: string): number {
    return this.#balances.get(account) ?? 0;
  }

  setBalance(account: string, msat: number): void {
    if (msat === 0) this.#balances.delete(account);
    else this.#balances.set(account, msat);
    this.#changes?.set(`${BALANCE}${account}`, msat === 0 ? undefined : msat);
  }

  /** Accounts in use whose names begin so, in no order; where the prefix ends with `/` nothing else is looked at. */
  balancesWithin(prefix: string): Generator<readonly [account: string, msat: number]> {
    return this.#balances.within(prefix);
  }

  /** Sum of all accounts that begin so, without looking at each. @param folder ends with `/`, or is '' */
  sumWithin(folder: string): number {
    return this.#balances.sum(folder);
  }

  /** A row that is no balance. */
  get(row: string): unknown {
    return this.#live.get(row);
  }

  /** Also what was archived; reads the disk where it must. */
  find(row: string): unknown {
    return this.#live.get(row) ?? this.#leaving.get(row) ?? this.#archive.get(row);
  }

  /** `undefined` removes the row. Values are replaced as wholes, never changed in place. */
  set(row: string, value: unknown): void {
    if (value === undefined) this.#live.delete(row);
    else this.#live.set(row, value);
    this.#changes?.set(row, value);
  }

  /** Sets a row for the last time: it stays in the store only. */
  archive(row: string, value: unknown): void {
    this.#live.delete(row);
    this.#leaving.set(row, value);
    this.#changes?.set(row, value);
  }

  /** These changes are in the store now: what was archived with them need not be remembered here. */
  stored(changes: Changes): void {
    for (const [row, value] of changes) if (this.#leaving.get(row) === value) this.#leaving.delete(row);
  }

  /**
   * All that was set so far is in the store, and what left memory is read there from now on. Not before all entries are folded:
   * the store knows more than an entry in the middle of the journal may know.
   */
  keptIn(archive: Archive): void {
    this.#archive = archive;
    this.#leaving.clear();
    this.#changes = new Map();
  }

  /** Rows in memory that begin so and are no balances, in no order. */
  within(prefix: string): Generator<NamedRow> {
    return this.#live.within(prefix);
  }

  /** Also what was archived: reads the disk. What is in memory comes first, each row once. @param folder ends with `/` */
  async *findWithin(folder: string): AsyncGenerator<NamedRow> {
    const inMemory = new Map(this.within(folder));
    for (const [row, value] of this.#leaving) if (row.startsWith(folder)) inMemory.set(row, value);
    yield* inMemory;
    for await (const stored of this.#archive.within(folder)) if (!inMemory.has(stored[0])) yield stored;
  }

  /** Everything in memory that is not final. */
  *live(): Generator<NamedRow> {
    for (const [account, msat] of this.#balances.within('')) yield [`${BALANCE}${account}`, msat];
    yield* this.#live.within('');
  }

  /** Everything known, archived rows that have not left included. */
  *all(): Generator<NamedRow> {
    yield* this.live();
    yield* this.#leaving;
  }

  /** What was set since this was asked last. */
  take(): Changes {
    const changes = this.#changes ?? NO_CHANGES;
    if (changes.size > 0) this.#changes = new Map();
    return changes;
  }
}
