// A provider that works for money in escrow, seen from the wire: what it asks for, when it begins, what it takes and what it
// gives back.
import t, { type Test } from 'tap';
import { realClock } from '../../../node/clock.ts';
import type { ProviderOptions } from '../../../node/swarm/provider.ts';
import { encodeReveal, parseEscrowDemand, revealEvent } from '../../../protocol/escrow.ts';
import { sha256Hex, type VerifiedEvent } from '../../../protocol/event.ts';
import { decodeInvoice } from '../../../protocol/invoice.ts';
import { encodeCancel, type JobRequest } from '../../../protocol/job.ts';
import type { KeyPair } from '../../../protocol/keypair.ts';
import { msat } from '../../../protocol/money.ts';
import { billingStage, NOTHING } from '../../support/billing-stage.ts';
import { failing, held, stage } from '../../support/provider-stage.ts';
import { eventually, newKeys, Swarm } from '../../support/swarm.ts';

const now = () => Math.floor(Date.now() / 1_000);
/** What a job of the stage costs: 10 msat and one started 1,000 characters. */
const PRICE = 11;
const FUNDS = 1_000_000;
const lockOf = (number: number) => {
  const preimage = number.toString(16).padStart(64, '0');
  return { preimage, hash: sha256Hex(Buffer.from(preimage, 'hex')) };
};

/** A provider that gives no credit at all, whose wallet can hold money, and a customer that the test plays itself. */
async function escrowed(t: Test, options: Partial<ProviderOptions> = {}) {
  const keys = newKeys();
  const money = billingStage({ provider: keys.publicKey, clock: realClock(), creditMsat: msat(0) });
  const swarm = await stage(t, { keys, billing: money.billing, ...options });
  const account = money.bank.open(msat(FUNDS));
  const standing = () => money.standingWith(keys.publicKey, swarm.customer.publicKey);
  /** Sends a job in escrow, and returns it with the provider's hold invoice. */
  const ask = async (escrow: string, change: Partial<JobRequest> = {}) => {
    const request = await swarm.send(swarm.sealed({ escrow, ...change }));
    const demand = await swarm.answer(request);
    const invoice = parseEscrowDemand(swarm.open(demand), request.id)!;
    return { request, demand, invoice };
  };
  /** @returns how the payment ends */
  const pay = (invoice: string) => money.bank.pay(account, invoice).catch((thrown: unknown) => thrown);
  const resultOf = async (request: VerifiedEvent) => {
    await eventually('a result', () => swarm.answersTo(request).some(({ kind }) => kind === 6940));
    return swarm.answersTo(request).find(({ kind }) => kind === 6940)!;
  };
  const reveal = (request: VerifiedEvent, preimage: string, by: KeyPair = swarm.customer) => {
    const sealed = by.sealFor(keys.publicKey, encodeReveal(request.id, preimage));
    const times = { createdAt: now(), expiresAt: now() + 60 };
    return swarm.send(by.sign(revealEvent(sealed, { provider: keys.publicKey, requestId: request.id, ...times })));
  };
  const cancel = (request: VerifiedEvent, by: KeyPair = swarm.customer) => {
    const template = encodeCancel([request.id], now());
    return swarm.send(by.sign({ ...template, tags: [...template.tags, ['p', keys.publicKey]] }));
  };
  const balances = () => [money.bank.balance(account), money.bank.balance(money.account)];
  return { ...money, ...swarm, standing, ask, pay, resultOf, reveal, cancel, balances };
}

t.test(
  'work begins when the money waits, not before; it is taken when the customer reveals, and not owed besides',
  async (t) => {
    const { backend, started, release } = held();
    const s = await escrowed(t, { backend });
    const { preimage, hash } = lockOf(1);
    const { request, demand, invoice } = await s.ask(hash);
    t.equal(s.status(demand).split(' ')[0], 'payment-required');
    t.ok(demand.tags.some(([name]) => name === 'encrypted'));
    t.match(decodeInvoice(invoice), { paymentHash: hash, amountMsat: PRICE });
    t.same(started, []);
    const ended = s.pay(invoice);
    await eventually('the work has begun', () => started.length === 1);
    t.same(s.balances(), [FUNDS - PRICE, 0]);
    release();
    await s.resultOf(request);
    t.same(s.standing(), NOTHING);
    await s.reveal(request, preimage);
    t.match(await ended, { preimage });
    await eventually('it is in the books', () => s.standing().receivedMsat === PRICE);
    t.same(s.standing(), { ...NOTHING, receivedMsat: PRICE });
    t.same(s.balances(), [FUNDS - PRICE, PRICE]);
    t.notMatch(s.lines.join('\n'), preimage);
  },
);

t.test('nobody but the customer reveals, and nothing but the right preimage takes the money', async (t) => {
  const s = await escrowed(t);
  const { preimage, hash } = lockOf(2);
  const { request, invoice } = await s.ask(hash);
  void s.pay(invoice);
  await s.resultOf(request);
  await s.reveal(request, lockOf(3).preimage);
  await eventually('it was heard', () => s.lines.some((line) => /revealed nothing/.test(line)));
  await s.reveal(request, preimage, newKeys());
  const { request: other } = await s.ask(lockOf(4).hash);
  await s.reveal(other, preimage);
  await eventually('that was heard too', () => s.lines.filter((line) => /revealed nothing/.test(line)).length === 2);
  t.same(s.balances(), [FUNDS - PRICE, 0]);
  await s.reveal(request, preimage);
  await eventually('it is taken', () => s.balances()[1] === PRICE);
});

t.test(
  'a customer that does not accept the answer cancels it, and has its money back; a stranger cannot',
  async (t) => {
    const s = await escrowed(t);
    const { request, invoice } = await s.ask(lockOf(5).hash);
    const ended = s.pay(invoice);
    await s.resultOf(request);
    await s.cancel(request, newKeys());
    const { request: later } = await s.ask(lockOf(6).hash);
    t.ok(later, 'the stranger was heard by now');
    t.same(s.balances(), [FUNDS - PRICE, 0]);
    await s.cancel(request);
    t.match(await ended, { code: 'wallet-payment-failed' });
    t.same(s.balances(), [FUNDS, 0]);
    t.same(s.standing(), NOTHING);
  },
);

t.test('a job that is cancelled, or fails, while its money waits gives it back at once', async (t) => {
  const { backend, started } = held();
  const s = await escrowed(t, { backend });
  const cancelled = await s.ask(lockOf(7).hash);
  const ended = s.pay(cancelled.invoice);
  await eventually('the work has begun', () => started.length === 1);
  await s.cancel(cancelled.request);
  t.match(await ended, { code: 'wallet-payment-failed' });
  t.same(s.balances(), [FUNDS, 0]);

  const broken = await escrowed(t, { backend: failing(new Error('no')) });
  const job = await broken.ask(lockOf(8).hash);
  t.match(await broken.pay(job.invoice), { code: 'wallet-payment-failed' });
  await eventually('it is told', () => broken.answersTo(job.request).length === 2);
  t.match(broken.status(broken.answersTo(job.request)[1]!), /^error job-failed/);
  t.same(broken.balances(), [FUNDS, 0]);
});

t.test('a job that is cancelled before it was paid cannot be paid any more', async (t) => {
  const s = await escrowed(t);
  const { request, invoice } = await s.ask(lockOf(9).hash);
  await s.cancel(request);
  await eventually('nothing is done for it', () => s.provider.jobsActive === 0);
  await eventually('the invoice is void', () => s.billing.escrow?.concerns(s.customer.publicKey, request.id) === false);
  t.match(await s.pay(invoice), { code: 'wallet-payment-failed' });
  t.same(s.balances(), [FUNDS, 0]);
});

t.test('a provider that ends while it waits for a payment takes no money for work that it will not do', async (t) => {
  const s = await escrowed(t);
  const { request, invoice } = await s.ask(lockOf(10).hash);
  await s.provider.stop();
  t.match(await s.pay(invoice), { code: 'wallet-payment-failed' });
  await eventually('it is told', () => s.answersTo(request).length === 2);
  t.match(s.status(s.answersTo(request)[1]!), /^error job-payment-required/);
});

t.test('two customers cannot share a hash, nor one customer use it twice', async (t) => {
  const s = await escrowed(t);
  const { hash, preimage } = lockOf(11);
  const first = await s.ask(hash);
  const again = await s.send(s.sealed({ escrow: hash }));
  t.match(s.status(await s.answer(again)), /^error job-failed/);
  const stranger = await s.send(s.sealed({ escrow: hash }, 1_000, newKeys()));
  t.match(s.status(await s.answer(stranger)), /^error job-failed/);
  void s.pay(first.invoice);
  await s.resultOf(first.request);
  await s.reveal(first.request, preimage);
  await eventually('it is taken', () => s.balances()[1] === PRICE);
  const replayed = await s.send(s.sealed({ escrow: hash }));
  t.match(s.status(await s.answer(replayed)), /^error job-failed/, 'whoever knows the preimage has not paid');
});

t.test('escrow is refused where there is no wallet for it, and is not needed for free work', async (t) => {
  const poor = await stage(t);
  t.match(await poor.ask(poor.sealed({ escrow: lockOf(12).hash })), /^error job-unsupported/);
  const announcement = { v: 1 as const, name: 'free', models: ['quoting'], base_msat: 0, msat_per_1k_chars: 0 };
  const free = await stage(t, { announcement: { ...announcement, max_input_bytes: 40_960, concurrency: 2 } });
  t.equal((await free.answer(await free.send(free.sealed({ escrow: lockOf(13).hash })))).kind, 6940);
});

t.test(
  'it announces that it takes money in escrow, and a market asks it so, pays and reveals over the relay',
  async (t) => {
    const keys = newKeys();
    const money = billingStage({ provider: keys.publicKey, clock: realClock(), creditMsat: msat(0) });
    const swarm = await Swarm.start();
    t.teardown(() => swarm.close());
    await swarm.provider({ keys, billing: money.billing });
    const market = swarm.market();
    await eventually('the offer is heard', () => market.offers().length === 1);
    const [offer] = market.offers();
    t.match(offer, { escrow: true, credit_msat: 0, network: 'regtest' });
    const account = money.bank.open(msat(FUNDS));
    const { askOf } = await import('../../support/swarm.ts');
    const { preimage, hash } = lockOf(14);
    const paid: Promise<unknown>[] = [];
    const reply = await market.ask(askOf(offer!, 'some text', { escrow: hash }), {
      signal: new AbortController().signal,
      onSignOfLife: () => undefined,
      onEscrow: (invoice) => paid.push(money.bank.pay(account, invoice)),
    });
    t.equal(paid.length, 1);
    await market.reveal({
      provider: keys.publicKey,
      requestId: reply.requestId,
      preimage,
      untilMs: Date.now() + 60_000,
    });
    t.match(await paid[0], { preimage });

    const rejected = askOf(offer!, 'other text', { escrow: lockOf(15).hash });
    const refunded: Promise<unknown>[] = [];
    const { requestId } = await market.ask(rejected, {
      signal: new AbortController().signal,
      onSignOfLife: () => undefined,
      onEscrow: (invoice) => refunded.push(money.bank.pay(account, invoice).catch((thrown: unknown) => thrown)),
    });
    market.withdraw(requestId, keys.publicKey);
    t.match(await refunded[0], { code: 'wallet-payment-failed' });
    t.equal(money.bank.balance(account), FUNDS - PRICE);
    const demanded = market.ask(askOf(offer!, 'without escrow'), {
      signal: new AbortController().signal,
      onSignOfLife: () => undefined,
      onEscrow: () => t.fail('a debt is no escrow'),
    });
    await t.rejects(demanded, { code: 'job-payment-required' });
  },
);
