import { join } from 'node:path';
import t, { type Test } from 'tap';
import { Book } from '../../../ledger/book/book.ts';
import type { EntryKind, Facts } from '../../../ledger/book/entry.ts';
import { findPayout } from '../../../ledger/book/payout.ts';
import { findBill } from '../../../ledger/book/receivables.ts';
import { readEntries } from '../../../ledger/book/refold.ts';
import { RunJournal } from '../../../ledger/journal.ts';
import { bookEntriesKey, bookRowKey } from '../../../ledger/store/keys.ts';
import { del, put, type Row, Store } from '../../../ledger/store/store.ts';
import { encodeValue } from '../../../ledger/store/values.ts';
import { decisionOf, preimageOf } from '../../support/book/payments.ts';
import { promptTimer } from '../../support/prompt-timer.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { collect } from '../../support/test-ledger.ts';

const [PROVIDER, OTHER, CUSTOMER] = ['a'.repeat(64), 'b'.repeat(64), 'c'.repeat(64)];

type Step = { [Kind in EntryKind]: [id: string, kind: Kind, facts: Facts<Kind>] }[EntryKind];

/** One query of a run, asked and answered. */
function work(run_id: string, query_id: string, provider: string, price_msat: number): Step[] {
  return [
    [`reserve/${run_id}/${query_id}`, 'reserve', { run_id, query_id, price_msat }],
    [`settle/${run_id}/${query_id}`, 'settle', { run_id, query_id, provider, claimed_msat: price_msat }],
  ];
}

const bill = (bill_id: string, amount_msat: number): Step => [
  `bill/${bill_id}`,
  'bill',
  {
    bill_id,
    provider: PROVIDER,
    customer: CUSTOMER,
    amount_msat,
    lines: [['job', amount_msat, true]],
    invoice: 'lnbcrt',
    payment_hash: bill_id,
    expires_at: 1,
  },
];

/** Payouts and bills in every state they can be in, an open run, a hold, and routing set aside. */
const LIFE: Step[] = [
  ['open', 'open-run', { run_id: 'run', limit_msat: 1_000_000, fee_ppm: 10_000 }],
  ...work('run', '1', PROVIDER, 10_000),
  ['plan/settled', 'plan-payout', { payout_id: 'settled', provider: PROVIDER }],
  ['send/settled', 'send-payout', { payout_id: 'settled', ...decisionOf(1) }],
  ['done/settled', 'settle-payout', { payout_id: 'settled', preimage: preimageOf(1), fees_msat: 7 }],
  ...work('run', '2', PROVIDER, 20_000),
  ['plan/failed', 'plan-payout', { payout_id: 'failed', provider: PROVIDER }],
  ['send/failed', 'send-payout', { payout_id: 'failed', ...decisionOf(2) }],
  ['done/failed', 'fail-payout', { payout_id: 'failed', reason: 'no route' }],
  ['plan/unknown', 'plan-payout', { payout_id: 'unknown', provider: PROVIDER }],
  ['send/unknown', 'send-payout', { payout_id: 'unknown', ...decisionOf(3) }],
  ['doubt/unknown', 'doubt-payout', { payout_id: 'unknown', reason: 'no answer' }],
  ...work('run', '3', OTHER, 30_000),
  ['plan/sent', 'plan-payout', { payout_id: 'sent', provider: OTHER }],
  ['send/sent', 'send-payout', { payout_id: 'sent', ...decisionOf(4) }],
  ...work('run', '4', OTHER, 40_000),
  ['plan/planned', 'plan-payout', { payout_id: 'planned', provider: OTHER }],
  ['hold', 'reserve', { run_id: 'run', query_id: '5', price_msat: 50_000 }],
  ['claim', 'claim', { provider: PROVIDER, customer: CUSTOMER, job: 'job', request_id: 'r', amount_msat: 900 }],
  bill('paid', 800),
  ['paid', 'receive', { bill_id: 'paid' }],
  bill('late', 50),
  ['late', 'expire-bill', { bill_id: 'late' }],
  ['late, but paid', 'receive', { bill_id: 'late' }],
  bill('gone', 60),
  ['gone', 'expire-bill', { bill_id: 'gone' }],
  bill('open', 70),
];

/** Does it all, and closes the store again. */
async function lived(t: Test): Promise<{ folder: string; rows: ReadonlyMap<string, unknown> }> {
  const folder = join(await temporaryFolder(t), 'store');
  const store = await Store.open(folder);
  const book = await Book.open(store, () => 42);
  const journal = new RunJournal(store, promptTimer, book);
  for (const [id, kind, facts] of LIFE) await journal.post(book.do(id, kind, facts));
  const rows = new Map(book.rows.all());
  await store.close();
  return { folder, rows };
}

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
