import { randomBytes } from 'node:crypto';
import t, { type Test } from 'tap';
import { Relay } from '../../../node/relay/server.ts';
import { albySdk } from '../../support/alby-sdk.ts';
import { serveByAlby } from '../../support/alby-service.ts';
import { AlbyWallet } from '../../support/alby-wallet.ts';
import { openClient, startHub } from '../../support/hub-fixture.ts';
import { memoryWallets } from '../../support/memory-wallet.ts';
import { seededRandom } from '../../support/seeded-random.ts';
import { walletConformance } from './conformance.ts';

async function startRelay(t: Test): Promise<Relay> {
  const relay = await Relay.start({ clock: Date.now, randomBytes });
  t.teardown(() => relay.close());
  return relay;
}

for (const isLegacy of [false, true]) {
  t.test(
    `our client and the service of the Alby SDK are a wallet together${isLegacy ? ', in NIP-04' : ''}`,
    async (t) => {
      const sdk = await albySdk(t);
      const relay = await startRelay(t);
      const { bank, ...memory } = memoryWallets(seededRandom(2));
      const before = bank.totalMsat();
      const serve = async (wallet: typeof memory.payer) => {
        const secret = () => randomBytes(32).toString('hex');
        const served = { wallet, relayUrl: relay.url, walletSecret: secret(), clientSecret: secret(), isLegacy };
        return openClient(t, await serveByAlby(t, sdk, served));
      };
      await walletConformance(t, {
        payer: await serve(memory.payer),
        payee: await serve(memory.payee),
        nowSeconds: memory.nowSeconds,
        lacks: new Set(['hold', 'notifications']),
      });
      t.equal(bank.totalMsat(), before, 'no msat was made or lost');
    },
  );
}

const nowSeconds = () => Math.floor(Date.now() / 1_000);

t.test('our client and our hub are a wallet together', async (t) => {
  const { hub, connect } = await startHub(t);
  const [payer, payee] = [await openClient(t, await connect(1_000)), await openClient(t, await connect(0))];
  await walletConformance(t, { payer, payee, nowSeconds });
  await hub.verify();
});

t.test('the client of the Alby SDK and our hub are a wallet together', async (t) => {
  const sdk = await albySdk(t);
  const { hub, connect } = await startHub(t);
  const open = async (fundSats: number) => {
    const wallet = new AlbyWallet(sdk, (await connect(fundSats)).reveal());
    t.teardown(() => wallet.close());
    return wallet;
  };
  // The SDK takes no transaction without an invoice, though NIP-47 makes it optional.
  const lacks = new Set(['keysend lookup'] as const);
  await walletConformance(t, { payer: await open(1_000), payee: await open(0), nowSeconds, lacks });
  await hub.verify();
});
