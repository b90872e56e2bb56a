import { join } from 'node:path';
import t from 'tap';
import { Book } from '../../../ledger/book/book.ts';
import { earnings } from '../../../ledger/book/earnings.ts';
import type { EntryKind, Facts } from '../../../ledger/book/entry.ts';
import { RunJournal } from '../../../ledger/journal.ts';
import { Store } from '../../../ledger/store/store.ts';
import { promptTimer } from '../../support/prompt-timer.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const [ONE, OTHER] = ['1'.repeat(64), '2'.repeat(64)] as const;
const CUSTOMER = 'c'.repeat(64);

/** Two providers: one with claims, a payment, a dispute and an open bill, one paid in advance. */
async function fill(write: <Kind extends EntryKind>(id: string, kind: Kind, facts: Facts<Kind>) => Promise<unknown>) {
  const claim = (provider: string, job: string, amount_msat: number) =>
    write(`claim/${job}`, 'claim', { provider, customer: CUSTOMER, job, request_id: job, amount_msat });
  const bill = (provider: string, bill_id: string, amount_msat: number, job?: string) => {
    const lines = job === undefined ? [] : [[job, amount_msat, true] as const];
    const rest = { invoice: 'lnbcrt…', payment_hash: `hash of ${bill_id}`, expires_at: 100 };
    return write(bill_id, 'bill', { bill_id, provider, customer: CUSTOMER, amount_msat, lines, ...rest });
  };
  await claim(ONE, 'a', 100);
  await claim(ONE, 'b', 30);
  await bill(ONE, 'bill a', 90, 'a');
  await write('receive a', 'receive', { bill_id: 'bill a' });
  await bill(ONE, 'bill b', 30, 'b');
  await bill(OTHER, 'in advance', 500);
  await write('receive advance', 'receive', { bill_id: 'in advance' });
  await claim(OTHER, 'd', 20);
}

const EXPECTED = {
  providers: [
    {
      provider: ONE,
      jobs: 2,
      earned_msat: 130,
      received_msat: 90,
      due_msat: 30,
      disputed_msat: 10,
      advance_msat: 0,
    },
    {
      provider: OTHER,
      jobs: 1,
      earned_msat: 20,
      received_msat: 500,
      due_msat: 0,
      disputed_msat: 0,
      advance_msat: 480,
    },
  ],
  bills: [
    { id: 'in advance', state: 'paid' },
    { id: 'bill b', state: 'open' },
    { id: 'bill a', state: 'paid' },
  ],
};

t.test(
  'earnings tell of each provider what is earned, received, due, disputed and in advance, and the newest bills',
  async (t) => {
    const store = await Store.open(join(await temporaryFolder(t), 'store'));
    t.teardown(() => store.close());
    let now = 0;
    const book = await Book.open(store, () => now++);
    const journal = new RunJournal(store, promptTimer, book);
    await fill((id, kind, facts) => journal.post(book.do(id, kind, facts)));
    t.match(await earnings(book.rows, 10), EXPECTED);
    t.match(await earnings(book.rows, 1), { bills: [{ id: 'in advance' }] });
    t.equal((await earnings(book.rows, 2)).bills.length, 2);
    t.same((await earnings(book.rows, 0)).bills, []);
    const again = await Book.open(store, () => now);
    t.match(await earnings(again.rows, 10), EXPECTED, 'and the same after a restart');
  },
);

t.test('a bill that was paid a moment ago and is not in the store yet is told once, as paid', async (t) => {
  const store = await Store.open(join(await temporaryFolder(t), 'store'));
  t.teardown(() => store.close());
  const book = await Book.open(store, () => 0);
  const journal = new RunJournal(store, promptTimer, book);
  const facts = {
    provider: ONE,
    customer: CUSTOMER,
    amount_msat: 5,
    lines: [],
    invoice: 'x',
    payment_hash: 'h',
    expires_at: 1,
  };
  await journal.post(book.do('b', 'bill', { bill_id: 'b', ...facts }));
  const stored = journal.post(book.do('r', 'receive', { bill_id: 'b' }));
  t.match((await earnings(book.rows, 10)).bills, [{ id: 'b', state: 'paid' }]);
  await stored;
  t.match((await earnings(book.rows, 10)).bills, [{ id: 'b', state: 'paid' }]);
});

t.test('without a store earnings are told all the same', async (t) => {
  let now = 0;
  const book = Book.volatile(() => now++);
  await fill(async (id, kind, facts) => book.do(id, kind, facts));
  t.match(await earnings(book.rows, 10), EXPECTED);
});
