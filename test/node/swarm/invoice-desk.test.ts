// What asking for an invoice promises, against providers that answer whatever they like.
import t, { type Test } from 'tap';
import type { InvoiceWish } from '../../../node/swarm/invoice-desk.ts';
import type { StrayKind } from '../../../node/swarm/market.ts';
import type { EventTemplate, VerifiedEvent } from '../../../protocol/event.ts';
import { encodeFeedback } from '../../../protocol/feedback.ts';
import { msat } from '../../../protocol/money.ts';
import { encodeInvoiceAnswer, parseInvoiceRequest } from '../../../protocol/payment.ts';
import { eventually, newKeys, Swarm } from '../../support/swarm.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

const now = () => Math.floor(Date.now() / 1_000);

/** A swarm with one provider that the test plays itself. */
async function stage(t: Test, clock?: VirtualClock) {
  const swarm = await Swarm.start();
  t.teardown(() => swarm.close());
  const strays: StrayKind[] = [];
  const market = swarm.market({ onStray: (kind) => strays.push(kind), ...(clock === undefined ? {} : { clock }) });
  const keys = newKeys();
  const pool = swarm.pool();
  const requests: VerifiedEvent[] = [];
  pool.subscribe([{ kinds: [7000], '#p': [keys.publicKey] }], { onEvent: (event) => requests.push(event) });
  await pool.ready();
  const wish = (change: Partial<InvoiceWish> = {}): InvoiceWish => ({
    provider: keys.publicKey,
    payoutId: 'payout',
    amountMsat: msat(500),
    jobs: [{ job: 'run', amountMsat: msat(500), final: true }],
    expirySeconds: 45,
    timeoutMs: 10_000,
    ...change,
  });
  const ask = (change: Partial<InvoiceWish> = {}) => {
    const asked = market.requestInvoice(wish(change));
    asked.catch(() => undefined); // each test looks at it in its own time
    return asked;
  };
  const request = async (count = 1) => {
    await eventually(`request ${count}`, () => requests.length >= count);
    return requests[count - 1]!;
  };
  const publish = (template: EventTemplate, by = keys) => pool.publish(by.sign(template));
  const answer = (event: VerifiedEvent, body: string, by = keys): EventTemplate => {
    const template = encodeFeedback(event, 'payment-required', '', now(), now() + 60);
    return { ...template, content: by.sealFor(event.pubkey, body), tags: [...template.tags, ['encrypted']] };
  };
  return { swarm, market, strays, keys, pool, requests, ask, wish, request, publish, answer };
}

t.test('a provider hears what is to be paid, inside the seal, and its invoice is handed on as it is', async (t) => {
  const { ask, request, keys, publish, answer } = await stage(t);
  const asked = ask();
  const event = await request();
  t.same(parseInvoiceRequest(keys.openFrom(event.pubkey, event.content)), {
    id: 'payout',
    amountMsat: 500,
    expirySeconds: 45,
    lines: [{ job: 'run', amountMsat: 500, final: true }],
  });
  await publish(answer(event, encodeInvoiceAnswer('payout', 'whatever it is')));
  t.equal(await asked, 'whatever it is');
});

t.test('only the provider asked is heard, only about this request, and only once', async (t) => {
  const { ask, request, publish, answer, strays } = await stage(t);
  const asked = ask();
  const event = await request();
  const stranger = newKeys();
  await publish(answer(event, encodeInvoiceAnswer('payout', 'of a stranger'), stranger), stranger);
  await publish(answer({ ...event, id: 'e'.repeat(64) }, encodeInvoiceAnswer('payout', 'for another')));
  await eventually('both are dropped', () => strays.length === 2);
  await publish(answer(event, encodeInvoiceAnswer('payout', 'the first')));
  t.equal(await asked, 'the first');
  await publish(answer(event, encodeInvoiceAnswer('payout', 'the second')));
  await eventually('it comes late', () => strays.length === 3);
  t.same(strays, ['misaddressed', 'unknown', 'late']);
});

t.test('an answer that does not open, has no form, or is for another payout ends it with a code', async (t) => {
  const { ask, request, publish, answer, keys } = await stage(t);
  const cases: [what: string, change: (honest: EventTemplate, event: VerifiedEvent) => EventTemplate, code: string][] =
    [
      ['garbage', (honest) => ({ ...honest, content: 'garbage' }), 'seal-invalid'],
      ['open', (honest) => ({ ...honest, content: encodeInvoiceAnswer('payout', 'x') }), 'seal-invalid'],
      ['for another', (honest) => ({ ...honest, content: keys.sealFor(newKeys().publicKey, '{}') }), 'seal-invalid'],
      ['no JSON', (_, event) => answer(event, 'hello'), 'invoice-invalid'],
      ['another payout', (_, event) => answer(event, encodeInvoiceAnswer('other', 'x')), 'invoice-invalid'],
      ['too long', (_, event) => answer(event, encodeInvoiceAnswer('payout', 'x'.repeat(10_000))), 'invoice-invalid'],
    ];
  for (const [index, [what, change, code]] of cases.entries()) {
    const asked = ask();
    const event = await request(index + 1);
    await publish(change(answer(event, encodeInvoiceAnswer('payout', 'lnbcrt1')), event));
    await t.rejects(asked, { code }, what);
  }
});

t.test("a provider's refusal keeps its code, and codes of our own wallet and books are not its to use", async (t) => {
  const { ask, request, publish } = await stage(t);
  const cases: [extra: string, code: string][] = [
    ['invoice-limit: come back later', 'invoice-limit'],
    ['invoice-request-invalid: id', 'invoice-request-invalid'],
    ['wallet-missing: no wallet', 'invoice-denied'],
    ['payment-unknown: believe me', 'invoice-denied'],
    ['ledger-corrupt: panic', 'invoice-denied'],
    ['', 'invoice-denied'],
  ];
  for (const [index, [extra, code]] of cases.entries()) {
    const asked = ask();
    await publish(encodeFeedback(await request(index + 1), 'error', extra, now(), now() + 60));
    await t.rejects(asked, { code }, extra);
  }
});

t.test('nothing said, or only that work goes on, ends in time', async (t) => {
  const clock = new VirtualClock(Date.now());
  const { ask, request, publish, strays, market } = await stage(t, clock);
  const asked = ask({ timeoutMs: 5_000 });
  const event = await request();
  await publish(encodeFeedback(event, 'processing', '', now(), now() + 60));
  const startedAt = clock.now();
  await t.rejects(clock.runUntil(asked), { code: 'invoice-timeout' });
  t.equal(clock.now() - startedAt, 5_000);
  await publish(encodeFeedback(event, 'error', 'invoice-limit: late', now(), now() + 60));
  await eventually('it is late', () => strays.includes('late'));
  const other = ask({ payoutId: 'other' });
  await Promise.all([t.rejects(other, { code: 'invoice-timeout', message: /closed/ }), market.close()]);
});

t.test('what cannot be asked for is refused before anything is published', async (t) => {
  const { ask, swarm } = await stage(t);
  const line = { job: 'run', amountMsat: msat(500), final: true };
  await t.rejects(ask({ amountMsat: msat(501) }), { code: 'invoice-request-invalid' });
  await t.rejects(ask({ jobs: [line, line], amountMsat: msat(1_000) }), { code: 'invoice-request-invalid' });
  await t.rejects(ask({ payoutId: 'with spaces' }), { code: 'invoice-request-invalid' });
  await t.rejects(ask({ provider: 'f'.repeat(64) }), { code: 'seal-invalid' });
  t.equal(swarm.relay.stats.eventsReceived, 0);
});

t.test('a request for an invoice that is addressed to us as a provider is no stray of us as a customer', async (t) => {
  const swarm = await Swarm.start();
  t.teardown(() => swarm.close());
  const keys = newKeys();
  const [market, other] = [swarm.market({ keys }), swarm.market()];
  const pool = swarm.pool();
  const seen: VerifiedEvent[] = [];
  pool.subscribe([{ kinds: [7000], '#p': [keys.publicKey] }], { onEvent: (event) => seen.push(event) });
  await pool.ready();
  const jobs = [{ job: 'run', amountMsat: msat(5), final: true }];
  const wish = { provider: keys.publicKey, payoutId: 'p', amountMsat: msat(5), jobs, timeoutMs: 10_000 };
  const asked = other.requestInvoice(wish);
  asked.catch(() => undefined);
  await eventually('the request', () => seen.length === 1);
  const answer = encodeFeedback({ ...seen[0]!, pubkey: keys.publicKey }, 'error', '', now(), now() + 60);
  await pool.publish(newKeys().sign(answer));
  await eventually('a message after it', () => market.strays.unknown === 1);
  t.same(market.strays, { unknown: 1, late: 0, misaddressed: 0 });
});
