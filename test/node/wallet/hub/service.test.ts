import { randomBytes } from 'node:crypto';
import t from 'tap';
import { realClock } from '../../../../node/clock.ts';
import { RelayPool } from '../../../../node/pool/relay-pool.ts';
import { realRandom } from '../../../../node/random.ts';
import { Relay } from '../../../../node/relay/server.ts';
import { Hub } from '../../../../node/wallet/hub.ts';
import { NwcClient } from '../../../../node/wallet/nwc-client.ts';
import { KeyPair } from '../../../../protocol/keypair.ts';
import { msat } from '../../../../protocol/money.ts';
import { WalletConnection } from '../../../../protocol/wallet/uri.ts';
import { HubStage } from '../../../support/hub-stage.ts';
import { eventually, hurriedClock, newKeys } from '../../../support/swarm.ts';
import { settled } from '../../../support/virtual-clock.ts';

t.test('it serves on several relays as one, and says so again on one that comes back empty', async (t) => {
  const startRelay = (port = 0) => Relay.start({ port, clock: Date.now, randomBytes });
  const relays = [await startRelay(), await startRelay()];
  const urls = relays.map(({ url }) => url);
  const [clock, random] = [hurriedClock(), realRandom()];
  const pool = new RelayPool({ urls, clock, random });
  await pool.ready();
  const nodeSecret = randomBytes(32);
  const hub = await Hub.open({ store: 'memory', keys: newKeys(), nodeSecret, pool, clock: realClock(), random });
  const secrets = [1, 2].map(() => randomBytes(32));
  for (const [index, secret] of secrets.entries()) {
    const clientPublicKey = new KeyPair(secret, randomBytes).publicKey;
    await hub.admit({ clientPublicKey, name: `client ${index}`, fundMsat: 1_000 });
  }
  const connect = (secret: Buffer, relays: string[]) => {
    const connection = new WalletConnection({ service: hub.publicKey, relays, secret: secret.toString('hex') });
    return new NwcClient({ connection, clock, random });
  };
  const both = connect(secrets[0]!, urls);
  await both.ready();
  const payee = connect(secrets[1]!, [urls[1]!]);
  const { invoice } = await payee.makeInvoice({ amountMsat: msat(300) });
  await both.pay(both.preparePayment({ invoice: invoice!, expiresAt: Math.floor(Date.now() / 1_000) + 60 }));
  t.equal(await payee.getBalance(), 1_300, 'a request that came by two relays was executed once');

  await relays[0]!.close();
  relays[0] = await startRelay(Number(new URL(urls[0]!).port));
  await eventually('the hub is back on the relay', () => pool.relays()[0]!.stats.opened === 2);
  const late = connect(secrets[0]!, [urls[0]!]);
  await late.ready();
  t.equal(await late.getBalance(), 700);
  await Promise.all([both.close(), payee.close(), late.close()]);
  await hub.close();
  await pool.close();
  await Promise.all(relays.map((relay) => relay.close()));
});

t.test('nothing but its introduction leaves it unsealed', async (t) => {
  const stage = await HubStage.open(t);
  const payer = await stage.client('payer', { fundMsat: 100 });
  const payee = await stage.client('payee');
  const { invoice } = await payee.result('make_invoice', { amount: 9 });
  await payer.ask('pay_invoice', { invoice }, { encryption: 'nip04' });
  await payer.ask('get_info', {}, { encryption: 'nip44_v9' });
  await stage.stranger('nobody').ask('get_info', {}, { encryption: 'nip04' });
  const sealed = stage.pool.published.filter(({ kind }) => kind !== 13194);
  t.ok(sealed.length >= 6);
  for (const { content } of sealed) t.match(content, /^[A-Za-z0-9+/]+=*(\?iv=[A-Za-z0-9+/=]+)?$/);
});

t.test('closing answers what is under way, and then takes nothing more', async (t) => {
  const stage = await HubStage.open(t, 'disk');
  const payer = await stage.client('payer', { fundMsat: 100 });
  const payee = await stage.client('payee');
  const { invoice } = await payee.result('make_invoice', { amount: 9 });
  const answered = payer.ask('pay_invoice', { invoice });
  const closed = stage.hub.close();
  t.match(await answered, { error: null });
  await closed;
  t.equal(stage.hub.close(), closed, 'twice is once');
  stage.pool.send(payer.request('get_balance'));
  await settled();
  await t.rejects(stage.hub.balanceMsat(payer.publicKey), { code: 'store-failed' });
  await stage.start();
  t.equal(await stage.hub.balanceMsat(payee.publicKey), 9);
});
