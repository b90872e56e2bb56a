import { randomBytes } from 'node:crypto';
import { inspect } from 'node:util';
import t, { type Test } from 'tap';
import type { NwcClient, NwcClientOptions } from '../../../node/wallet/nwc-client.ts';
import type { PreparedPayment } from '../../../node/wallet/port.ts';
import { expirationOf, verifyEvent } from '../../../protocol/event.ts';
import { satsToMsat, ZERO_MSAT } from '../../../protocol/money.ts';
import { encodeWalletResult } from '../../../protocol/wallet/body.ts';
import { WalletConnection } from '../../../protocol/wallet/uri.ts';
import { CuttingProxy } from '../../support/cutting-proxy.ts';
import { openClient } from '../../support/hub-fixture.ts';
import { ScriptedRelay } from '../../support/scripted-relay.ts';
import { type Heard, ScriptedService, type ServiceScript } from '../../support/scripted-service.ts';
import { eventually } from '../../support/swarm.ts';
import { lock } from './conformance/bench.ts';

const nowSeconds = () => Math.floor(Date.now() / 1_000);
const { preimage, paymentHash } = lock();
const PAID = encodeWalletResult('pay_invoice', { preimage, feesPaidMsat: ZERO_MSAT });
const INVOICE = 'lnbcrt1example';
const paying: ServiceScript = (heard, service) => service.reply(heard, PAID);

async function stage(t: Test, script: ServiceScript = paying, options: Partial<NwcClientOptions> = {}) {
  const service = await ScriptedService.start(t, script);
  return { service, client: await openClient(t, service.connection, options) };
}

function prepare(client: NwcClient, seconds = 60): PreparedPayment {
  return client.preparePayment({ invoice: INVOICE, expiresAt: nowSeconds() + seconds });
}

/** A client of the same connection, over these relays. */
function over(t: Test, service: ScriptedService, relays: string[]): Promise<NwcClient> {
  const secret = /secret=([0-9a-f]+)/.exec(service.connection.reveal())?.[1] ?? '';
  return openClient(t, new WalletConnection({ service: service.keys.publicKey, relays, secret }));
}

t.test('a prepared payment is one signed, sealed event, and nothing is sent before it is paid', async (t) => {
  const { service, client } = await stage(t);
  const prepared = prepare(client);
  const event = JSON.parse(prepared.text);
  t.equal(event.id, prepared.id);
  t.ok(verifyEvent(event));
  t.equal(expirationOf(event), prepared.expiresAt);
  t.notMatch(prepared.text, INVOICE);
  t.same(service.heard, []);
  t.equal((await client.pay(prepared)).preimage, preimage);
  t.same(
    service.heard.map(({ event, params }) => [event.id, params.invoice]),
    [[prepared.id, INVOICE]],
  );
});

t.test('paid twice at once it is sent once; paid again it is the very same event', async (t) => {
  const { service, client } = await stage(t);
  const prepared = prepare(client);
  const proofs = await Promise.all([client.pay(prepared), client.pay(prepared)]);
  t.same(proofs[0], proofs[1]);
  t.equal(service.relay.stats.eventsReceived, service.relay.stats.eventsAccepted);
  const before = service.relay.stats.eventsReceived;
  const again = client.pay({ ...prepared }).catch((thrown: unknown) => thrown);
  await eventually('it was sent again', () => service.relay.stats.eventsReceived > before);
  t.equal(service.heard.length, 1, 'and the relay knew it: the service never saw a second');
  await client.close();
  t.match(await again, { code: 'wallet-timeout' });
});

t.test('a later process pays with the text alone', async (t) => {
  const { service, client } = await stage(t);
  const { id, text, expiresAt } = prepare(client);
  await client.close();
  const later = await openClient(t, service.connection);
  t.equal((await later.pay({ id, text, expiresAt })).preimage, preimage);
  t.equal(service.heard[0]?.event.id, id);
});

t.test('a payment that has expired, or was prepared for another wallet, is not sent', async (t) => {
  const { service, client } = await stage(t);
  await t.rejects(client.pay(prepare(client, 0)), { code: 'wallet-timeout', message: /was not sent/ });
  await t.rejects(client.pay(prepare(client, -86_400 * 30)), { code: 'wallet-timeout' });
  const other = await stage(t);
  const foreign = prepare(other.client);
  const secret = randomBytes(32).toString('hex');
  const { service: key, relays } = service.connection;
  const neighbour = await openClient(t, new WalletConnection({ service: key, relays, secret }));
  const own = prepare(client);
  for (const prepared of [
    foreign,
    prepare(neighbour),
    { ...own, id: foreign.id },
    { ...own, text: '{}' },
    { ...own, text: own.text.slice(1) },
    { ...own, text: own.text.replace(/"content":"..../, '"content":"AAAA') },
  ])
    await t.rejects(client.pay(prepared), { code: 'payment-unknown', message: /another wallet connection/ });
  t.same([...service.heard, ...other.service.heard], []);
});

t.test('a payment is waited for as long as it holds, well past the time of other requests', async (t) => {
  const held: Heard[] = [];
  const { service, client } = await stage(t, (heard) => held.push(heard), { timeoutMs: 30 });
  const payment = client.pay(prepare(client));
  await t.rejects(client.getBalance(), { code: 'wallet-timeout' }, 'the wallet is silent');
  await service.reply(held.find(({ method }) => method === 'pay_invoice') as Heard, PAID);
  t.equal((await payment).preimage, preimage, 'as for a hold invoice, which is settled when it is settled');
});

t.test('an answer that is lost in a cut stays lost: the payment is looked up, never sent again', async (t) => {
  const service = await ScriptedService.start(t, () => undefined);
  const proxy = await CuttingProxy.start(service.relay.url);
  t.teardown(() => proxy.close());
  const client = await over(t, service, [proxy.url]);
  const prepared = prepare(client, 2);
  const payment = client.pay(prepared).catch((thrown: unknown) => thrown);
  await eventually('the wallet was asked', () => service.heard.length === 1);
  proxy.cut();
  await service.reply(service.heard[0] as Heard, PAID);
  t.match(await payment, { code: 'wallet-timeout' });
  service.script = (heard) =>
    service.reply(
      heard,
      encodeWalletResult('lookup_invoice', {
        type: 'outgoing',
        state: 'settled',
        paymentHash,
        preimage,
        amountMsat: satsToMsat(1),
        feesPaidMsat: ZERO_MSAT,
        createdAt: nowSeconds(),
      }),
    );
  t.match(await client.lookupInvoice({ paymentHash }), { state: 'settled', preimage });
  t.same(
    service.heard.map(({ method }) => method),
    ['pay_invoice', 'lookup_invoice'],
  );
});

t.test('one of several relays is enough', async (t) => {
  const service = await ScriptedService.start(t, paying);
  const proxy = await CuttingProxy.start(service.relay.url);
  t.teardown(() => proxy.close());
  const client = await over(t, service, ['ws://127.0.0.1:9', service.relay.url]);
  t.equal((await client.pay(prepare(client))).preimage, preimage, 'a dead one beside it');
  const twice = await over(t, service, [proxy.url, service.relay.url]);
  t.equal((await twice.pay(prepare(twice))).preimage, preimage, 'two ways to the same');
  t.equal(service.heard.length, 2, 'and the wallet is asked once each');
  proxy.down();
  t.equal((await twice.pay(prepare(twice))).preimage, preimage, 'one goes away');
});

t.test('a relay that was away is not handed a request that is over', async (t) => {
  const service = await ScriptedService.start(t, paying);
  const second = await ScriptedRelay.start();
  const proxy = await CuttingProxy.start(second.url);
  proxy.down();
  t.teardown(() => Promise.all([proxy.close(), second.close()]));
  const client = await over(t, service, [service.relay.url, proxy.url]);
  const paid = prepare(client);
  await client.pay(paid);
  proxy.up();
  const sentTo = () => (second.latest?.heard('EVENT') ?? []).map(([, event]) => (event as { id: string }).id);
  await eventually('the second relay is there', () => (second.latest?.heard('REQ').length ?? 0) > 0);
  const next = prepare(client);
  await client.pay(next);
  await eventually('the next request reached it', () => sentTo().includes(next.id));
  t.notOk(sentTo().includes(paid.id));
});

t.test('when no relay of the wallet answers, the error says which and why', async (t) => {
  const { service, client } = await stage(t, () => undefined, { timeoutMs: 300 });
  await service.relay.close();
  await t.rejects(client.getBalance(), {
    code: /wallet-timeout|relay-unreachable/,
    message: new RegExp(service.relay.url),
  });
});

t.test('closing ends what waits, and what comes after is refused', async (t) => {
  const { client } = await stage(t, () => undefined);
  const waiting = [client.getBalance(), client.pay(prepare(client))].map((one) =>
    one.catch((thrown: unknown) => thrown),
  );
  const prepared = prepare(client);
  await client.close();
  for (const ended of await Promise.all(waiting)) t.match(ended, { code: 'wallet-timeout', message: /was closed/ });
  await t.rejects(client.pay(prepared), { code: 'wallet-timeout', message: /was closed/ });
  await client.close();
});

t.test('too many requests at once are refused, a payment among them as unknown', async (t) => {
  const { client } = await stage(t, () => undefined);
  const waiting = Array.from({ length: 1_100 }, () => client.pay(prepare(client)).catch((thrown: unknown) => thrown));
  await t.rejects(client.getBalance(), { code: 'wallet-rate-limited' });
  await t.rejects(client.pay(prepare(client)), { code: 'payment-unknown' });
  await client.close();
  t.equal((await Promise.all(waiting)).length, 1_100);
});

t.test('a client that is printed by mistake gives its secret away to nobody', async (t) => {
  const { service, client } = await stage(t);
  const secret = /secret=([0-9a-f]+)/.exec(service.connection.reveal())?.[1] ?? '';
  t.notMatch(inspect(client, { depth: 20, showHidden: true }), secret);
  t.notMatch(JSON.stringify(client), secret);
});
