import { randomBytes } from 'node:crypto';
import t, { type Test } from 'tap';
import { realClock } from '../../../node/clock.ts';
import { realRandom } from '../../../node/random.ts';
import { Relay } from '../../../node/relay/server.ts';
import { NwcClient } from '../../../node/wallet/nwc-client.ts';
import type { WalletConnection } from '../../../protocol/wallet/uri.ts';
import { albySdk } from '../../support/alby-sdk.ts';
import { serveByAlby } from '../../support/alby-service.ts';
import { memoryWallets } from '../../support/memory-wallet.ts';
import { seededRandom } from '../../support/seeded-random.ts';
import { walletConformance } from './conformance.ts';

async function startRelay(t: Test): Promise<Relay> {
  const relay = await Relay.start({ clock: Date.now, randomBytes });
  t.teardown(() => relay.close());
  return relay;
}

async function connect(t: Test, connection: WalletConnection): Promise<NwcClient> {
  const client = new NwcClient({ connection, clock: realClock(), random: realRandom() });
  t.teardown(() => client.close());
  await client.ready();
  return client;
}

t.test('our client and the service of the Alby SDK are a wallet together', async (t) => {
  const sdk = await albySdk(t);
  const relay = await startRelay(t);
  const { bank, ...memory } = memoryWallets(seededRandom(2));
  const before = bank.totalMsat();
  const serve = async (wallet: typeof memory.payer) => {
    const secret = () => randomBytes(32).toString('hex');
    const served = { wallet, relayUrl: relay.url, walletSecret: secret(), clientSecret: secret() };
    return connect(t, await serveByAlby(t, sdk, served));
  };
  await walletConformance(t, {
    payer: await serve(memory.payer),
    payee: await serve(memory.payee),
    nowSeconds: memory.nowSeconds,
    lacks: new Set(['hold', 'notifications']),
  });
  t.equal(bank.totalMsat(), before, 'no msat was made or lost');
});
