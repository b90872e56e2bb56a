import t from 'tap';
import { balanceOf, balanceWithin } from '../../../ledger/book/accounts.ts';
import { Book } from '../../../ledger/book/book.ts';
import type { EntryKind, Facts } from '../../../ledger/book/entry.ts';
import { findPayout, openPayouts } from '../../../ledger/book/payout.ts';
import { RunBudgets } from '../../../ledger/book/run-budgets.ts';
import { msat } from '../../../protocol/money.ts';
import { decisionOf, preimageOf } from '../../support/book/payments.ts';

const PROVIDER = 'a'.repeat(64);

/** A book that owes 1,000 msat to a provider, with 100 set aside for routing. */
function owing() {
  const book = Book.volatile(() => 7);
  const budgets = new RunBudgets(book);
  budgets.openRun('run', msat(10_000), 100_000);
  budgets.reserve('run', 'a', msat(1_000));
  budgets.settle('run', 'a', PROVIDER, msat(1_000));
  let count = 0;
  const act = <Kind extends EntryKind>(kind: Kind, facts: Facts<Kind>) => book.do(`${kind}/${count++}`, kind, facts);
  return {
    book,
    budgets,
    plan: (payout_id: string) => act('plan-payout', { payout_id, provider: PROVIDER }),
    send: (payout_id: string, number: number) => act('send-payout', { payout_id, ...decisionOf(number) }),
    doubt: (payout_id: string) => act('doubt-payout', { payout_id, reason: 'no answer' }),
    settle: (payout_id: string, preimage: string, fees_msat = 0) =>
      act('settle-payout', { payout_id, preimage, fees_msat }),
    fail: (payout_id: string) => act('fail-payout', { payout_id, reason: 'no route' }),
    owed: () => balanceWithin(book.rows, 'payable/'),
    onItsWay: () => balanceWithin(book.rows, 'inflight/'),
    paid: () => balanceWithin(book.rows, 'paid/'),
    stateOf: (payout_id: string) => findPayout(book.rows, payout_id)?.state,
  };
}

t.test('what is owed to a provider leaves the payables once, and comes to it only with the preimage', async (t) => {
  const { plan, send, settle, owed, onItsWay, paid, stateOf, book } = owing();
  plan('one');
  t.same([owed(), onItsWay(), paid()], [0, 1_000, 0]);
  t.throws(() => plan('two'), { code: 'internal', message: /nothing is owed/ });
  t.throws(() => plan('one'), { code: 'internal', message: /such a payout already/ });
  send('one', 1);
  settle('one', preimageOf(1), 30);
  t.same([owed(), onItsWay(), paid()], [0, 0, 1_000]);
  t.equal(stateOf('one'), 'settled');
  t.equal(balanceOf(book.rows, 'fees'), 30);
  t.equal(balanceOf(book.rows, 'routing'), -30, 'what routing did not need is not spent');
});

t.test('a wallet that took more for routing than was set aside has taken it, and the book says so', async (t) => {
  const { plan, send, settle, book } = owing();
  plan('one');
  send('one', 1);
  settle('one', preimageOf(1), 500);
  t.equal(balanceOf(book.rows, 'fees'), 500);
  t.equal(balanceOf(book.rows, 'routing'), -500);
});

t.test('a preimage that is another, or is none, settles nothing', async (t) => {
  const { plan, send, settle, onItsWay, stateOf } = owing();
  plan('one');
  send('one', 1);
  const right = preimageOf(1);
  for (const wrong of [preimageOf(2), '', right.slice(2), `${right}00`, right.toUpperCase(), `${right}zz`])
    t.throws(() => settle('one', wrong), { code: 'payment-proof-invalid', value: 'one' });
  t.equal(stateOf('one'), 'sent');
  t.equal(onItsWay(), 1_000);
});

t.test('a payment hash pays one obligation, ever: not again after it failed, nor for another (I5)', async (t) => {
  const { plan, send, fail, owed } = owing();
  plan('one');
  send('one', 1);
  fail('one');
  t.equal(owed(), 1_000, 'it is owed as before');
  plan('two');
  t.throws(() => send('two', 1), { code: 'invoice-refused', message: /used before/ });
  send('two', 2);
});

t.test('an unknown payment keeps its money, and only proof ends it (I8)', async (t) => {
  const { plan, send, doubt, settle, fail, owed, onItsWay, stateOf, book } = owing();
  plan('one');
  send('one', 1);
  doubt('one');
  t.equal(stateOf('one'), 'unknown');
  t.same([owed(), onItsWay()], [0, 1_000]);
  t.throws(() => plan('again'), { code: 'internal' }, 'it is not owed, so it is not paid again');
  t.throws(() => send('one', 2), { code: 'internal', message: /unknown cannot become this/ });
  t.match([...openPayouts(book.rows)], [{ id: 'one', request: '{"id":1}' }], 'it is still looked up');
  settle('one', preimageOf(1));
  t.throws(() => fail('one'), { code: 'internal', message: /settled cannot become this/ });
});

const WRONG: [what: string, act: (book: ReturnType<typeof owing>) => void][] = [
  ['sent before it is planned', ({ send }) => send('one', 1)],
  ['settled before it is sent', ({ plan, settle }) => [plan('one'), settle('one', preimageOf(1))]],
  ['doubted before it is sent', ({ plan, doubt }) => [plan('one'), doubt('one')]],
  ['sent twice', ({ plan, send }) => [plan('one'), send('one', 1), send('one', 2)]],
  ['failed twice', ({ plan, fail }) => [plan('one'), fail('one'), fail('one')]],
  [
    'settled twice',
    ({ plan, send, settle }) => [
      plan('one'),
      send('one', 1),
      settle('one', preimageOf(1)),
      settle('one', preimageOf(1)),
    ],
  ],
  [
    'settled after it failed',
    ({ plan, send, fail, settle }) => [plan('one'), send('one', 1), fail('one'), settle('one', preimageOf(1))],
  ],
];

t.test('a payout goes its way in order, and ends once', async (t) => {
  for (const [what, act] of WRONG) t.throws(() => act(owing()), { code: 'internal' }, what);
});
