import t from 'tap';
import { balanceOf, inflightAccount, paidAccount, runAccounts } from '../../../ledger/book/accounts.ts';
import { Book } from '../../../ledger/book/book.ts';
import type { EntryKind, Facts } from '../../../ledger/book/entry.ts';
import { isSealedInEscrow, openPayoutsAhead, runPaidAhead } from '../../../ledger/book/escrow.ts';
import { findPayout } from '../../../ledger/book/payout.ts';
import { findBill, standingOf } from '../../../ledger/book/receivables.ts';
import { decisionOf, paymentHashOf, preimageOf } from '../../support/book/payments.ts';
import { openTestLedger } from '../../support/test-ledger.ts';

const RUN = 'run';
const PROVIDER = 'f'.repeat(64);
const CUSTOMER = 'c'.repeat(64);
const REQUEST = 'ab'.repeat(32);

/** A run of 1,000 msat whose query `0.0` holds 100 msat and one for routing. */
function stage(feePpm = 10_000) {
  const book = Book.volatile(() => 5);
  let operations = 0;
  const act = <Kind extends EntryKind>(kind: Kind, facts: Facts<Kind>) => book.do(`${++operations}`, kind, facts);
  act('open-run', { run_id: RUN, limit_msat: 1_000, fee_ppm: feePpm });
  act('reserve', { run_id: RUN, query_id: '0.0', price_msat: 100 });
  const ahead = { run_id: RUN, query_id: '0.0', payout_id: 'p', provider: PROVIDER, ...decisionOf(1) };
  const escrow = (change: object = {}) => act('escrow-payout', { ...ahead, request_id: REQUEST, ...change });
  const prepay = (change: object = {}) => act('prepay-payout', { ...ahead, ...change });
  const balance = (account: string) => balanceOf(book.rows, account);
  const ofRun = () => (['available', 'held', 'settled'] as const).map((kind) => balance(runAccounts[kind](RUN)));
  const payout = () => findPayout(book.rows, 'p');
  const settle = (number = 1) => act('settle-payout', { payout_id: 'p', preimage: preimageOf(number), fees_msat: 0 });
  const giveBack = () => act('return-payout', { payout_id: 'p', reason: 'cancelled' });
  const reveal = () => act('reveal-payout', { payout_id: 'p' });
  return { book, act, escrow, prepay, balance, ofRun, payout, settle, giveBack, reveal };
}

t.test('what a query held becomes one payout, decided before anything is sent, and the limit is whole', async (t) => {
  const { escrow, ofRun, balance, payout, book } = stage();
  t.same(ofRun(), [899, 101, 0]);
  const { entry } = escrow();
  t.equal(
    entry?.postings.reduce((sum, [, msat]) => sum + msat, 0),
    0,
  );
  t.same(ofRun(), [899, 0, 101]);
  t.equal(balance(inflightAccount('p')), 100);
  t.match(payout(), {
    state: 'sent',
    amount_msat: 100,
    fee_reserve_msat: 1,
    lines: [[RUN, 100]],
    ahead: { query_id: '0.0', escrow: { request_id: REQUEST, is_revealed: false } },
    ...decisionOf(1),
  });
  t.same(
    [...openPayoutsAhead(book.rows)].map((open) => [open.id, runPaidAhead(open), isSealedInEscrow(open)]),
    [['p', RUN, true]],
  );
});

t.test('a query is paid ahead once, out of what it holds, and never on a hash that was used', async (t) => {
  const { escrow, prepay, act, ofRun } = stage();
  t.throws(() => escrow({ query_id: '1.0' }), { code: 'internal', message: /holds no money/ });
  escrow();
  const again = { payout_id: 'q', ...decisionOf(2) };
  t.throws(() => escrow(again), { code: 'internal', message: /holds no money/ }, 'the hold is gone (I5)');
  act('reserve', { run_id: RUN, query_id: '1.0', price_msat: 50 });
  const before = ofRun();
  const used = { query_id: '1.0', payout_id: 'q' };
  t.throws(() => escrow(used), { code: 'invoice-refused' });
  t.throws(() => prepay(used), { code: 'invoice-refused' });
  t.throws(() => escrow({ query_id: '1.0', ...decisionOf(2) }), { code: 'internal', message: /such a payout already/ });
  t.same(ofRun(), before, 'what was refused has changed nothing');
});

t.test('it is taken with the preimage alone, and then paid', async (t) => {
  const { escrow, settle, reveal, payout, balance, ofRun } = stage();
  escrow();
  reveal();
  t.equal(isSealedInEscrow(payout()!), false);
  t.throws(() => settle(2), { code: 'payment-proof-invalid' });
  settle();
  t.match(payout(), { state: 'settled', preimage: preimageOf(1) });
  t.equal(balance(paidAccount(PROVIDER)), 100);
  t.equal(balance(inflightAccount('p')), 0);
  t.same(ofRun(), [899, 0, 101], 'it is spent');
});

t.test('given back while its run goes on it can be spent again; after the run, only the payout ends', async (t) => {
  const open = stage();
  open.escrow();
  open.giveBack();
  t.same(open.ofRun(), [1_000, 0, 0]);
  t.match(open.payout(), { state: 'failed', reason: 'cancelled' });
  open.act('close-run', { run_id: RUN });

  const closed = stage();
  closed.escrow();
  closed.act('close-run', { run_id: RUN });
  t.same(closed.ofRun(), [0, 0, 0], 'a closed run holds nothing, although nobody knows yet what becomes of it (I11)');
  t.equal(closed.balance(inflightAccount('p')), 100);
  closed.act('doubt-payout', { payout_id: 'p', reason: 'no answer' });
  closed.giveBack();
  t.same(closed.ofRun(), [0, 0, 0]);
  for (const account of [inflightAccount('p'), 'work', 'routing', 'fee-inflight/p', paidAccount(PROVIDER)])
    t.equal(closed.balance(account), 0, account);
});

t.test(
  'when its run goes on again, what comes back out of escrow can be spent again, and what is taken cannot',
  async (t) => {
    for (const isTaken of [false, true]) {
      const s = stage();
      s.escrow();
      s.act('close-run', { run_id: RUN });
      s.act('reopen-run', { run_id: RUN, limit_msat: 1_000, settled_msat: 101, fee_ppm: 10_000, times: 1 });
      t.same(s.ofRun(), [899, 0, 101], 'as it was when the process died');
      if (isTaken) s.settle();
      else s.giveBack();
      t.same(s.ofRun(), isTaken ? [899, 0, 101] : [1_000, 0, 0]);
      s.act('close-run', { run_id: RUN });
      t.same(s.ofRun(), [0, 0, 0]);
    }
  },
);

t.test(
  'a preimage may be told once, of an escrow whose run goes on, and never after the money came back',
  async (t) => {
    const once = stage();
    once.escrow();
    once.reveal();
    t.throws(() => once.reveal(), { code: 'internal' });

    const back = stage();
    back.escrow();
    back.giveBack();
    t.throws(() => back.reveal(), { code: 'internal' });

    const late = stage();
    late.escrow();
    late.act('close-run', { run_id: RUN });
    t.throws(() => late.reveal(), { code: 'internal', message: /accepts nothing any more/ });

    const prepaid = stage();
    prepaid.prepay();
    t.throws(() => prepaid.reveal(), { code: 'internal' });
    t.equal(isSealedInEscrow(prepaid.payout()!), false, 'what is prepaid can be taken');
  },
);

t.test('what was paid ahead is owed to nobody, and what is owed does not come back', async (t) => {
  const { act, escrow } = stage(0);
  escrow();
  t.throws(() => act('fail-payout', { payout_id: 'p', reason: 'no' }), { code: 'internal', message: /owed to nobody/ });
  act('reserve', { run_id: RUN, query_id: '1.0', price_msat: 10 });
  act('settle', { run_id: RUN, query_id: '1.0', provider: PROVIDER, claimed_msat: 10 });
  act('plan-payout', { payout_id: 'owed', provider: PROVIDER });
  act('send-payout', { payout_id: 'owed', ...decisionOf(3) });
  t.throws(() => act('return-payout', { payout_id: 'owed', reason: 'no' }), {
    code: 'internal',
    message: /stays owed/,
  });
});

t.test('prepaid it is a payout of exactly that query, settled before its result', async (t) => {
  const { prepay, settle, payout, ofRun, balance } = stage();
  prepay();
  t.strictSame(payout()?.ahead, { query_id: '0.0' });
  settle();
  t.equal(balance(paidAccount(PROVIDER)), 100);
  t.same(ofRun(), [899, 0, 101]);
});

t.test('what a provider takes out of escrow is earned and received in one, and pays no debt', async (t) => {
  const { act, book, balance } = stage();
  act('claim', { provider: PROVIDER, customer: CUSTOMER, job: RUN, request_id: REQUEST, amount_msat: 40 });
  const invoice = { invoice: 'lnbcrt1', payment_hash: paymentHashOf(9), expires_at: 1 };
  const escrow = { request_id: REQUEST, until: 99 };
  const common = { bill_id: 'b', provider: PROVIDER, customer: CUSTOMER, amount_msat: 100, ...invoice };
  act('bill', { ...common, lines: [[RUN, 100, false]], escrow });
  t.match(findBill(book.rows, 'b'), { state: 'open', escrow });
  const before = standingOf(book.rows, PROVIDER, CUSTOMER);
  act('receive', { bill_id: 'b' });
  t.same(standingOf(book.rows, PROVIDER, CUSTOMER), { ...before, receivedMsat: 100 });
  t.equal(balance(`earned/${PROVIDER}`), -140);
  t.throws(() => act('receive', { bill_id: 'b' }), { code: 'internal' });
});

t.test('read back from disk it is what it was', async (t) => {
  const { store, book, journal } = await openTestLedger(t);
  const post = async <Kind extends EntryKind>(kind: Kind, facts: Facts<Kind>) =>
    journal.post(book.do(`${kind}/${JSON.stringify(facts).length}`, kind, facts));
  await post('open-run', { run_id: RUN, limit_msat: 1_000, fee_ppm: 0 });
  await post('reserve', { run_id: RUN, query_id: '0.0', price_msat: 100 });
  const ahead = { run_id: RUN, query_id: '0.0', payout_id: 'p', provider: PROVIDER, ...decisionOf(1) };
  await post('escrow-payout', { ...ahead, request_id: REQUEST });
  await post('reveal-payout', { payout_id: 'p' });
  const again = await Book.open(store, () => 0);
  t.same(findPayout(again.rows, 'p'), findPayout(book.rows, 'p'));
  await post('settle-payout', { payout_id: 'p', preimage: preimageOf(1), fees_msat: 0 });
  const later = await Book.open(store, () => 0);
  t.match(findPayout(later.rows, 'p'), { state: 'settled', ahead: { escrow: { is_revealed: true } } });
});
