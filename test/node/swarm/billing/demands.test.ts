// What a customer without credit is asked for.
import t from 'tap';
import { decodeInvoice } from '../../../../protocol/invoice.ts';
import { msat } from '../../../../protocol/money.ts';
import { billingStage, CUSTOMER, NOTHING } from '../../../support/billing-stage.ts';
import { settled } from '../../../support/virtual-clock.ts';

const job = msat(11);

t.test('a customer is covered up to its line, and free work always', async (t) => {
  const { billing, claim, standing } = billingStage();
  t.ok(billing.covers(CUSTOMER, msat(1_000)));
  t.notOk(billing.covers(CUSTOMER, msat(1_001)));
  await claim(995);
  t.ok(billing.covers(CUSTOMER, msat(5)));
  t.notOk(billing.covers(CUSTOMER, msat(6)));
  t.ok(billing.covers('d'.repeat(64), msat(1_000)), 'what one owes is not counted against another');
  await claim(500);
  t.notOk(billing.covers(CUSTOMER, msat(1)));
  t.ok(billing.covers(CUSTOMER, msat(0)));
  await claim(0);
  t.same(standing(), { ...NOTHING, dueMsat: 1_495 });
});

t.test('the same request is owed once, and at the price it was claimed at first', async (t) => {
  const { billing, standing } = billingStage();
  const claim = { customer: CUSTOMER, job: 'run', requestId: 'r' };
  await Promise.all([billing.claim({ ...claim, amountMsat: job }), billing.claim({ ...claim, amountMsat: job })]);
  await billing.claim({ ...claim, amountMsat: msat(99) });
  t.same(standing(), { ...NOTHING, dueMsat: 11 });
});

t.test(
  'past its line it is asked for all it owes; a hundred refused jobs cost one invoice, and paid it is covered',
  async (t) => {
    const { billing, claim, wallet, pay, standing } = billingStage();
    await billing.start();
    await claim(600, CUSTOMER, 'run 1');
    await claim(395, CUSTOMER, 'run 2');
    const demands = await Promise.all(Array.from({ length: 100 }, () => billing.demand(CUSTOMER, job)));
    t.equal(wallet.made, 1);
    t.ok(demands.every((demand) => demand?.invoice === demands[0]?.invoice));
    const invoice = demands[0]?.invoice ?? '';
    t.equal(demands[0]?.amountMsat, 995);
    t.equal(decodeInvoice(invoice).amountMsat, 995);
    await pay(invoice);
    t.same(standing(), { ...NOTHING, receivedMsat: 995 });
    t.equal(await billing.demand(CUSTOMER, job), undefined);
    t.ok(billing.covers(CUSTOMER, msat(1_995)), 'and may owe more than before');
  },
);

t.test('before it is refused its open invoices are looked up: the payment may be there already', async (t) => {
  const { billing, claim, wallet, pay } = billingStage();
  await claim(1_000);
  const demand = await billing.demand(CUSTOMER, job);
  wallet.isMute = true;
  await pay(demand?.invoice ?? '');
  t.notOk(billing.covers(CUSTOMER, job), 'nobody has heard of it');
  t.equal((await billing.demand(CUSTOMER, job))?.amountMsat, undefined);
  t.ok(billing.covers(CUSTOMER, job));
});

t.test('the wallet is not asked more than once a second about the same invoice', async (t) => {
  const { billing, claim, wallet, clock, until } = billingStage();
  await claim(1_000);
  await billing.demand(CUSTOMER, job);
  for (let time = 0; time < 50; time++) await billing.demand(CUSTOMER, job);
  t.equal(wallet.looked.length, 1);
  t.equal(wallet.made, 1);
  await until(1);
  await billing.demand(CUSTOMER, job);
  t.equal(wallet.looked.length, 2);
  t.ok(clock.pending > 0);
});

t.test('prepayment: without a debt it is asked for the price, and what was paid ahead is worked off', async (t) => {
  const { billing, claim, pay, standing, wallet } = billingStage({ creditMsat: msat(0) });
  await billing.start();
  t.notOk(billing.covers(CUSTOMER, job));
  const demand = await billing.demand(CUSTOMER, job);
  t.equal(demand?.amountMsat, 11);
  await pay(demand?.invoice ?? '');
  t.same(standing(), { ...NOTHING, receivedMsat: 11, advanceMsat: 11 });
  t.ok(billing.covers(CUSTOMER, job));
  t.notOk(billing.covers(CUSTOMER, msat(12)), 'paid or not, nothing is given on credit');
  await claim(11);
  t.same(standing(), { ...NOTHING, receivedMsat: 11 });
  t.equal((await billing.demand(CUSTOMER, job))?.amountMsat, 11);
  t.equal(wallet.made, 2);
});

t.test('an invoice that is not enough any more, or nearly over, is followed by another', async (t) => {
  const { billing, claim, wallet, until } = billingStage({ creditMsat: msat(0) });
  const first = await billing.demand(CUSTOMER, msat(10));
  const more = await billing.demand(CUSTOMER, msat(20));
  t.same([first?.amountMsat, more?.amountMsat, wallet.made], [10, 20, 2]);
  t.equal((await billing.demand(CUSTOMER, msat(10)))?.amountMsat, 10, 'the least that is enough');
  await until(3_500);
  await billing.demand(CUSTOMER, msat(10));
  t.equal(wallet.made, 3);
  await claim(5);
});

t.test('without a wallet it hears what it owes and nothing more', async (t) => {
  const { billing, claim } = billingStage({ hasNoWallet: true });
  await claim(1_200);
  t.same(await billing.demand(CUSTOMER, job), { amountMsat: 1_200 });
});

t.test('a wallet that hangs or fails is waited for once, and then left alone for a while', async (t) => {
  for (const trouble of ['hangs', 'fails'] as const) {
    const { billing, claim, wallet, clock, until, lines } = billingStage();
    await claim(1_200);
    if (trouble === 'hangs') wallet.hangs = true;
    else wallet.fails = 'wallet-internal';
    const startedAt = clock.now();
    const demands = Array.from({ length: 20 }, () => billing.demand(CUSTOMER, job));
    t.same(await clock.runUntil(demands[0]!), { amountMsat: 1_200 });
    t.same(await Promise.all(demands), Array(20).fill({ amountMsat: 1_200 }));
    t.equal(clock.now() - startedAt, trouble === 'hangs' ? 5_000 : 0);
    t.equal(wallet.made, 1);
    t.equal(lines.length, 1);
    wallet.endHanging();
    wallet.fails = undefined;
    await until(10);
    t.match(await clock.runUntil(billing.demand(CUSTOMER, job)), { amountMsat: 1_200, invoice: /^lnbcrt/ });
    await settled();
  }
});
