// Asking a provider for an invoice over a real relay: what customers get, and what those get who mean harm.
import t, { type Test } from 'tap';
import { realClock } from '../../../node/clock.ts';
import type { ProviderOptions } from '../../../node/swarm/provider.ts';
import type { VerifiedEvent } from '../../../protocol/event.ts';
import { decodeInvoice } from '../../../protocol/invoice.ts';
import type { KeyPair } from '../../../protocol/keypair.ts';
import { msat } from '../../../protocol/money.ts';
import { encodeInvoiceRequest, invoiceRequestEvent, parseInvoiceAnswer } from '../../../protocol/payment.ts';
import { asking, type BillingStageOptions, billingStage, NOTHING } from '../../support/billing-stage.ts';
import { stage } from '../../support/provider-stage.ts';
import { eventually, newKeys } from '../../support/swarm.ts';

const now = () => Math.floor(Date.now() / 1_000);

async function counter(t: Test, billing: BillingStageOptions = {}, options: Partial<ProviderOptions> = {}) {
  const keys = newKeys();
  const money = billingStage({ provider: keys.publicKey, clock: realClock(), creditMsat: msat(100), ...billing });
  const swarm = await stage(t, { keys, billing: money.billing, ...options });
  const market = swarm.swarm.market({ keys: swarm.customer });
  const standing = (of = swarm.customer) => money.standingWith(keys.publicKey, of.publicKey);
  const requestInvoice = (payoutId: string, amountMsat: number, job = 'run', final = false) =>
    market.requestInvoice({
      provider: keys.publicKey,
      payoutId,
      amountMsat: msat(amountMsat),
      jobs: [{ job, amountMsat: msat(amountMsat), final }],
      timeoutMs: 10_000,
    });
  /** A request that the test makes itself. */
  const raw = (body: string, by: KeyPair = swarm.customer, expiresAt = now() + 60) =>
    by.sign(
      invoiceRequestEvent(by.sealFor(keys.publicKey, body), { provider: keys.publicKey, createdAt: now(), expiresAt }),
    );
  const honest = (id: string, by?: KeyPair, expiresAt?: number) =>
    raw(encodeInvoiceRequest(asking(id, 5)), by, expiresAt);
  const invoiceIn = (answer: VerifiedEvent, id: string, by: KeyPair = swarm.customer) =>
    parseInvoiceAnswer(by.openFrom(keys.publicKey, answer.content), id);
  return { ...money, ...swarm, market, standing, requestInvoice, raw, honest, invoiceIn, keys };
}

t.test('a customer asks for an invoice for what it owes, pays it, and owes nothing any more', async (t) => {
  const { sealed, send, answer, requestInvoice, pay, standing, book, customer, keys } = await counter(t);
  for (const job of ['run-1', 'run-1', 'run-2']) await answer(await send(sealed({ job })));
  const invoice = await requestInvoice('payout', 22, 'run-1', true);
  t.match(decodeInvoice(invoice), { amountMsat: 22, network: 'regtest' });
  await pay(invoice);
  await eventually('the payment', () => standing().receivedMsat === 22);
  t.same(standing(), { ...NOTHING, receivedMsat: 22, dueMsat: 11 });
  const due = `due/${keys.publicKey}/${customer.publicKey}/`;
  t.same([...book.rows.balancesWithin(due)], [[`${due}run-2`, 11]]);
});

t.test('any amount is taken, and what is paid ahead is worked off', async (t) => {
  const { requestInvoice, pay, standing, sealed, send, answer } = await counter(t, { creditMsat: msat(0) });
  await pay(await requestInvoice('in-advance', 30));
  await eventually('the payment', () => standing().advanceMsat === 30);
  t.equal((await answer(await send(sealed()))).kind, 6940);
  t.same(standing(), { ...NOTHING, receivedMsat: 30, advanceMsat: 19 });
});

t.test('the same payout is the same invoice, for whoever asks it again, and after a restart', async (t) => {
  const { requestInvoice, wallet, provider, swarm, billing, keys } = await counter(t);
  const invoice = await requestInvoice('payout', 22);
  t.equal(await requestInvoice('payout', 22), invoice);
  await t.rejects(requestInvoice('payout', 23), { code: 'invoice-request-invalid' });
  await provider.stop();
  await swarm.provider({ keys, billing });
  t.equal(await requestInvoice('payout', 22), invoice);
  t.equal(wallet.made, 1);
});

t.test('without a wallet, and with one that fails, the customer hears a code and nothing of the wallet', async (t) => {
  const poor = await counter(t, { hasNoWallet: true });
  t.match(await poor.ask(poor.honest('p')), /^error wallet-missing: no wallet is connected$/);
  const { ask, honest, wallet, requestInvoice } = await counter(t);
  wallet.fails = 'wallet-restricted';
  t.match(await ask(honest('p')), /^error wallet-restricted: the connection may not do this$/);
  wallet.makeInvoice = () => Promise.reject(new Error('nostr+walletconnect://secret'));
  t.match(await ask(honest('q')), /^error invoice-denied: the provider gives no invoice$/);
  await t.rejects(requestInvoice('r', 5), { code: 'invoice-denied' });
});

t.test('strangers learn nothing of what another customer owes, and do not suffer for it', async (t) => {
  const { sealed, send, answer, swarm, honest, standing, invoiceIn } = await counter(t);
  const seen: string[] = [];
  swarm.relay.onEvent(({ tags }) =>
    seen.push(JSON.stringify(tags.filter(([name]) => /status|amount/.test(name ?? '')))),
  );
  for (let job = 0; job < 10; job++) await answer(await send(sealed()));
  t.equal(standing().dueMsat, 99, 'the customer has used its credit up');
  const before = seen.length;
  const stranger = newKeys();
  const theirs = await send(sealed({}, 1_000, stranger));
  t.equal((await answer(theirs)).kind, 6940, 'a stranger has its own credit');
  const asked = await answer(await send(honest('p', stranger)));
  t.equal(decodeInvoice(invoiceIn(asked, 'p', stranger)).amountMsat, 5, 'it is told what it asked for');
  t.notMatch(seen.slice(before).join(), /99|lnbcrt/, 'and nobody who listens at the relay is told anything');
});

t.test('what is no request is refused with its code, or not answered at all', async (t) => {
  const { ask, send, raw, honest, customer, keys, answersTo, wallet } = await counter(t);
  t.match(await ask(raw('hello')), /^error invoice-request-invalid: the request is malformed/);
  const wrongSum = JSON.stringify({ ...JSON.parse(encodeInvoiceRequest(asking('p', 5))), amount_msat: 6 });
  t.match(await ask(raw(wrongSum)), /^error invoice-request-invalid: the jobs sum to 5 msat, not 6/);
  const many = Array.from({ length: 257 }, (_, at) => ({ job: `${at}`, amount_msat: 1, final: false }));
  const manyJobs = { v: 1, type: 'invoice-request', id: 'p', amount_msat: 257, expiry_s: 45, jobs: many };
  t.match(await ask(raw(JSON.stringify(manyJobs))), /^error invoice-request-invalid/);
  const template = honest('p');
  t.match(await ask(customer.sign({ ...template, content: 'not sealed' })), /^error seal-invalid/);
  const silent = [
    raw('x'.repeat(50_000)),
    honest('late', customer, now() - 1),
    customer.sign({ ...template, tags: template.tags.filter(([name]) => name !== 'expiration') }),
    customer.sign({
      ...template,
      tags: [
        ['status', 'processing'],
        ['p', keys.publicKey],
      ],
    }),
  ];
  for (const event of silent) await send(event).catch(() => undefined); // the relay itself refuses what has expired
  t.match(await ask(honest('p')), /^payment-required/);
  for (const event of silent) t.same(answersTo(event), []);
  t.equal(wallet.made, 1);
});

t.test('a request that is sent again changes nothing', async (t) => {
  const { honest, send, answer, swarm, wallet, book, answersTo, ask } = await counter(t);
  const request = await send(honest('p'));
  await answer(request);
  const replaying = swarm.pool();
  for (let time = 0; time < 5; time++) await replaying.publish(request);
  t.match(await ask(honest('q')), /^payment-required/);
  t.equal(answersTo(request).length, 1);
  t.same([wallet.made, book.latestSeq], [2, 2]);
});

t.test('whoever floods is answered sixty times a minute, and keeps nobody else from its invoice', async (t) => {
  const { honest, raw, pool, answersTo, ask, wallet } = await counter(t);
  const flood = Array.from({ length: 150 }, (_, at) => (at % 2 === 0 ? raw(`garbage ${at}`) : honest(`p${at}`)));
  const other = newKeys();
  await Promise.all(flood.map((event) => pool.publish(event)));
  t.match(await ask(honest('mine', other)), /^payment-required/);
  const answered = flood.filter((event) => answersTo(event).length > 0);
  t.equal(answered.length, 60);
  t.ok(wallet.made <= 9, `${wallet.made} invoices were made`);
});

t.test('a provider without billing does not answer', async (t) => {
  const { customer, providerKeys, send, sealed, answer, answersTo } = await stage(t);
  const body = customer.sealFor(providerKeys.publicKey, encodeInvoiceRequest(asking('p', 5)));
  const envelope = { provider: providerKeys.publicKey, createdAt: now(), expiresAt: now() + 60 };
  const request = await send(customer.sign(invoiceRequestEvent(body, envelope)));
  await answer(await send(sealed()));
  t.same(answersTo(request), []);
});
