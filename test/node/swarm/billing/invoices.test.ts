// The invoices a provider gives: each once, durable first, and a bounded number.
import t from 'tap';
import { Book } from '../../../../ledger/book/book.ts';
import { BookBilling } from '../../../../node/swarm/billing/book-billing.ts';
import { PylonError } from '../../../../protocol/errors.ts';
import { decodeInvoice } from '../../../../protocol/invoice.ts';
import { msat } from '../../../../protocol/money.ts';
import { asking, bankOn, billingStage, CUSTOMER, PROVIDER } from '../../../support/billing-stage.ts';
import { openTestLedger } from '../../../support/test-ledger.ts';
import { settled, VirtualClock } from '../../../support/virtual-clock.ts';

t.test(
  'the invoice is for what was asked, on the network of the wallet, and the same id is the same invoice',
  async (t) => {
    const { billing, wallet, clock } = billingStage();
    await billing.start();
    t.same(billing.terms, { credit_msat: 1_000, network: 'regtest', escrow: true });
    const [one, again] = await Promise.all([
      billing.invoice(CUSTOMER, asking('p', 777)),
      billing.invoice(CUSTOMER, asking('p', 777)),
    ]);
    t.equal(one, again);
    t.equal(await billing.invoice(CUSTOMER, asking('p', 777)), one);
    t.equal(wallet.made, 1);
    const { amountMsat, network, expiresAt } = decodeInvoice(one);
    t.same([amountMsat, network, expiresAt - clock.now() / 1_000], [777, 'regtest', 45]);
    t.not(await billing.invoice('d'.repeat(64), asking('p', 777)), one, 'another customer’s is another');
  },
);

t.test('an id that was used for another amount, job or end is refused', async (t) => {
  const { billing } = billingStage();
  await billing.invoice(CUSTOMER, asking('p', 777));
  for (const other of [asking('p', 778), asking('p', 777, { job: 'other' }), asking('p', 777, { final: true })])
    await t.rejects(billing.invoice(CUSTOMER, other), { code: 'invoice-request-invalid' });
});

t.test('no id reaches into another customer’s bills, or among the demands', async (t) => {
  const { billing, book } = billingStage();
  const theirs = await billing.invoice('d'.repeat(64), asking('p', 5));
  for (const id of [`../${'d'.repeat(64)}/p`, `/${'d'.repeat(64)}/p`, 'demand:0', '%2e', '__proto__'])
    t.not(await billing.invoice(CUSTOMER, asking(id, 5)), theirs);
  const folder = `i/bill/${PROVIDER}/${CUSTOMER}/`;
  const names = [...book.rows.within(folder)].map(([row]) => row.slice(folder.length));
  t.equal(names.length, 5);
  t.notOk(names.some((name) => /[/:]/.test(name)));
});

t.test('without a wallet, and with one that fails or makes another invoice, there is none', async (t) => {
  const { billing: poor } = billingStage({ hasNoWallet: true });
  await poor.start();
  t.same(poor.terms, { credit_msat: 1_000 });
  await t.rejects(poor.invoice(CUSTOMER, asking('p', 5)), { code: 'wallet-missing' });
  const { billing, wallet, book } = billingStage();
  wallet.fails = 'wallet-internal';
  await t.rejects(billing.invoice(CUSTOMER, asking('p', 5)), { code: 'wallet-internal' });
  wallet.fails = undefined;
  const { makeInvoice } = wallet;
  wallet.makeInvoice = (wanted) => makeInvoice.call(wallet, { ...wanted, amountMsat: msat(wanted.amountMsat + 1) });
  await t.rejects(billing.invoice(CUSTOMER, asking('p', 5)), { code: 'wallet-response-invalid' });
  t.equal(book.latestSeq, 0);
});

t.test('an invoice that could not be written down is not handed out', async (t) => {
  const post = () => Promise.reject(new PylonError('store-failed'));
  const { billing } = billingStage({ post });
  await t.rejects(billing.invoice(CUSTOMER, asking('p', 5)), { code: 'store-failed' });
});

t.test('the invoice is in the store before it is handed out, and the same after a restart', async (t) => {
  const { store, book, journal } = await openTestLedger(t);
  const clock = new VirtualClock();
  const { wallet } = bankOn(clock);
  const common = { provider: PROVIDER, wallet, clock, creditMsat: msat(0), log: () => undefined };
  const before = new BookBilling({ ...common, book, post: (operation) => journal.post(operation) });
  const invoice = await before.invoice(CUSTOMER, asking('p', 5));
  // Nothing is closed: what the store holds at this moment is what a killed process leaves.
  const left = await Book.open(store, () => 0);
  const after = new BookBilling({ ...common, book: left, post: async () => undefined });
  t.equal(await after.invoice(CUSTOMER, asking('p', 5)), invoice);
  t.equal(wallet.made, 1);
});

t.test('a customer has at most eight invoices open, and room again when they have expired', async (t) => {
  const { billing, until } = billingStage();
  const asked = await Promise.allSettled(
    Array.from({ length: 12 }, (_, at) => billing.invoice(CUSTOMER, asking(`p${at}`, 5))),
  );
  t.equal(asked.filter(({ status }) => status === 'fulfilled').length, 8);
  await t.rejects(billing.invoice(CUSTOMER, asking('more', 5)), { code: 'invoice-limit' });
  t.type(await billing.invoice(CUSTOMER, asking('p1', 5)), 'string', 'one it has is given again');
  await until(46);
  t.type(await billing.invoice(CUSTOMER, asking('more', 5)), 'string');
});

t.test('however many strangers ask, whoever owes something gets its invoice', async (t) => {
  const { billing, claim } = billingStage();
  const stranger = (number: number) => String(number).padStart(64, '0');
  for (let number = 0; number < 100; number++) await billing.invoice(stranger(number), asking('p', 5));
  await t.rejects(billing.invoice(stranger(100), asking('p', 5)), { code: 'invoice-limit', message: /strangers/ });
  await claim(5);
  t.type(await billing.invoice(CUSTOMER, asking('p', 5)), 'string');
  await settled();
});

t.test('an invoice that is asked to hold for a moment holds half a minute', async (t) => {
  const { billing, clock } = billingStage();
  const invoice = await billing.invoice(CUSTOMER, { ...asking('p', 5), expirySeconds: 10 });
  t.equal(decodeInvoice(invoice).expiresAt - clock.now() / 1_000, 30);
});
