// What a process does with the book when it starts: everything is folded again, and must be what the store holds (I1, I9).
// Where it is not, nothing may be spent, and the account is named.
import { PylonError } from '../../protocol/errors.ts';
import { bookRowKey, bookRowOf, bookRowsWithin } from '../store/keys.ts';
import type { Store, StoreView } from '../store/store.ts';
import { decodeValue } from '../store/values.ts';
import type { Entry } from './entry.ts';
import { type BookFault, compareRows, entriesIn, foldEntry } from './fold.ts';
import { type Archive, Rows } from './rows.ts';

function giveUp({ name, reason, cause }: BookFault): never {
  if (cause instanceof PylonError && cause.code === 'store-corrupt') throw cause;
  throw new PylonError('ledger-corrupt', { value: name, reason: `the books do not balance: ${reason}`, cause });
}

/** All entries in order. @throws PylonError `ledger-corrupt` when one is missing, `store-corrupt` */
export function readEntries(view: StoreView): AsyncGenerator<Entry> {
  return entriesIn(view, giveUp);
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
    foldEntry(rows, entry, giveUp);
  }
  await compareRows(store, rows.all(), giveUp);
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
