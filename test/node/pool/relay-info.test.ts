import t, { type Test } from 'tap';
import { ASSUMED_INFO, fetchRelayInfo } from '../../../node/pool/relay-info.ts';
import { RelayPool } from '../../../node/pool/relay-pool.ts';
import { realRandom } from '../../../node/random.ts';
import { type Script, ScriptedRelay, tells } from '../../support/scripted-relay.ts';
import { hurriedClock } from '../../support/swarm.ts';

async function ask(t: Test, onHttp: NonNullable<Script['onHttp']>) {
  const relay = await ScriptedRelay.start({ onHttp });
  t.teardown(() => relay.close());
  return fetchRelayInfo(relay.url, hurriedClock());
}

t.test('a relay that tells its limits is believed', async (t) => {
  const document = { limitation: { max_message_length: 131_072, max_limit: 1_000, default_limit: 200 } };
  t.same(await ask(t, tells(document)), { info: { messageBytesMax: 131_072, storedEventsMax: 200 } });
});

t.test('limits that no relay can mean count as not told', async (t) => {
  const document = { limitation: { max_message_length: 10, max_limit: 'many', default_limit: -1 } };
  t.same(await ask(t, tells(document)), { info: ASSUMED_INFO });
});

const UNHELPFUL: [what: string, onHttp: NonNullable<Script['onHttp']>, fault: RegExp][] = [
  ['has no document', (_request, response) => response.writeHead(404).end(), /404/],
  ['tells something else than JSON', (_request, response) => response.end('<html>'), /JSON/],
  ['tells a list', tells([1, 2]), /./],
  ['sends without end', (_request, response) => void response.write('x'.repeat(100_000)), /too long/],
  ['never answers', () => undefined, /within 3000 ms/],
  ['hangs up', (request) => request.socket.destroy(), /./],
];

for (const [what, onHttp, fault] of UNHELPFUL) {
  t.test(`a relay that ${what} is assumed to take 64 KiB`, async (t) => {
    const outcome = await ask(t, onHttp);
    t.same(outcome.info, ASSUMED_INFO);
    t.match(outcome.fault, fault);
  });
}

t.test('the pool tells the limit of each relay and the least of all', async (t) => {
  const large = await ScriptedRelay.start({ onHttp: tells({ limitation: { max_message_length: 1_000_000 } }) });
  const unknown = await ScriptedRelay.start();
  const pool = new RelayPool({ urls: [large.url, unknown.url], clock: hurriedClock(), random: realRandom() });
  t.teardown(async () => {
    await pool.close();
    await Promise.all([large.close(), unknown.close()]);
  });
  t.equal(pool.messageBytesMax(large.url), 65_536, 'cautious until told');
  await pool.ready();
  t.equal(pool.messageBytesMax(large.url), 1_000_000);
  t.equal(pool.messageBytesMax(), 65_536);
});
