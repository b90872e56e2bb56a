import t, { type Test } from 'tap';
import { Announcer } from '../../../node/swarm/announcer.ts';
import type { VerifiedEvent } from '../../../protocol/event.ts';
import { expirationOf, tagValue } from '../../../protocol/event.ts';
import { ANNOUNCEMENT_SECONDS } from '../../../protocol/limits.ts';
import { CuttingProxy } from '../../support/cutting-proxy.ts';
import { ANNOUNCEMENT, eventually, newKeys, Swarm } from '../../support/swarm.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

async function stage(t: Test) {
  const swarm = await Swarm.start();
  const proxy = await CuttingProxy.start(swarm.relay.url);
  t.teardown(async () => {
    await swarm.close();
    await proxy.close();
  });
  const seen: VerifiedEvent[] = [];
  swarm.relay.onEvent((event) => seen.push(event));
  const clock = new VirtualClock(Date.now());
  const keys = newKeys();
  const log = () => undefined;
  const announcer = new Announcer({
    keys,
    pool: swarm.pool({ urls: [proxy.url] }),
    clock,
    announcement: () => ANNOUNCEMENT,
    log,
  });
  return { swarm, proxy, seen, clock, keys, announcer };
}

t.test('an announcement is made again at half of its life', async (t) => {
  const { announcer, seen, clock } = await stage(t);
  await announcer.start();
  t.equal(expirationOf(seen[0]!), seen[0]!.created_at + ANNOUNCEMENT_SECONDS);
  await clock.step();
  await eventually('the second', () => seen.length === 2);
  t.equal(seen[1]!.created_at - seen[0]!.created_at, ANNOUNCEMENT_SECONDS / 2);
  await announcer.stop();
});

t.test('a relay that comes back is told again: it may have forgotten', async (t) => {
  const { announcer, seen, proxy } = await stage(t);
  await announcer.start();
  proxy.cut();
  await eventually('the second', () => seen.length === 2);
  t.ok(seen[1]!.created_at > seen[0]!.created_at, 'two versions never share a second');
  await announcer.stop();
});

t.test('at the end the announcement is emptied and deleted', async (t) => {
  const { announcer, seen, keys, clock } = await stage(t);
  await announcer.start();
  await announcer.stop();
  t.same(
    seen.slice(1).map(({ kind, content }) => [kind, content]),
    [
      [31_990, ''],
      [5, ''],
    ],
  );
  t.equal(tagValue(seen[2]!, 'a'), `31990:${keys.publicKey}:pylon-rlm`);
  t.ok(seen[2]!.created_at >= seen[1]!.created_at, 'the deletion reaches every version');
  t.equal(clock.pending, 0);
});
