// Money that waits for a provider: how it is asked for, taken and given back, whatever the customer and the wallet do.
import t from 'tap';
import { findBill } from '../../../../ledger/book/receivables.ts';
import { BookBilling } from '../../../../node/swarm/billing/book-billing.ts';
import type { EscrowWanted } from '../../../../node/swarm/billing/port.ts';
import { sha256Hex } from '../../../../protocol/event.ts';
import { decodeInvoice } from '../../../../protocol/invoice.ts';
import { msat } from '../../../../protocol/money.ts';
import { billingStage, CUSTOMER, NOTHING, PROVIDER } from '../../../support/billing-stage.ts';
import { settled } from '../../../support/virtual-clock.ts';

const PREIMAGE = '11'.repeat(32);
const HASH = sha256Hex(Buffer.from(PREIMAGE, 'hex'));
const REQUEST = 'ab'.repeat(32);
const FUNDS = 1_000_000;

/** A provider whose wallet can hold money, and a customer with some. */
async function stage(change: Partial<EscrowWanted> = {}) {
  const s = billingStage();
  await s.billing.start();
  const payer = s.bank.open(msat(FUNDS));
  const nowSeconds = () => Math.floor(s.clock.now() / 1_000);
  const wanted: EscrowWanted = {
    customer: CUSTOMER,
    job: 'run',
    requestId: REQUEST,
    paymentHash: HASH,
    amountMsat: msat(500),
    until: nowSeconds() + 120,
    ...change,
  };
  const escrow = s.billing.escrow!;
  const billOf = (requestId = REQUEST) => findBill(s.book.rows, `bill/${PROVIDER}/${CUSTOMER}/escrow:${requestId}`);
  const proofs: unknown[] = [];
  /** The customer pays; its answer comes when the money is taken or given back. */
  const pay = async (invoice: string) => {
    s.bank.pay(payer, invoice).then(
      (proof) => proofs.push(proof),
      (thrown) => proofs.push(thrown),
    );
    await settled();
  };
  /** Money of the customer, of the provider, and in between. */
  const money = () => {
    const [mine, its] = [s.bank.balance(payer), s.bank.balance(s.account)];
    return [mine, its, FUNDS - mine - its];
  };
  const restart = async () => {
    await s.clock.runUntil(s.billing.stop());
    const common = { provider: PROVIDER, book: s.book, post: async () => undefined, clock: s.clock };
    const next = new BookBilling({ ...common, wallet: s.wallet, creditMsat: msat(1_000), log: () => undefined });
    await next.start();
    await settled();
    return next;
  };
  return { ...s, escrow, wanted, billOf, pay, money, proofs, restart, nowSeconds };
}

t.test(
  'a hold invoice on the hash of the customer is written down and given out, the same for the same request',
  async (t) => {
    const { escrow, wanted, billOf, wallet, standing } = await stage();
    const invoice = await escrow.open(wanted);
    t.match(decodeInvoice(invoice), { paymentHash: HASH, amountMsat: 500, network: 'regtest' });
    t.ok(decodeInvoice(invoice).expiresAt <= wanted.until, 'it cannot be paid when the job is void');
    t.match(billOf(), { state: 'open', invoice, escrow: { request_id: REQUEST, until: wanted.until } });
    t.equal(await escrow.open(wanted), invoice);
    t.equal(wallet.made, 1);
    t.same(standing(), NOTHING, 'nothing is owed, on credit or otherwise');
    for (const change of [{ amountMsat: msat(501) }, { paymentHash: 'ee'.repeat(32) }, { customer: 'dd'.repeat(32) }])
      await t.rejects(escrow.open({ ...wanted, ...change }), { code: 'job-invalid' });
  },
);

t.test('paid it waits in neither wallet; revealed it is taken, earned and received', async (t) => {
  const { escrow, wanted, pay, money, standing, billOf, proofs, clock, book } = await stage();
  const invoice = await escrow.open(wanted);
  let isPaid = false;
  const paid = escrow.paid(REQUEST).then(() => {
    isPaid = true;
  });
  await settled();
  t.equal(isPaid, false);
  await pay(invoice);
  await paid;
  t.same(money(), [FUNDS - 500, 0, 500]);
  t.same(standing(), NOTHING);
  escrow.take(REQUEST, PREIMAGE);
  await settled();
  t.same(money(), [FUNDS - 500, 500, 0]);
  t.match(proofs, [{ preimage: PREIMAGE }]);
  t.same(standing(), { ...NOTHING, receivedMsat: 500 });
  t.equal(billOf()?.state, 'paid');
  t.equal(book.rows.balance(`earned/${PROVIDER}`), -500);
  t.equal(escrow.concerns(CUSTOMER, REQUEST), false);
  t.equal(clock.pending, 0);
  escrow.giveBack(CUSTOMER, REQUEST);
  await settled();
  t.same(money(), [FUNDS - 500, 500, 0]);
});

t.test('a request whose escrow is over has no second one', async (t) => {
  const { escrow, wanted, pay } = await stage();
  await pay(await escrow.open(wanted));
  escrow.take(REQUEST, PREIMAGE);
  await settled();
  await t.rejects(escrow.open(wanted), { code: 'job-invalid' });
});

t.test('what is not to be had any more goes back at once, to its own customer only', async (t) => {
  const { escrow, wanted, pay, money, billOf, standing, clock } = await stage();
  await pay(await escrow.open(wanted));
  escrow.giveBack('dd'.repeat(32), REQUEST);
  await settled();
  t.same(money(), [FUNDS - 500, 0, 500], 'nobody else can ask for that');
  escrow.giveBack(CUSTOMER, REQUEST);
  await settled();
  t.same(money(), [FUNDS, 0, 0]);
  t.equal(billOf()?.state, 'expired');
  t.same(standing(), NOTHING);
  t.equal(clock.pending, 0);
  await t.rejects(escrow.paid(REQUEST), { code: 'job-payment-required' });
});

t.test('a customer that never reveals gets its money back when the job is void, and not before', async (t) => {
  const { escrow, wanted, pay, money, until, billOf } = await stage();
  await pay(await escrow.open(wanted));
  await until(119);
  t.same(money(), [FUNDS - 500, 0, 500]);
  await until(2);
  t.same(money(), [FUNDS, 0, 0]);
  t.equal(billOf()?.state, 'expired');
});

t.test('an invoice that nobody pays is taken back, and whoever waits for it hears so', async (t) => {
  const { escrow, wanted, until, billOf, bank, clock } = await stage();
  const invoice = await escrow.open(wanted);
  const paid = escrow.paid(REQUEST).catch((thrown: unknown) => thrown);
  await until(60);
  t.match(await paid, { code: 'job-payment-required' });
  t.equal(billOf()?.state, 'expired');
  await t.rejects(bank.pay(bank.open(msat(FUNDS)), invoice), { code: 'wallet-payment-failed' });
  t.equal(clock.pending, 0);
});

t.test('a reveal that crosses a give-back takes nothing twice: whichever the wallet did first counts', async (t) => {
  const first = await stage();
  await first.pay(await first.escrow.open(first.wanted));
  first.escrow.take(REQUEST, PREIMAGE);
  first.escrow.giveBack(CUSTOMER, REQUEST);
  await settled();
  t.same(first.money(), [FUNDS - 500, 500, 0]);
  const second = await stage();
  await second.pay(await second.escrow.open(second.wanted));
  second.escrow.giveBack(CUSTOMER, REQUEST);
  second.escrow.take(REQUEST, PREIMAGE);
  await settled();
  t.same(second.money(), [FUNDS, 0, 0]);
  t.same(second.standing(), NOTHING);
});

t.test(
  'while the wallet is away money that was revealed is not given up: it is taken when the wallet is back',
  async (t) => {
    const { escrow, wanted, pay, money, until, wallet, standing, lines } = await stage();
    await pay(await escrow.open(wanted));
    wallet.fails = 'wallet-timeout';
    escrow.take(REQUEST, PREIMAGE);
    await until(300);
    t.same(money(), [FUNDS - 500, 0, 500], 'not even when the job is void: it is ours');
    wallet.fails = undefined;
    await until(31);
    t.same(money(), [FUNDS - 500, 500, 0]);
    t.same(standing(), { ...NOTHING, receivedMsat: 500 });
    t.notMatch(lines.join('\n'), PREIMAGE, 'and nothing is said of the preimage');
  },
);

t.test(
  'a wallet that tells nothing by itself is looked into, and what it says of less money is not believed',
  async (t) => {
    const { escrow, wanted, pay, wallet, until } = await stage();
    const invoice = await escrow.open(wanted);
    wallet.isMute = true;
    wallet.says.set(HASH, { state: 'accepted', amountMsat: msat(499) });
    let isPaid = false;
    void escrow.paid(REQUEST).then(() => {
      isPaid = true;
    });
    await pay(invoice);
    await until(8);
    t.equal(isPaid, false);
    wallet.says.delete(HASH);
    await until(20);
    t.equal(isPaid, true);
  },
);

t.test('after a restart what waits is taken when it is revealed, and goes back in time when it is not', async (t) => {
  const taken = await stage();
  await taken.pay(await taken.escrow.open(taken.wanted));
  const next = await taken.restart();
  t.equal(next.escrow?.concerns(CUSTOMER, REQUEST), true);
  t.equal(next.escrow?.hashOf(REQUEST), HASH);
  next.escrow?.take(REQUEST, PREIMAGE);
  await settled();
  t.same(taken.money(), [FUNDS - 500, 500, 0]);
  t.same(taken.standing(), { ...NOTHING, receivedMsat: 500 });

  const back = await stage();
  await back.pay(await back.escrow.open(back.wanted));
  await back.restart();
  await back.until(121);
  t.same(back.money(), [FUNDS, 0, 0]);

  const settledMeanwhile = await stage();
  await settledMeanwhile.pay(await settledMeanwhile.escrow.open(settledMeanwhile.wanted));
  await settledMeanwhile.clock.runUntil(settledMeanwhile.billing.stop());
  await settledMeanwhile.wallet.settleHoldInvoice(PREIMAGE);
  await settledMeanwhile.restart();
  t.same(
    settledMeanwhile.standing(),
    { ...NOTHING, receivedMsat: 500 },
    'taken, and the process died before it was written',
  );
});

t.test('a stop gives a customer that was answered a moment to reveal', async (t) => {
  const { escrow, wanted, pay, billing, money, clock } = await stage();
  await pay(await escrow.open(wanted));
  const stopped = billing.stop();
  await settled();
  escrow.take(REQUEST, PREIMAGE);
  await settled();
  await stopped;
  t.same(money(), [FUNDS - 500, 500, 0]);
  t.equal(clock.pending, 0);
});

t.test('a job that lasts too long, or not long enough to be paid, has no escrow', async (t) => {
  const { escrow, wanted, nowSeconds, wallet } = await stage();
  await t.rejects(escrow.open({ ...wanted, until: nowSeconds() + 10 }), { code: 'job-expired' });
  await t.rejects(escrow.open({ ...wanted, until: nowSeconds() + 7_300 }), { code: 'job-invalid' });
  t.equal(wallet.made, 0);
});

t.test('one customer cannot fill the books with hold invoices that it does not pay', async (t) => {
  const { escrow, wanted } = await stage();
  const request = (number: number) => number.toString(16).padStart(64, '0');
  const open = (number: number) =>
    escrow.open({ ...wanted, requestId: request(number), paymentHash: request(number + 100_000) });
  for (let number = 1; number <= 256; number++) await open(number);
  await t.rejects(open(257), { code: 'job-customer-limit' });
  const other = { ...wanted, customer: 'dd'.repeat(32), requestId: request(999), paymentHash: request(998) };
  t.type(await escrow.open(other), 'string', 'another one can still ask');
});

t.test('a wallet without hold invoices takes no escrow, and nothing of the kind is announced', async (t) => {
  const s = billingStage();
  const info = await s.wallet.getInfo();
  s.wallet.getInfo = async () => ({ ...info, methods: ['pay_invoice', 'make_invoice', 'make_hold_invoice'] });
  await s.billing.start();
  t.equal(s.billing.escrow, undefined);
  t.notOk('escrow' in s.billing.terms);
});

t.test('a hold invoice is no answer to who asks what it owes', async (t) => {
  const { escrow, wanted, billing, claim, bank } = await stage();
  await claim(1_000);
  const hold = await escrow.open(wanted);
  const demand = await billing.demand(CUSTOMER, msat(500));
  t.not(demand?.invoice, hold);
  t.ok(demand?.invoice !== undefined && bank !== undefined);
});
