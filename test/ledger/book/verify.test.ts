import t, { type Test } from 'tap';
import { Book } from '../../../ledger/book/book.ts';
import { readEntries } from '../../../ledger/book/refold.ts';
import { verifyBook } from '../../../ledger/book/verify.ts';
import { RunJournal } from '../../../ledger/journal.ts';
import { bookEntriesKey, bookOperationKey, bookRowKey, runKey } from '../../../ledger/store/keys.ts';
import { del, put, type Row, Store } from '../../../ledger/store/store.ts';
import { encodeValue } from '../../../ledger/store/values.ts';
import { PylonError } from '../../../protocol/errors.ts';
import { LIFE, lived, PROVIDER } from '../../support/book/life.ts';
import { decisionOf } from '../../support/book/payments.ts';
import { promptTimer } from '../../support/prompt-timer.ts';
import { collect } from '../../support/test-ledger.ts';

/** The run of the life is a running one. */
const RUNNING = put(runKey('run'), encodeValue({ status: 'running' }));

async function opened(t: Test, ...rows: Row[]) {
  const { folder } = await lived(t);
  const store = await Store.open(folder);
  t.teardown(() => store.close());
  await store.write([RUNNING], { sync: false });
  const book = await Book.open(store, () => 43);
  await store.write(rows, { sync: false });
  return { store, book };
}

t.test('a sound book is told in numbers, without a fault', async (t) => {
  const { store, book } = await opened(t);
  t.same(await verifyBook(store, book), {
    entries: LIFE.length,
    accounts: [...book.rows.balancesWithin('')].length,
    runs_open: 1,
    holds: 1,
    payables_msat: 0,
    inflight_msat: 90_000,
    paid_msat: 10_000,
    payouts: { planned: 1, sent: 1, unknown: 1, settled: 1, failed: 1 },
    faults: [],
  });
});

t.test('what is not stored yet is no fault, and money goes on while the book is read', async (t) => {
  const { store, book } = await opened(t);
  const journal = new RunJournal(store, promptTimer, book);
  const reserve = (query_id: string) =>
    journal.post(book.do(query_id, 'reserve', { run_id: 'run', query_id, price_msat: 1 }));
  const stored = ['6', '7', '8'].map(reserve);
  const verified = verifyBook(store, book);
  stored.push(reserve('9'));
  await Promise.all(stored);
  t.match(await verified, { faults: [] });
  t.match(await verifyBook(store, book), { entries: LIFE.length + 4, holds: 5, faults: [] });
});

const DAMAGES: [what: string, row: Row, told: RegExp][] = [
  [
    'a balance is another',
    put(bookRowKey('b/held/run'), encodeValue(1)),
    /^held\/run: the entries say 50500, the store/,
  ],
  ['a balance is gone', del(bookRowKey(`b/paid/${PROVIDER}`)), /^paid\/a+: the store lacks/],
  ['a balance came from nowhere', put(bookRowKey('b/held/x'), encodeValue(1)), /^held\/x: the store holds something/],
  ['a row cannot be read', put(bookRowKey('b/held/run'), Uint8Array.of(9)), /^m!v!b\/held\/run: .*version 9/],
  ['an entry is gone', del(bookEntriesKey(4)), /^m!j!0{11}5: entry 4 is missing/],
  ['entries are something else', put(bookEntriesKey(7), encodeValue('x')), /^m!j!0{11}7: a row of entries holds/],
  ['an id leads nowhere', put(bookOperationKey('x'), encodeValue([1, 'x'])), /^x: an id was used that no entry has/],
  ['an id is lost', del(bookOperationKey('hold')), /^hold: entry \d+ is not found by its id/],
  [
    'an id leads elsewhere',
    put(bookOperationKey('hold'), encodeValue([1, 'x'])),
    /^hold: entry \d+ has the id of entry 1/,
  ],
  ['a run ended with a hold', put(runKey('run'), encodeValue({ status: 'failed' })), /^held\/run: the run is failed/],
  ['a run that holds is gone', del(runKey('run')), /^held\/run: the run is gone, and still holds 50500/],
];

t.test('every damage is listed with the account it concerns, and nothing is thrown', async (t) => {
  for (const [what, row, told] of DAMAGES) {
    const { store, book } = await opened(t, row);
    const { faults } = await verifyBook(store, book);
    t.match(faults.find((fault) => told.test(fault)) ?? faults.join('\n'), told, what);
  }
});

t.test('an entry with other facts than its id was used with is told', async (t) => {
  const { store, book } = await opened(t);
  const [first] = await collect(readEntries(store));
  const forged = { ...first, facts: { ...first?.facts, limit_msat: 2_000_000 } };
  await store.write([put(bookEntriesKey(1), encodeValue([forged]))], { sync: false });
  t.match((await verifyBook(store, book)).faults, [
    /moved other amounts than its facts say/,
    /^open: entry 1 has other facts/,
  ]);
});

t.test('two payouts with one payment hash are told (I5)', async (t) => {
  const { store, book } = await opened(t);
  const entries = await collect(readEntries(store));
  const seq = entries.findIndex(({ id }) => id === 'send/sent') + 1;
  const forged = { ...entries[seq - 1], facts: { payout_id: 'sent', ...decisionOf(1) } };
  await store.write([put(bookEntriesKey(seq), encodeValue([forged]))], { sync: false });
  t.match((await verifyBook(store, book)).faults[0], /could not have been done/);
});

t.test('memory that is ahead of the disk, or that somebody wrote into, is told', async (t) => {
  const { store, book } = await opened(t);
  book.rows.setBalance('held/run', 7);
  t.match((await verifyBook(store, book)).faults, [/^held\/run: the entries say 50500, memory says 7/]);
  book.rows.setBalance('held/y', 7);
  t.ok((await verifyBook(store, book)).faults.some((fault) => /^held\/y: memory holds something/.test(fault)));
  book.fail(new PylonError('store-failed', { reason: 'the disk is full' }), []);
  t.match((await verifyBook(store, book)).faults, [/^memory: the disk is full/]);
});
