import t from 'tap';
import { Book } from '../../../ledger/book/book.ts';
import { findPayout } from '../../../ledger/book/payout.ts';
import { findBill } from '../../../ledger/book/receivables.ts';
import { readEntries } from '../../../ledger/book/refold.ts';
import { bookEntriesKey, bookRowKey } from '../../../ledger/store/keys.ts';
import { del, put, type Row, Store } from '../../../ledger/store/store.ts';
import { encodeValue } from '../../../ledger/store/values.ts';
import { LIFE, lived, PROVIDER } from '../../support/book/life.ts';
import { decisionOf } from '../../support/book/payments.ts';
import { collect } from '../../support/test-ledger.ts';

async function reopened<Result>(folder: string, look: (book: Book, store: Store) => Result): Promise<Awaited<Result>> {
  const store = await Store.open(folder);
  try {
    return await look(await Book.open(store, () => 43), store);
  } finally {
    await store.close();
  }
}

t.test('a book with payouts and bills in every state is read back as it was (I9)', async (t) => {
  const { folder, rows } = await lived(t);
  await reopened(folder, (book) => {
    t.same(new Map(book.rows.all()), rows);
    t.equal(book.latestSeq, LIFE.length);
    t.match(findPayout(book.rows, 'settled'), { state: 'settled', amount_msat: 10_000, fees_msat: 7, created_ms: 42 });
    t.match(findPayout(book.rows, 'failed'), { state: 'failed', reason: 'no route' });
    t.match(findPayout(book.rows, 'unknown'), { state: 'unknown', request: '{"id":3}' });
    t.match(findBill(book.rows, 'late'), { state: 'paid' });
    t.match(findBill(book.rows, 'gone'), { state: 'expired' });
    for (const [id, kind, facts] of LIFE)
      t.match(book.do(id, kind, facts), { entry: undefined, changes: new Map() }, `${id} is not done again`);
    t.throws(() => book.do('again', 'send-payout', { payout_id: 'planned', ...decisionOf(1) }), {
      code: 'invoice-refused',
    });
  });
});

const DAMAGES: [what: string, row: Row, names: RegExp][] = [
  ['a balance is another', put(bookRowKey('b/held/run'), encodeValue(1)), /^held\/run$/],
  ['a balance is gone', del(bookRowKey(`b/paid/${PROVIDER}`)), /^paid\/a+$/],
  ['a balance came from nowhere', put(bookRowKey('b/held/x'), encodeValue(1)), /^held\/x$/],
  ['a final payout was changed', put(bookRowKey('p/settled'), encodeValue({ state: 'failed' })), /^p\/settled$/],
  ['a payment hash is free again', del(bookRowKey(`y/${decisionOf(1).payment_hash}`)), /^y\//],
  ['an entry is gone', del(bookEntriesKey(7)), /^m!j!0{11}8$/],
  ['entries are something else', put(bookEntriesKey(7), encodeValue('entry')), /^m!j!0{11}7$/],
];

t.test('what no entry explains stops the start, and the account is named', async (t) => {
  for (const [what, row, names] of DAMAGES) {
    const { folder } = await lived(t);
    const store = await Store.open(folder);
    await store.write([row], { sync: true });
    await store.close();
    await t.rejects(
      reopened(folder, () => undefined),
      { code: 'ledger-corrupt', value: names },
      what,
    );
  }
});

t.test('an entry that could not have been done, or moved other amounts, stops the start', async (t) => {
  const { folder } = await lived(t);
  const entries = await reopened(folder, (_book, store) => collect(readEntries(store)));
  const forge = async (seq: number, change: object, names: RegExp, what: string) => {
    const store = await Store.open(folder);
    const forged = { ...entries[seq - 1], ...change };
    await store.write([put(bookEntriesKey(seq), encodeValue([forged]))], { sync: true });
    await store.close();
    await t.rejects(
      reopened(folder, () => undefined),
      { code: 'ledger-corrupt', value: names },
      what,
    );
  };
  const postings = [
    ['available/run', -1],
    ['held/run', 1],
  ];
  await forge(2, { postings }, /^available\/run$/, 'another amount');
  await forge(2, { postings: [] }, /^available\/run$/, 'no posting');
  await forge(2, { facts: { run_id: 'run', query_id: '1', price_msat: 2_000_000 } }, /^entry 2$/, 'beyond the limit');
});
