import { randomBytes } from 'node:crypto';
import t, { type Test } from 'tap';
import type { WalletNotification } from '../../../node/wallet/port.ts';
import { KeyPair } from '../../../protocol/keypair.ts';
import { satsToMsat } from '../../../protocol/money.ts';
import { encodeWalletNotification, encodeWalletResult } from '../../../protocol/wallet/body.ts';
import { type WalletEncryption, walletNotificationEvent } from '../../../protocol/wallet/envelope.ts';
import type { Transaction } from '../../../protocol/wallet/transaction.ts';
import { openClient } from '../../support/hub-fixture.ts';
import { ScriptedService } from '../../support/scripted-service.ts';
import { eventually } from '../../support/swarm.ts';
import { lock } from './conformance/bench.ts';

const nowSeconds = () => Math.floor(Date.now() / 1_000);

function received(amountSats: number, keys = lock()): Transaction {
  const amounts = { amountMsat: satsToMsat(amountSats), feesPaidMsat: satsToMsat(0) };
  return { type: 'incoming', state: 'settled', ...keys, ...amounts, createdAt: nowSeconds(), settledAt: nowSeconds() };
}

async function stage(t: Test, encryptions: readonly string[] = ['nip44_v2', 'nip04']) {
  const answer = encodeWalletResult('get_balance', satsToMsat(5));
  const service = await ScriptedService.start(t, (heard, service) => service.reply(heard, answer), encryptions);
  const log: string[] = [];
  const client = await openClient(t, service.connection, { log: (line) => log.push(line) });
  const heard: WalletNotification[] = [];
  client.subscribe((notification) => heard.push(notification));
  await client.getBalance(); // its subscription came to the relay before this did
  const tell = (
    transaction: Transaction,
    { encryption = 'nip44_v2', keys = service.keys, to = service.client, body = '' } = {} as {
      encryption?: WalletEncryption;
      keys?: KeyPair;
      to?: string;
      body?: string;
    },
  ) => {
    const text = body === '' ? encodeWalletNotification({ type: 'payment_received', transaction }) : body;
    const sealed = encryption === 'nip04' ? keys.legacySealFor(to, text) : keys.sealFor(to, text);
    return service.publish(walletNotificationEvent({ sealed, client: to, encryption, createdAt: nowSeconds() }), keys);
  };
  return { service, client, heard, log, tell };
}

const amounts = (heard: WalletNotification[]) => heard.map(({ transaction }) => transaction.amountMsat);

t.test('what a service tells in both encryptions is heard once', async (t) => {
  const { heard, tell } = await stage(t);
  const transaction = received(1);
  await tell(transaction, { encryption: 'nip04' });
  await tell(transaction);
  await tell(received(2));
  await eventually('both payments are heard of', () => heard.length >= 2);
  t.same(heard[0], { type: 'payment_received', transaction });
  t.same(amounts(heard), [1_000, 2_000]);
});

t.test('a service of the old encryption is heard in it', async (t) => {
  const { heard, tell } = await stage(t, ['nip04']);
  await tell(received(1));
  await tell(received(2), { encryption: 'nip04' });
  await eventually('the payment is heard of', () => heard.length >= 1);
  t.same(amounts(heard), [2_000]);
});

t.test('strangers, and what the service tells others, are not heard', async (t) => {
  const { heard, log, tell } = await stage(t);
  await tell(received(1), { keys: KeyPair.generate(randomBytes) });
  await tell(received(2), { to: KeyPair.generate(randomBytes).publicKey });
  await tell(received(3));
  await eventually('the payment is heard of', () => heard.length >= 1);
  t.same(amounts(heard), [3_000]);
  t.same(log, [], 'nor worth a word');
});

t.test('what cannot be read is passed over with a line in the log that quotes nothing of it', async (t) => {
  const { heard, log, tell } = await stage(t);
  const { preimage } = lock();
  await tell(received(1), { body: `{"preimage":"${preimage}"` });
  await tell(received(1), { body: JSON.stringify({ notification_type: 'lunch', notification: { preimage } }) });
  await tell(received(3));
  await eventually('the payment is heard of', () => heard.length >= 1);
  t.equal(log.length, 2);
  t.notMatch(log.join('\n'), preimage);
});

t.test('a false preimage is not passed on', async (t) => {
  const { heard, tell } = await stage(t);
  await tell(received(1, { ...lock(), preimage: lock().preimage }));
  await eventually('the payment is heard of', () => heard.length >= 1);
  t.equal(heard[0]?.transaction.preimage, undefined);
});

t.test('one listener that fails does not keep the others from hearing', async (t) => {
  const { client, heard, log, tell } = await stage(t);
  const later: unknown[] = [];
  client.subscribe(() => {
    throw new Error('broken');
  });
  client.subscribe((notification) => later.push(notification));
  await tell(received(1));
  await eventually('all others heard', () => later.length === 1 && heard.length === 1);
  t.match(log, [/could not be handled: broken/]);
});
