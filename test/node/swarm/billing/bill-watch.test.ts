// How a provider learns that it was paid: whatever the wallet tells or does not tell, each payment counts once.
import t from 'tap';
import { Book } from '../../../../ledger/book/book.ts';
import { findBillByHash, standingOf } from '../../../../ledger/book/receivables.ts';
import { BookBilling } from '../../../../node/swarm/billing/book-billing.ts';
import type { WalletNotification } from '../../../../node/wallet/port.ts';
import { decodeInvoice } from '../../../../protocol/invoice.ts';
import { msat } from '../../../../protocol/money.ts';
import { asking, bankOn, billingStage, CUSTOMER, NOTHING, PROVIDER } from '../../../support/billing-stage.ts';
import { openTestLedger } from '../../../support/test-ledger.ts';
import { settled, VirtualClock } from '../../../support/virtual-clock.ts';

/** A provider that is owed 500 msat and has given an invoice for it. */
async function billed(expirySeconds = 45) {
  const stage = billingStage();
  await stage.billing.start();
  await stage.claim(500);
  const invoice = await stage.billing.invoice(CUSTOMER, { ...asking('p', 500, { final: true }), expirySeconds });
  const { paymentHash } = decodeInvoice(invoice);
  const state = () => findBillByHash(stage.book.rows, paymentHash)?.state;
  const told = (change: Partial<WalletNotification['transaction']> = {}): WalletNotification => ({
    type: 'payment_received',
    transaction: {
      type: 'incoming',
      state: 'settled',
      paymentHash,
      amountMsat: msat(500),
      feesPaidMsat: msat(0),
      createdAt: 0,
      ...change,
    },
  });
  return { ...stage, invoice, paymentHash, state, told };
}

const PAID = { ...NOTHING, receivedMsat: 500 };
const OWED = { ...NOTHING, dueMsat: 500 };

t.test('a payment that the wallet tells of is looked up and counts at once', async (t) => {
  const { pay, invoice, standing, wallet, clock, state } = await billed();
  const at = clock.now();
  await pay(invoice);
  t.same(standing(), PAID);
  t.equal(state(), 'paid');
  t.equal(wallet.looked.length, 1);
  t.equal(clock.now(), at);
  t.equal(clock.pending, 0, 'and nothing is looked for any more');
});

t.test(
  'a payment that nobody tells of is found: after 2 s, and then ever more seldom, once a minute at least',
  async (t) => {
    const { pay, invoice, standing, wallet, paymentHash, clock, until } = await billed(3_600);
    wallet.isMute = true;
    wallet.says.set(paymentHash, { state: 'pending' });
    const startedAt = clock.now();
    const at: number[] = [];
    while (at.length < 8 && (await clock.step()))
      if (wallet.looked.length > at.length) at.push((clock.now() - startedAt) / 1_000);
    t.same(at, [2, 6, 14, 30, 62, 122, 182, 242]);
    await pay(invoice);
    wallet.says.clear();
    t.same(standing(), OWED);
    await until(60);
    t.same(standing(), PAID);
  },
);

t.test('what the wallet tells by itself is not believed without the lookup', async (t) => {
  const { wallet, told, standing, state } = await billed();
  wallet.notify(told());
  await settled();
  t.equal(wallet.looked.length, 1);
  t.same(standing(), OWED);
  t.equal(state(), 'open');
  wallet.notify(told({ paymentHash: 'ff'.repeat(32) }));
  await settled();
  t.equal(wallet.looked.length, 1, 'and of what is no bill nothing is asked');
});

t.test('a payment that is told of many times, and looked up many times, counts once', async (t) => {
  const { wallet, told, pay, invoice, standing, book, until } = await billed();
  wallet.isMute = true;
  await pay(invoice);
  for (let time = 0; time < 20; time++) wallet.notify(told());
  await settled();
  for (let time = 0; time < 20; time++) wallet.notify(told());
  await until(300);
  t.same(standing(), PAID);
  t.equal(book.latestSeq, 3, 'claim, bill, receipt');
});

t.test('a hint that comes while a lookup is under way makes another one', async (t) => {
  const { wallet, told, pay, invoice, standing, clock } = await billed();
  let answer: () => void = () => undefined;
  const { lookupInvoice } = wallet;
  wallet.lookupInvoice = async (wanted) => {
    const seen = await lookupInvoice.call(wallet, wanted);
    await new Promise<void>((resolve) => {
      answer = resolve;
    });
    return seen;
  };
  await clock.step();
  wallet.isMute = true;
  await pay(invoice);
  wallet.notify(told());
  wallet.lookupInvoice = lookupInvoice;
  answer();
  await settled();
  t.same(standing(), PAID);
});

t.test('a wallet that is gone for an hour changes nothing, and is asked until it answers', async (t) => {
  const { wallet, pay, invoice, standing, until, lines, state } = await billed();
  wallet.isMute = true;
  wallet.fails = 'wallet-timeout';
  await pay(invoice);
  await until(3_600);
  t.same(standing(), OWED);
  t.equal(state(), 'open', 'who could not be asked has not denied it');
  t.same(lines, ['an invoice could not be looked up: wallet-timeout'], 'it is said once');
  wallet.fails = undefined;
  await until(60);
  t.same(standing(), PAID);
});

t.test(
  'an invoice that the wallet does not know, or knows as failed, is waited for until it can be paid no more',
  async (t) => {
    for (const said of ['wallet-not-found', { state: 'failed' }, { state: 'expired' }, { state: 'pending' }] as const) {
      const { wallet, paymentHash, until, state, standing, clock } = await billed();
      wallet.says.set(paymentHash, said);
      await until(45 + 119);
      t.equal(state(), 'open');
      await until(62);
      t.equal(state(), 'expired');
      t.same(standing(), OWED, 'what is due is still due');
      t.equal(clock.pending, 0);
    }
  },
);

t.test('money that the wallet holds for an invoice is waited for, however long', async (t) => {
  const { wallet, paymentHash, until, state } = await billed();
  wallet.says.set(paymentHash, { state: 'accepted' });
  await until(3_600);
  t.equal(state(), 'open');
});

t.test(
  'a payment that comes after all still counts when the wallet tells of it, also a little before it knows',
  async (t) => {
    const { wallet, paymentHash, until, state, told, standing } = await billed();
    await until(300);
    t.equal(state(), 'expired');
    const before = wallet.looked.length;
    wallet.notify(told());
    await settled();
    t.equal(wallet.looked.length, before + 1);
    t.same(standing(), OWED);
    wallet.says.set(paymentHash, { state: 'settled' });
    await until(10);
    t.same(standing(), PAID);
  },
);

t.test('less than the invoice is for is no payment', async (t) => {
  const { wallet, paymentHash, until, standing } = await billed();
  wallet.says.set(paymentHash, { state: 'settled', amountMsat: msat(499) });
  await until(10);
  t.same(standing(), OWED);
});

t.test('a stopped provider asks nothing more', async (t) => {
  const { billing, wallet, clock, pay, invoice, standing } = await billed();
  await billing.stop();
  await billing.stop();
  await pay(invoice);
  t.equal(wallet.listeners, 0);
  t.equal(clock.pending, 0);
  t.same(standing(), OWED);
});

t.test('a payment that came while the provider was away is found at the next start, at once', async (t) => {
  const { store, book, journal } = await openTestLedger(t);
  const clock = new VirtualClock();
  const { wallet, pay } = bankOn(clock);
  const common = { provider: PROVIDER, wallet, clock, creditMsat: msat(0), log: () => undefined };
  const first = new BookBilling({ ...common, book, post: (operation) => journal.post(operation) });
  await first.start();
  await first.claim({ customer: CUSTOMER, job: 'run', requestId: 'r', amountMsat: msat(500) });
  const invoice = await first.invoice(CUSTOMER, asking('p', 500, { final: true }));
  await first.stop();
  wallet.isMute = true;
  await pay(invoice);
  const left = await Book.open(store, () => 0);
  const second = new BookBilling({ ...common, book: left, post: async () => undefined });
  await second.start();
  await settled();
  t.same(standingOf(left.rows, PROVIDER, CUSTOMER), PAID);
  const other = new BookBilling({ ...common, provider: 'b'.repeat(64), book: left, post: async () => undefined });
  const before = wallet.looked.length;
  await other.start();
  t.equal(wallet.looked.length, before, 'another provider of the same home leaves it alone');
});
