// Where the hub keeps its rows: on disk, or in memory for `--no-log`. Reads are at once, so that an operation is one
// piece of synchronous code and nothing can come between what it reads and what it writes.
import type { KeyRange } from '../../../ledger/store/keys.ts';

/** What is to stand under each key; undefined takes the row away. */
export type Changes = ReadonlyMap<string, unknown>;

export interface Rows {
  /** The value under a key as last written; undefined where there is none. MUST NOT be changed. @throws PylonError `store-*` */
  value(key: string): unknown;
  /** Keys in order, or from the end. @throws PylonError `store-*` */
  keys(range: KeyRange, options?: { readonly reverse?: boolean }): AsyncIterable<string>;
  /** Keys and values in order. @throws PylonError `store-*` */
  entries(range: KeyRange): AsyncIterable<readonly [key: string, value: unknown]>;
  /** All changes or none, on disk when it resolves. @throws PylonError `store-failed` */
  write(changes: Changes): Promise<void>;
  /** After a failed write: makes reads tell what is really there, the failed write or not. @throws PylonError `store-failed` */
  recover(): Promise<void>;
  close(): Promise<void>;
}
