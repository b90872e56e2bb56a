// Reading the book back: every entry is done again from the first on, and what comes out must be what the store holds
// (I1, I9). Where it is not, nothing may be spent, and the account is named.
import { canonicalJson } from '../../protocol/canonical.ts';
import { PylonError } from '../../protocol/errors.ts';
import { ALL_BOOK_ENTRIES, ALL_BOOK_ROWS, bookRowKey, bookRowOf, bookRowsWithin } from '../store/keys.ts';
import type { Store } from '../store/store.ts';
import { decodeValue } from '../store/values.ts';
import type { Posting } from './accounts.ts';
import { replay } from './apply.ts';
import type { Entry } from './entry.ts';
import { type Archive, BALANCE, Rows } from './rows.ts';

function corrupt(value: string, reason: string, cause?: unknown): PylonError {
  return new PylonError('ledger-corrupt', { value, reason: `the books do not balance: ${reason}`, cause });
}

/** All entries in order. @throws PylonError `ledger-corrupt` when one is missing, `store-corrupt` */
export async function* readEntries(store: Store): AsyncGenerator<Entry> {
  let next = 1;
  for await (const [key, bytes] of store.rows(ALL_BOOK_ENTRIES)) {
    const entries = decodeValue(bytes, key);
    if (!Array.isArray(entries)) throw corrupt(key, 'a row of entries holds something else');
    for (const entry of entries as Entry[]) {
      if (entry.seq !== next) throw corrupt(key, `entry ${next} is missing`);
      next++;
      yield entry;
    }
  }
}

/** The account of the first posting in which two entries differ; undefined when they are the same. */
export function differingAccount(one: readonly Posting[], other: readonly Posting[]): string | undefined {
  for (let at = 0; at < Math.max(one.length, other.length); at++) {
    const [posting, twin] = [one[at], other[at]];
    if (posting?.[0] !== twin?.[0] || posting?.[1] !== twin?.[1]) return posting?.[0] ?? twin?.[0];
  }
  return undefined;
}

/** The account whose balance it is, or the row itself. */
const nameOf = (row: string) => (row.startsWith(BALANCE) ? row.slice(BALANCE.length) : row);

async function compare(store: Store, rows: Rows): Promise<void> {
  const missing = new Map(rows.all());
  for await (const [key, bytes] of store.rows(ALL_BOOK_ROWS)) {
    const row = bookRowOf(key);
    const stored = decodeValue(bytes, key);
    const folded = missing.get(row);
    if (folded === undefined) throw corrupt(nameOf(row), 'the store holds something that no entry explains');
    if (folded !== stored && canonicalJson(folded) !== canonicalJson(stored))
      throw corrupt(nameOf(row), `the entries say ${canonicalJson(folded)}, the store says ${canonicalJson(stored)}`);
    missing.delete(row);
  }
  const [first] = missing.keys();
  if (first !== undefined) throw corrupt(nameOf(first), 'the store lacks what the entries say');
}

/**
 * Folds all entries and holds the result against the store. The store's rows are what came of the last entry, so nothing is
 * looked up there before the folding is over.
 * @returns what is known now, and the seq of the next entry
 * @throws PylonError `ledger-corrupt`, naming the account
 */
export async function refold(store: Store): Promise<{ rows: Rows; nextSeq: number }> {
  const rows = new Rows();
  let nextSeq = 1;
  for await (const entry of readEntries(store)) {
    nextSeq = entry.seq + 1;
    let postings: Posting[];
    try {
      postings = replay(rows, entry);
    } catch (thrown) {
      throw corrupt(`entry ${entry.seq}`, `its ${entry.kind} could not have been done`, thrown);
    }
    const account = differingAccount(postings, entry.postings);
    if (account !== undefined) throw corrupt(account, `entry ${entry.seq} moved other amounts than its facts say`);
  }
  await compare(store, rows);
  rows.keptIn(archiveIn(store));
  return { rows, nextSeq };
}

/** Final payouts and bills, read where they are asked for. */
function archiveIn(store: Store): Archive {
  return {
    get: (row) => store.valueNow(bookRowKey(row)),
    async *within(folder) {
      for await (const [key, bytes] of store.rows(bookRowsWithin(folder)))
        yield [bookRowOf(key), decodeValue(bytes, key)];
    },
  };
}
