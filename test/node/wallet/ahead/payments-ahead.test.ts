import t from 'tap';
import { balanceOf, runAccounts } from '../../../../ledger/book/accounts.ts';
import { RunBudgets } from '../../../../ledger/book/run-budgets.ts';
import { PylonError } from '../../../../protocol/errors.ts';
import { sha256Hex } from '../../../../protocol/event.ts';
import { msat } from '../../../../protocol/money.ts';
import type { MoneyFact } from '../../../../protocol/trace.ts';
import { escrowStage, FUNDS_MSAT, RUN } from '../../../support/escrow-stage.ts';
import { settled } from '../../../support/virtual-clock.ts';

const PRICE = msat(40);
const PROVIDER = 'a'.repeat(64);
const REQUEST = 'ab'.repeat(32);

/** A run that holds PRICE for the query `0.0`, and the provider's hold invoice for it. */
async function stage() {
  const s = escrowStage();
  const budgets = new RunBudgets(s.book);
  budgets.openRun(RUN, msat(1_000), 0);
  budgets.reserve(RUN, '0.0', PRICE);
  const told: MoneyFact[] = [];
  const tell = async (facts: readonly MoneyFact[]) => {
    told.push(...facts);
    return true;
  };
  const hash = s.ahead.hashOf(RUN, '0.0');
  const { invoice = '' } = await s.payee.makeHoldInvoice({ paymentHash: hash, amountMsat: PRICE, expirySeconds: 45 });
  const job = { runId: RUN, queryId: '0.0', provider: PROVIDER, priceMsat: PRICE };
  const order = { ...job, requestId: REQUEST, expiresAtMs: s.clock.now() + 120_000, invoice };
  const preimages: string[] = [];
  s.desk.reveal = async ({ preimage }) => void preimages.push(preimage);
  const lock = (isWanted = () => true, teller = tell) => s.clock.runUntil(s.ahead.lock(order, isWanted, teller));
  const ofRun = (kind: 'available' | 'held' | 'settled') => balanceOf(s.book.rows, runAccounts[kind](RUN));
  const endRun = () => s.clock.runUntil(s.ahead.endRun(RUN));
  const kinds = () => told.map(({ type }) => type);
  return { ...s, budgets, told, tell, hash, invoice, job, order, preimages, lock, ofRun, endRun, kinds };
}

t.test('nothing is asked of the wallet before the decision is on disk, or when it could not be written', async (t) => {
  const s = await stage();
  const pay = s.payer.pay.bind(s.payer);
  let asked = 0;
  s.payer.pay = (prepared) => {
    asked += 1;
    return pay(prepared);
  };
  let store: (isStored: boolean) => void = () => undefined;
  const locking = s.ahead.lock(
    s.order,
    () => true,
    () => new Promise((resolve) => (store = resolve)),
  );
  locking.catch(() => undefined);
  await settled();
  t.match(s.payouts(), [{ state: 'sent', payment_hash: s.hash, invoice: s.invoice, amount_msat: PRICE }]);
  t.equal(asked, 0);
  store(false);
  await t.rejects(locking, { code: 'store-failed' });
  t.equal(asked, 0);
  t.equal(s.balances().payer, FUNDS_MSAT);

  const wanted = await stage();
  await wanted.lock();
  t.equal(wanted.balances().payer, FUNDS_MSAT - PRICE);
  t.same(wanted.kinds(), ['PayoutStart']);
});

t.test('what is not wanted any more is not decided, and the query holds what it held', async (t) => {
  const s = await stage();
  await t.rejects(
    s.lock(() => false),
    { code: 'job-cancelled' },
  );
  t.same(s.payouts(), []);
  t.same([s.ofRun('held'), s.ofRun('settled')], [PRICE, 0]);
});

t.test(
  'the hash is always the same for a query, another for each, and only the preimage told is its own',
  async (t) => {
    const s = await stage();
    t.equal(s.ahead.hashOf(RUN, '0.0'), s.hash);
    const others = ['0.1', '1.0', '00', ''].map((query) => s.ahead.hashOf(RUN, query));
    t.equal(new Set([...others, s.hash, s.ahead.hashOf('other', '0.0')]).size, 6);
    const escrow = await s.lock();
    await escrow.reveal();
    t.same(
      s.preimages.map((preimage) => sha256Hex(Buffer.from(preimage, 'hex'))),
      [s.hash],
    );
  },
);

t.test('a preimage is not told before it is on disk that it may be', async (t) => {
  const s = await stage();
  const escrow = await s.lock();
  let stored: () => void = () => undefined;
  s.disk.post = () =>
    new Promise((resolve) => {
      stored = resolve;
    });
  const revealing = escrow.reveal();
  await settled();
  t.same(s.preimages, []);
  stored();
  await revealing;
  await settled();
  t.equal(s.preimages.length, 1);
});

t.test('an answer of the wallet that is lost is looked up, and what it proves is told to the run', async (t) => {
  const s = await stage();
  const pay = s.payer.pay.bind(s.payer);
  s.payer.pay = async (prepared) => {
    void pay(prepared);
    return new Promise(() => undefined);
  };
  const escrow = await s.lock();
  await escrow.reveal();
  await s.payee.settleHoldInvoice(s.preimages[0]!);
  await s.endRun();
  t.same(s.kinds(), ['PayoutStart', 'BudgetSettle', 'PayoutSettle']);
  t.equal(s.payouts()[0]?.state, 'settled');
});

t.test('a false proof proves nothing: the wallet is asked again, and the truth is told', async (t) => {
  const s = await stage();
  const pay = s.payer.pay.bind(s.payer);
  s.payer.pay = async (prepared) => {
    void pay(prepared).catch(() => undefined);
    return { preimage: 'cd'.repeat(32), feesPaidMsat: msat(0) };
  };
  const escrow = await s.lock();
  await settled();
  t.equal(s.payouts()[0]?.state, 'sent');
  escrow.cancel('job-failed');
  await s.payee.cancelHoldInvoice(s.hash);
  await s.endRun();
  t.same(s.kinds(), ['PayoutStart', 'PayoutFailed', 'BudgetRelease']);
  t.match(s.told.slice(1), [{ reason: 'job-failed' }, { amount_msat: PRICE, reason: 'job-failed' }]);
  t.same([s.ofRun('available'), s.ofRun('settled')], [1_000, 0]);
});

t.test('money that comes back by itself ends the job, and cannot be revealed any more', async (t) => {
  const s = await stage();
  const escrow = await s.lock();
  await s.payee.cancelHoldInvoice(s.hash);
  const reason = await s.clock.runUntil(escrow.lost);
  t.match(reason, { code: 'wallet-payment-failed' });
  await escrow.reveal();
  t.same(s.preimages, []);
  t.equal(s.payouts()[0]?.state, 'failed');
});

t.test('a run that ends with its money in escrow is told that it is unknown, and nothing after that', async (t) => {
  const s = await stage();
  const escrow = await s.lock();
  await escrow.reveal();
  await s.endRun();
  t.same(s.kinds(), ['PayoutStart', 'PayoutUnknown', 'BudgetSettle'], 'what may be taken counts as spent');
  s.budgets.closeRun(RUN);
  await s.payee.settleHoldInvoice(s.preimages[0]!);
  await s.later(20);
  t.equal(s.payouts()[0]?.state, 'settled');
  t.equal(s.told.length, 3);
});

t.test(
  'cancelled and not given back, it does not count as spent; when it comes back later the book alone knows',
  async (t) => {
    const s = await stage();
    const escrow = await s.lock();
    escrow.cancel('job-timeout');
    await s.endRun();
    t.same(s.kinds(), ['PayoutStart', 'PayoutUnknown', 'BudgetRelease']);
    t.same(s.withdrawn, [REQUEST]);
    s.budgets.closeRun(RUN);
    await s.payee.cancelHoldInvoice(s.hash);
    await s.later(20);
    t.match(s.payouts(), [{ state: 'failed' }]);
    t.equal(s.told.length, 3);
  },
);

t.test('a later process tells again what was to be revealed, and withdraws the rest', async (t) => {
  const s = await stage();
  await (await s.lock()).reveal();
  s.budgets.reserve(RUN, '1.0', PRICE);
  const paymentHash = s.ahead.hashOf(RUN, '1.0');
  const { invoice = '' } = await s.payee.makeHoldInvoice({ paymentHash, amountMsat: PRICE, expirySeconds: 45 });
  const other = { ...s.order, queryId: '1.0', requestId: 'cd'.repeat(32), invoice };
  await s.ahead.lock(other, () => true, s.tell);
  s.ahead.resume();
  t.equal(s.preimages.length, 1, 'a run that goes on is left alone');
  s.budgets.closeRun(RUN);
  s.ahead.resume();
  t.equal(s.preimages.length, 2);
  t.equal(s.preimages[0], s.preimages[1]);
  t.same(s.withdrawn, [other.requestId]);
  await s.later(200);
  s.ahead.resume();
  t.equal(s.preimages.length, 2, 'what is void is not told any more');
});

t.test(
  'paid in advance it is settled before there is an answer; a refused invoice leaves the hold alone',
  async (t) => {
    const s = await stage();
    t.equal(await s.ahead.prepay(s.job, () => true, s.tell), true);
    t.same(s.kinds(), ['PayoutStart', 'BudgetSettle', 'PayoutSettle']);
    t.match(s.payouts(), [{ state: 'settled', ahead: { query_id: '0.0' } }]);
    const other = await stage();
    other.desk.requestInvoice = async () => {
      throw new PylonError('invoice-timeout');
    };
    await t.rejects(
      other.ahead.prepay(other.job, () => true, other.tell),
      { code: 'invoice-timeout' },
    );
    t.same([other.ofRun('held'), other.told], [PRICE, []]);
  },
);
