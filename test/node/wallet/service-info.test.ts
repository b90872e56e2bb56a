import t, { type Test } from 'tap';
import { RelayPool } from '../../../node/pool/relay-pool.ts';
import { ServiceInfo } from '../../../node/wallet/service-info.ts';
import type { KeyPair } from '../../../protocol/keypair.ts';
import { encodeWalletServiceInfo } from '../../../protocol/wallet/envelope.ts';
import { seededKeys } from '../../support/keys.ts';
import { type Script, ScriptedRelay } from '../../support/scripted-relay.ts';
import { seededRandom } from '../../support/seeded-random.ts';
import { eventually } from '../../support/swarm.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

const [service] = seededKeys('service') as [KeyPair];
const silent: Script = { onRequest: () => undefined };
const SAYS = { methods: ['get_info'], notifications: [], encryptions: ['nip04'] };

/** The service's info at these relays, by a clock that stands still. */
async function stage(t: Test, ...scripts: Script[]) {
  const relays = await Promise.all(scripts.map((script) => ScriptedRelay.start(script)));
  const clock = new VirtualClock();
  const pool = new RelayPool({ urls: relays.map(({ url }) => url), clock, random: seededRandom(1) });
  const info = new ServiceInfo({ pool, service: service.publicKey, clock });
  t.teardown(async () => {
    info.close();
    await pool.close();
    for (const relay of relays) await relay.close();
  });
  await eventually('all relays are asked', () => relays.every(({ latest }) => latest?.heard('REQ').length === 1));
  const event = (says = SAYS, laterSeconds = 0) =>
    service.sign(encodeWalletServiceInfo(says, Math.floor(clock.now() / 1_000) + laterSeconds));
  const send = (relay: number, ...message: [string, ...unknown[]]) =>
    relays[relay]?.latest?.send(message[0], relays[relay]?.latest?.heard('REQ')[0]?.[1], ...message.slice(1));
  const heard = () => pool.relays().reduce((sum, { stats }) => sum + stats.events, 0);
  return { clock, info, event, send, heard };
}

t.test('the first word of the service is enough, whoever else is silent', async (t) => {
  const { clock, info, event, send } = await stage(t, silent, silent);
  const asked = info.asked();
  send(1, 'EVENT', event());
  await asked;
  t.same(info.current, SAYS);
  t.equal(clock.now(), 1_700_000_000_000, 'without waiting');
  await info.asked();
});

t.test('when all relays hold nothing, nobody waits', async (t) => {
  const { clock, info } = await stage(t, {}, {});
  await info.asked();
  t.equal(info.current, undefined);
  t.equal(clock.now(), 1_700_000_000_000);
});

t.test(
  'a relay that is silent beside one that answers is waited for once, and a word that comes late counts',
  async (t) => {
    const { clock, info, event, send } = await stage(t, {}, silent);
    await clock.runUntil(info.asked());
    t.equal(clock.now(), 1_700_000_005_000);
    await info.asked();
    t.equal(info.current, undefined);
    send(1, 'EVENT', event());
    await eventually('it is heard', () => info.current !== undefined);
    t.same(info.current, SAYS);
  },
);

t.test('where no relay answers, each request waits for a while, and no longer than it may', async (t) => {
  const { clock, info } = await stage(t, silent);
  await clock.runUntil(info.asked());
  t.equal(clock.now(), 1_700_000_005_000);
  await clock.runUntil(info.asked(100));
  t.equal(clock.now(), 1_700_000_005_100);
});

t.test('the newest word counts, in whatever order they come', async (t) => {
  const { info, event, send, heard } = await stage(t, silent);
  const newer = { ...SAYS, encryptions: ['nip44_v2'] };
  send(0, 'EVENT', event(newer, 2));
  await info.asked();
  send(0, 'EVENT', event(SAYS, 1));
  await eventually('the older is heard', () => heard() === 2);
  t.same(info.current, newer);
  send(0, 'EVENT', event(SAYS, 3));
  await eventually('the newest is heard', () => heard() === 3);
  t.same(info.current, SAYS);
});

t.test('of two words of one second the lower id counts, as for any replaceable event', async (t) => {
  const { info, event, send, heard } = await stage(t, silent);
  const [low, high] = [event(), event({ ...SAYS, methods: ['pay_invoice'] })].sort((one, other) =>
    one.id < other.id ? -1 : 1,
  );
  send(0, 'EVENT', low);
  await info.asked();
  send(0, 'EVENT', high);
  await eventually('both are heard', () => heard() === 2);
  t.same(info.current?.methods.join(' '), low?.content);
});
