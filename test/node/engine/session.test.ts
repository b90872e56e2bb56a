import t from 'tap';
import { openSession } from '../../../node/engine/session.ts';
import { RelayPool } from '../../../node/pool/relay-pool.ts';
import { realRandom } from '../../../node/random.ts';
import { Relay } from '../../../node/relay/server.ts';
import { encodeAnnouncement } from '../../../protocol/handler.ts';
import { seededBytes } from '../../support/keys.ts';
import { ANNOUNCEMENT, eventually, hurriedClock, newKeys } from '../../support/swarm.ts';

t.test('a relay that was away when the session began brings its offers once it is there', async (t) => {
  const clock = hurriedClock();
  const random = realRandom();
  const relayOn = (port: number) =>
    Relay.start({ port, clock: () => clock.now(), randomBytes: seededBytes('session') });
  const first = await relayOn(0);
  const { url } = first;
  await first.close();
  const notices: string[] = [];
  const ports = { clock, random, notice: (line: string) => notices.push(line) };
  const session = await openSession(ports, [url], newKeys(), false);
  t.teardown(() => session.close());
  t.same(session.market.offers(), []);
  t.match(notices.join('\n'), /the local backend stands in/);
  const again = await relayOn(Number(new URL(url).port));
  t.teardown(() => again.close());
  const pool = new RelayPool({ urls: [url], clock, random });
  t.teardown(() => pool.close());
  await pool.publish(newKeys().sign(encodeAnnouncement(ANNOUNCEMENT, Math.floor(clock.now() / 1_000))));
  await eventually('the offer is heard', () => session.market.offers().length === 1);
});
