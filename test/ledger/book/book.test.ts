import t, { type Test } from 'tap';
import { balanceOf, runAccounts } from '../../../ledger/book/accounts.ts';
import { Book } from '../../../ledger/book/book.ts';
import { RunJournal } from '../../../ledger/journal.ts';
import { StoredRuns } from '../../../ledger/runs.ts';
import { PylonError } from '../../../protocol/errors.ts';
import { gatedStore } from '../../support/gated-store.ts';
import { promptTimer } from '../../support/prompt-timer.ts';
import { collect } from '../../support/test-ledger.ts';
import { runIdOf, traceOf } from '../../support/traces.ts';
import { settled } from '../../support/virtual-clock.ts';

const OPEN = { run_id: 'run', limit_msat: 1_000, fee_ppm: 0 };
const reserve = (query_id: string, price_msat = 10) => ({ run_id: 'run', query_id, price_msat });
const DISK_FULL = new PylonError('store-failed', { reason: 'the disk is full' });

/** A book whose run is open, over a store whose next writes are for the test to pass or fail. */
async function openBook(t: Test) {
  const { store, writes } = await gatedStore(t);
  const book = await Book.open(store, () => 0);
  const journal = new RunJournal(store, promptTimer, book);
  const opened = journal.post(book.do('open', 'open-run', OPEN));
  writes.shift()?.pass();
  await opened;
  await settled();
  const held = () => balanceOf(book.rows, runAccounts.held('run'));
  return { store, writes, book, journal, held };
}

t.test('money is synced, with or without an event that tells of it', async (t) => {
  const { writes, book, journal } = await openBook(t);
  const told = journal.commit(traceOf().slice(0, 1), book.do('a', 'reserve', reserve('a')));
  const untold = journal.post(book.do('b', 'reserve', reserve('b')));
  t.equal(writes[0]?.sync, true);
  writes[0]?.pass();
  await told;
  await settled();
  t.equal(writes[1]?.sync, true);
  writes[1]?.pass();
  await untold;
});

t.test('the same operation is one before it is stored, while it is, and after (I6)', async (t) => {
  const { writes, book, journal, held } = await openBook(t);
  const again = () => book.do('a', 'reserve', reserve('a'));
  const conflict = () =>
    t.throws(() => book.do('a', 'reserve', reserve('a', 11)), { code: 'ledger-conflict', value: 'a' });
  const made = again();
  const repeated = again();
  t.match(repeated, { seq: made.seq, entry: undefined });
  conflict();
  let known = false;
  const first = journal.post(made);
  const second = journal.post(repeated).then(() => {
    known = true;
  });
  conflict();
  t.equal(known, false, 'a repetition is not acknowledged before the operation itself is durable');
  writes[0]?.pass();
  await first;
  await settled();
  writes[1]?.pass();
  await second;
  t.match(again(), { seq: made.seq, entry: undefined });
  conflict();
  t.equal(held(), 10);
});

t.test('an amount that is none is refused, and nothing has changed', async (t) => {
  const { book, held } = await openBook(t);
  for (const amount of [-1, 0.5, Number.NaN, 2 ** 53])
    t.throws(() => book.do('a', 'reserve', reserve('a', amount)), { code: 'money-invalid' }, `${amount}`);
  const bill = {
    bill_id: 'b',
    provider: 'p',
    customer: 'c',
    amount_msat: 5,
    invoice: '',
    payment_hash: '',
    expires_at: 1,
  };
  const lines = [['one', 10, false] as const, ['two', -5, false] as const];
  t.throws(() => book.do('b', 'bill', { ...bill, lines }), { code: 'money-invalid' });
  t.equal(held(), 0);
  t.equal(book.latestSeq, 1);
});

t.test('an operation that was left out stops the book until it is read again', async (t) => {
  const { writes, book, journal, held } = await openBook(t);
  book.do('lost', 'reserve', reserve('lost'));
  await t.rejects(journal.post(book.do('a', 'reserve', reserve('a'))), { message: /operation 2 .* never committed/ });
  t.throws(() => book.do('b', 'reserve', reserve('b')), { code: 'store-failed' });
  t.equal(writes.length, 0, 'nothing of it reaches the store');
  await book.recover();
  t.equal(held(), 0);
  const stored = journal.post(book.do('a', 'reserve', reserve('a')));
  writes[0]?.pass();
  await stored;
  t.equal(held(), 10);
});

t.test(
  'an event that is refused takes its operation with it, and the money of others is stored all the same',
  async (t) => {
    const { store, writes, book, journal, held } = await openBook(t);
    const [first, second, ...rest] = traceOf();
    const begun = journal.commit([first!], book.do('a', 'reserve', reserve('a')));
    const waits = journal.post(book.do('b', 'reserve', reserve('b')));
    await t.rejects(journal.commit(rest, book.do('c', 'reserve', reserve('c'))), { code: 'trace-invalid' });
    t.throws(() => book.do('d', 'reserve', reserve('d')), { code: 'store-failed', message: /seq 1 is next/ });
    const recovered = Promise.all([book.recover(), book.recover()]);
    writes[0]?.pass();
    await begun;
    await settled();
    t.equal(book.latestSeq, 4, 'what is on its way to the store is waited for');
    writes[1]?.pass();
    await waits;
    await recovered;
    await settled();
    t.equal(book.latestSeq, 3);
    t.equal(held(), 20);
    const told = journal.commit([second!], book.do('c', 'reserve', reserve('c')));
    writes[2]?.pass();
    await told;
    t.equal(held(), 30);
    t.same(await collect(new StoredRuns(store, journal).events(runIdOf(1))), [first, second]);
  },
);

t.test('an operation that the book does not know any more is not stored, nor the event that tells of it', async (t) => {
  const { writes, book, journal } = await openBook(t);
  const stale = book.do('a', 'reserve', reserve('a'));
  book.fail(DISK_FULL, []);
  await book.recover();
  await t.rejects(journal.commit(traceOf().slice(0, 1), stale), { code: 'internal' });
  t.equal(journal.state(runIdOf(1)), undefined);
  t.equal(writes.length, 0);
});

t.test('a hole between entries is not written, whoever asks', async (t) => {
  const { book } = await openBook(t);
  const [first, second] = [book.do('a', 'reserve', reserve('a')), book.do('b', 'reserve', reserve('b'))];
  for (const operation of [first, second]) book.handOver(operation);
  t.throws(() => book.rowsOf([second]), { code: 'internal', value: 'b', message: /was not written/ });
});

t.test('a write that fails fails all who wait with it; read again, the book says what the disk says', async (t) => {
  const { writes, book, journal, held } = await openBook(t);
  const first = journal.post(book.do('a', 'reserve', reserve('a')));
  const second = journal.post(book.do('b', 'reserve', reserve('b')));
  t.equal(held(), 20);
  writes[0]?.fail(DISK_FULL);
  await t.rejects(first, DISK_FULL);
  await t.rejects(second, DISK_FULL);
  t.throws(() => book.do('a', 'reserve', reserve('a')), DISK_FULL);
  t.equal(held(), 20, 'it can still be read');
  await book.recover();
  t.equal(held(), 0);
  await book.recover();
  const again = journal.post(book.do('a', 'reserve', reserve('a')));
  writes[1]?.pass();
  await again;
  t.equal(held(), 10);
});
