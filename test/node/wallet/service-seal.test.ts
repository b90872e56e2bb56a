import t from 'tap';
import { realClock } from '../../../node/clock.ts';
import { realRandom } from '../../../node/random.ts';
import { NwcClient } from '../../../node/wallet/nwc-client.ts';
import { satsToMsat } from '../../../protocol/money.ts';
import { encodeWalletResult } from '../../../protocol/wallet/body.ts';
import { openClient } from '../../support/hub-fixture.ts';
import { ScriptedService, type ServiceScript } from '../../support/scripted-service.ts';

const answering: ServiceScript = (heard, service) =>
  service.reply(heard, encodeWalletResult('get_balance', satsToMsat(5)));

for (const [offers, expected] of [
  [['nip44_v2'], 'nip44_v2'],
  [['nip04', 'nip44_v2'], 'nip44_v2'],
  [['nip04'], 'nip04'],
  ['no tag', 'nip04'],
  ['silence', 'nip44_v2'],
] as const) {
  const says = `offers ${[offers].flat().join(' and ')}`;
  t.test(`a service that ${says} is spoken to in ${expected}`, async (t) => {
    const service = await ScriptedService.start(t, answering, offers);
    const client = await openClient(t, service.connection);
    t.equal(await client.getBalance(), 5_000);
    t.same(
      service.heard.map(({ encryption }) => encryption),
      [expected],
    );
  });
}

t.test('a service that speaks nothing of ours is told so, and sent nothing', async (t) => {
  const service = await ScriptedService.start(t, answering, ['nip99']);
  const client = await openClient(t, service.connection);
  await t.rejects(client.getBalance(), { code: 'wallet-unsupported-encryption' });
  t.throws(() => client.preparePayment({ invoice: 'lnbcrt1x', expiresAt: 4e9 }), {
    code: 'wallet-unsupported-encryption',
  });
  t.same(service.heard, []);
});

t.test(
  'a service that learns something newer is spoken to in it, and an older word of it changes nothing',
  async (t) => {
    const service = await ScriptedService.start(t, answering, 'no tag');
    const client = await openClient(t, service.connection);
    const now = Math.floor(Date.now() / 1_000);
    await service.offer(['nip44_v2', 'nip04'], now + 2);
    await service.offer('no tag', now + 1);
    t.equal(await client.getBalance(), 5_000);
    t.same(
      service.heard.map(({ encryption }) => encryption),
      ['nip44_v2'],
    );
  },
);

t.test('what the service says is awaited by itself: a request may come before it', async (t) => {
  const service = await ScriptedService.start(t, answering, ['nip04']);
  const client = new NwcClient({ connection: service.connection, clock: realClock(), random: realRandom() });
  t.teardown(() => client.close());
  t.equal(await client.getBalance(), 5_000);
  t.equal(service.heard[0]?.encryption, 'nip04');
});
