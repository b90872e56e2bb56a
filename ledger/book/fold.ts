// Reading the book back, entry by entry: each is done again, and what comes out is held against what the store says. What
// does not fit is told to whoever asked; the start of a process gives up at the first (refold.ts), a check lists all (verify.ts).
import { canonicalJson } from '../../protocol/canonical.ts';
import { toPylonError } from '../../protocol/errors.ts';
import { ALL_BOOK_ENTRIES, ALL_BOOK_ROWS, bookRowOf } from '../store/keys.ts';
import type { StoreView } from '../store/store.ts';
import { decodeValue } from '../store/values.ts';
import type { Posting } from './accounts.ts';
import { replay } from './apply.ts';
import type { Entry } from './entry.ts';
import { BALANCE, type NamedRow, type Rows } from './rows.ts';

/** Something that is not as it should be. */
export interface BookFault {
  /** The account, or the row or entry where no account is meant. */
  readonly name: string;
  readonly reason: string;
  readonly cause?: unknown;
}

/** May throw, which ends the reading. */
export type OnFault = (fault: BookFault) => void;

function decoded(bytes: Uint8Array, key: string, onFault: OnFault): unknown {
  try {
    return decodeValue(bytes, key);
  } catch (thrown) {
    onFault({ name: key, reason: toPylonError(thrown).message, cause: thrown });
    return undefined;
  }
}

/** All entries in order. */
export async function* entriesIn(view: StoreView, onFault: OnFault): AsyncGenerator<Entry> {
  let next = 1;
  for await (const [key, bytes] of view.rows(ALL_BOOK_ENTRIES)) {
    const entries = decoded(bytes, key, onFault);
    if (entries === undefined) continue;
    if (!Array.isArray(entries)) onFault({ name: key, reason: 'a row of entries holds something else' });
    else
      for (const entry of entries as Entry[]) {
        if (entry.seq !== next) onFault({ name: key, reason: `entry ${next} is missing` });
        next = entry.seq + 1;
        yield entry;
      }
  }
}

/** The account of the first posting in which two entries differ; undefined when they are the same. */
function differingAccount(one: readonly Posting[], other: readonly Posting[]): string | undefined {
  for (let at = 0; at < Math.max(one.length, other.length); at++) {
    const [posting, twin] = [one[at], other[at]];
    if (posting?.[0] !== twin?.[0] || posting?.[1] !== twin?.[1]) return posting?.[0] ?? twin?.[0];
  }
  return undefined;
}

/** Does an entry again. */
export function foldEntry(rows: Rows, entry: Entry, onFault: OnFault): void {
  let postings: Posting[];
  try {
    postings = replay(rows, entry);
  } catch (thrown) {
    onFault({ name: `entry ${entry.seq}`, reason: `its ${entry.kind} could not have been done`, cause: thrown });
    return;
  }
  const name = differingAccount(postings, entry.postings);
  if (name !== undefined) onFault({ name, reason: `entry ${entry.seq} moved other amounts than its facts say` });
}

/** The account whose balance it is, or the row itself. */
const nameOf = (row: string) => (row.startsWith(BALANCE) ? row.slice(BALANCE.length) : row);

/** Holds the rows of the store against those that came of the entries. */
export async function compareRows(view: StoreView, folded: Iterable<NamedRow>, onFault: OnFault): Promise<void> {
  const missing = new Map(folded);
  for await (const [key, bytes] of view.rows(ALL_BOOK_ROWS)) {
    const row = bookRowOf(key);
    const [stored, expected] = [decoded(bytes, key, onFault), missing.get(row)];
    missing.delete(row);
    if (expected === undefined)
      onFault({ name: nameOf(row), reason: 'the store holds something that no entry explains' });
    else if (stored !== undefined) compareValues(nameOf(row), expected, stored, 'the store', onFault);
  }
  for (const row of missing.keys()) onFault({ name: nameOf(row), reason: 'the store lacks what the entries say' });
}

/** Holds the rows in memory against those that came of the entries; final ones need not be there. */
export function compareMemory(memory: Iterable<NamedRow>, folded: Rows, onFault: OnFault): void {
  const inMemory = new Map(memory);
  for (const [row, expected] of folded.live()) {
    const value = inMemory.get(row);
    inMemory.delete(row);
    if (value === undefined) onFault({ name: nameOf(row), reason: 'memory lacks what the entries say' });
    else compareValues(nameOf(row), expected, value, 'memory', onFault);
  }
  for (const [row, value] of inMemory) {
    const expected = folded.find(row);
    if (expected === undefined) onFault({ name: nameOf(row), reason: 'memory holds something that no entry explains' });
    else compareValues(nameOf(row), expected, value, 'memory', onFault);
  }
}

function compareValues(name: string, expected: unknown, found: unknown, where: string, onFault: OnFault): void {
  if (expected === found) return;
  const [said, says] = [canonicalJson(expected), canonicalJson(found)];
  if (said !== says) onFault({ name, reason: `the entries say ${said}, ${where} says ${says}` });
}
