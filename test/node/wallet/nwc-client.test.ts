import { randomBytes } from 'node:crypto';
import t, { type Test } from 'tap';
import type { NwcClientOptions } from '../../../node/wallet/nwc-client.ts';
import { expirationOf } from '../../../protocol/event.ts';
import { KeyPair } from '../../../protocol/keypair.ts';
import { satsToMsat } from '../../../protocol/money.ts';
import { encodeWalletFailure, encodeWalletResult } from '../../../protocol/wallet/body.ts';
import { WALLET_ERROR_CODES } from '../../../protocol/wallet/error-codes.ts';
import { WalletConnection } from '../../../protocol/wallet/uri.ts';
import { openClient } from '../../support/hub-fixture.ts';
import { type Heard, ScriptedService, type ServiceScript } from '../../support/scripted-service.ts';
import { eventually } from '../../support/swarm.ts';
import { hashOf, lock } from './conformance/bench.ts';

const BALANCE = encodeWalletResult('get_balance', satsToMsat(5));
const OTHER_BALANCE = encodeWalletResult('get_balance', satsToMsat(7));
const nowSeconds = () => Math.floor(Date.now() / 1_000);

async function stage(t: Test, script: ServiceScript, options: Partial<NwcClientOptions> = {}) {
  const service = await ScriptedService.start(t, script);
  return { service, client: await openClient(t, service.connection, options) };
}

const prepare = (client: { preparePayment: Awaited<ReturnType<typeof openClient>>['preparePayment'] }, seconds = 60) =>
  client.preparePayment({ invoice: 'lnbcrt1example', expiresAt: nowSeconds() + seconds });

t.test('a request says until when it holds, and is waited for no longer', async (t) => {
  const { service, client } = await stage(t, () => undefined, { timeoutMs: 50 });
  await t.rejects(client.getBalance(), { code: 'wallet-timeout' });
  await eventually('the request arrived', () => service.heard.length === 1);
  const expiration = expirationOf((service.heard[0] as Heard).event) as number;
  t.ok(Math.abs(expiration - nowSeconds()) <= 2);
});

t.test('an answer after the time is over changes nothing, nor does the next request take it for its own', async (t) => {
  const late: (() => Promise<void>)[] = [];
  const { service, client } = await stage(t, (heard, service) => late.push(() => service.reply(heard, BALANCE)), {
    timeoutMs: 50,
  });
  await t.rejects(client.getBalance(), { code: 'wallet-timeout' });
  await eventually('the request arrived', () => late.length === 1);
  service.script = async (heard) => {
    await late[0]?.();
    await service.reply(heard, OTHER_BALANCE);
  };
  t.equal(await client.getBalance(), 7_000);
});

t.test('only the service can answer, whatever others publish', async (t) => {
  const stranger = KeyPair.generate(randomBytes);
  const { client } = await stage(t, async (heard, service) => {
    await service.publish(service.response(heard, OTHER_BALANCE, stranger), stranger);
    await service.publish(service.response(heard, BALANCE));
  });
  t.equal(await client.getBalance(), 5_000);
});

t.test('an answer to another request, or for another client, is no answer', async (t) => {
  const { client } = await stage(t, async (heard, service) => {
    const answer = service.response(heard, OTHER_BALANCE);
    const [p, e] = answer.tags as [string[], string[]];
    await service.publish({ ...answer, tags: [p, ['e', hashOf(heard.event.id)]] });
    await service.publish({ ...answer, tags: [p] });
    await service.publish({ ...answer, tags: [['p', service.keys.publicKey], e] });
    await service.publish({ ...answer, kind: 23197 });
    await service.publish(service.response(heard, BALANCE));
  });
  t.equal(await client.getBalance(), 5_000);
});

t.test('of two different answers the first counts', async (t) => {
  const { client } = await stage(t, async (heard, service) => {
    await service.reply(heard, BALANCE);
    await service.reply(heard, OTHER_BALANCE);
  });
  t.equal(await client.getBalance(), 5_000);
  t.equal(await client.getBalance(), 5_000, 'and the second answers nothing else');
});

t.test('answers that name only the request are heard, one by one and many at once', async (t) => {
  const { client } = await stage(t, async (heard, service) => {
    const { tags, ...answer } = service.response(heard, BALANCE);
    await service.publish({ ...answer, tags: tags.filter(([name]) => name === 'e') });
  });
  t.equal(await client.getBalance(), 5_000);
  const many = await Promise.all(Array.from({ length: 20 }, () => client.getBalance()));
  t.ok(many.every((balance) => balance === 5_000));
});

t.test('an answer that cannot be one ends the request with its own code', async (t) => {
  const preimage = lock().preimage;
  const { service, client } = await stage(t, () => undefined);
  const result = (result: unknown, type = 'pay_invoice') => JSON.stringify({ result_type: type, result });
  for (const [what, body] of [
    ['not JSON', '{'],
    ['another method', BALANCE],
    ['no result', result(undefined)],
    ['no preimage', result({})],
    ['a preimage that is no hex', result({ preimage: 'z'.repeat(64) })],
    ['a preimage that is too short', result({ preimage: preimage.slice(2) })],
    ['a fee below nothing', result({ preimage, fees_paid: -1 })],
    ['huge', result({ preimage, padding: 'x'.repeat(500_000) }).replace('preimage"', 'image"')],
  ] as const) {
    service.script = (heard) => service.reply(heard, body);
    await t.rejects(client.pay(prepare(client)), { code: 'wallet-response-invalid' }, what);
  }
  service.script = (heard) => service.publish({ ...service.response(heard, BALANCE), content: 'not sealed' });
  await t.rejects(client.getBalance(), { code: 'wallet-response-invalid' }, 'not sealed');
  service.script = (heard) => service.publish({ ...service.response(heard, BALANCE), content: 'A'.repeat(900_000) });
  await t.rejects(client.getBalance(), { code: 'wallet-response-invalid' }, 'larger than any seal');
});

t.test('every refusal of a wallet arrives with its code and its words', async (t) => {
  const { service, client } = await stage(t, () => undefined);
  for (const code of WALLET_ERROR_CODES) {
    service.script = (heard) => service.reply(heard, encodeWalletFailure(heard.method, { code, message: 'no, sorry' }));
    const expected = `wallet-${code.toLowerCase().replaceAll('_', '-')}`;
    await t.rejects(client.pay(prepare(client)), { code: expected, message: /no, sorry/ });
  }
});

t.test('a transaction that is not the one asked for is not passed on', async (t) => {
  const { paymentHash, preimage } = lock();
  const found = { type: 'outgoing', state: 'settled', payment_hash: paymentHash, amount: 5, created_at: 1, preimage };
  const { service, client } = await stage(t, () => undefined);
  const answer = (method: string, change: object) => {
    service.script = (heard) =>
      service.reply(heard, JSON.stringify({ result_type: method, result: { ...found, ...change } }));
  };
  answer('lookup_invoice', {});
  t.match(await client.lookupInvoice({ paymentHash }), { state: 'settled', preimage });
  answer('lookup_invoice', { payment_hash: lock().paymentHash, state: 'failed', preimage: null });
  await t.rejects(client.lookupInvoice({ paymentHash }), { code: 'wallet-response-invalid' }, 'another hash');
  answer('lookup_invoice', { preimage: lock().preimage });
  await t.rejects(client.lookupInvoice({ paymentHash }), { code: 'wallet-response-invalid' }, 'a false preimage');
  answer('lookup_invoice', { invoice: 'lnbcrt1other' });
  await t.rejects(client.lookupInvoice({ invoice: 'lnbcrt1this' }), { code: 'wallet-response-invalid' });
  answer('make_invoice', { type: 'incoming', state: 'pending', invoice: 'lnbcrt1x', amount: 6 });
  await t.rejects(client.makeInvoice({ amountMsat: satsToMsat(5) }), { message: /another amount/ });
  answer('make_invoice', { type: 'incoming', state: 'pending', amount: 5_000 });
  await t.rejects(client.makeInvoice({ amountMsat: satsToMsat(5) }), { message: /made no invoice/ });
  answer('make_invoice', { invoice: 'lnbcrt1x', amount: 5_000 });
  await t.rejects(client.makeInvoice({ amountMsat: satsToMsat(5) }), { message: /pay itself/ });
  answer('pay_keysend', { preimage: lock().preimage });
  const keysend = { amountMsat: satsToMsat(5), pubkey: `02${paymentHash}`, preimage };
  await t.rejects(client.payKeysend(keysend), { code: 'payment-proof-invalid' });
});

t.test('one false preimage in a list is left out, the rest is told', async (t) => {
  const [one, other] = [lock(), lock()];
  const listed = ({ paymentHash, preimage }: typeof one) => ({
    type: 'outgoing',
    state: 'settled',
    payment_hash: paymentHash,
    amount: 5,
    created_at: 1,
    preimage,
  });
  const transactions = [listed(one), listed({ ...other, preimage: one.preimage })];
  const body = JSON.stringify({ result_type: 'list_transactions', result: { transactions } });
  const { client } = await stage(t, (heard, service) => service.reply(heard, body));
  const [first, second] = await client.listTransactions();
  t.equal(first?.preimage, one.preimage);
  t.equal(second?.preimage, undefined);
  t.equal(second?.paymentHash, other.paymentHash);
});

t.test(
  'two connections to one service are two wallets: what one was asked the other may know nothing of',
  async (t) => {
    const service = await ScriptedService.start(t, () => undefined);
    const { service: key, relays } = service.connection;
    const secrets = ['11', '22'].map((byte) => byte.repeat(32));
    const connections = secrets.map((secret) => new WalletConnection({ service: key, relays, secret }));
    const clients = await Promise.all(connections.map((connection) => openClient(t, connection)));
    t.not(clients[0]?.id, clients[1]?.id);
  },
);
