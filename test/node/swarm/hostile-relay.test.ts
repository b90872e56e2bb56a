// What a relay may send that none should: counted per relay, never believed, never fatal, and not for long.
import t, { type Test } from 'tap';
import { RelayPool, type RelayPoolOptions } from '../../../node/pool/relay-pool.ts';
import type { RelayStats } from '../../../node/pool/relay-stats.ts';
import { realRandom } from '../../../node/random.ts';
import type { VerifiedEvent } from '../../../protocol/event.ts';
import { ScriptedRelay, type Visitor } from '../../support/scripted-relay.ts';
import { eventually, hurriedClock, newKeys } from '../../support/swarm.ts';

const keys = newKeys();
const now = () => Math.floor(Date.now() / 1_000);

function note(content: string, createdAt = now()): VerifiedEvent {
  return keys.sign({ kind: 1, created_at: createdAt, tags: [], content });
}

interface Case {
  readonly relay: ScriptedRelay;
  readonly pool: RelayPool;
  readonly events: VerifiedEvent[];
  stats(): Readonly<RelayStats>;
}

/** A relay that sends `attack` once somebody has subscribed to kind 1. */
async function attacked(
  t: Test,
  attack: (visitor: Visitor, subscription: string) => void,
  options: Partial<RelayPoolOptions> = {},
): Promise<Case> {
  const relay = await ScriptedRelay.start({ onRequest: attack });
  t.teardown(() => relay.close());
  const pool = new RelayPool({ urls: [relay.url], clock: hurriedClock(), random: realRandom(), ...options });
  t.teardown(() => pool.close());
  const events: VerifiedEvent[] = [];
  pool.subscribe([{ kinds: [1] }], { onEvent: (event) => events.push(event) });
  return { relay, pool, events, stats: () => pool.relays()[0]!.stats };
}

t.test('a forged event is dropped, and does not shut out the real one with the same id', async (t) => {
  const real = note('real');
  const { events, stats } = await attacked(t, (visitor, id) => {
    visitor.send('EVENT', id, { ...real, content: 'forged' });
    visitor.send('EVENT', id, { ...real, sig: '0'.repeat(128) });
    visitor.send('EVENT', id, real);
  });
  await eventually('the real one', () => events.length === 1);
  t.same(events, [real]);
  t.match(stats(), { forged: 2, events: 1 });
});

t.test('a known id over another body is dropped, in every subscription', async (t) => {
  const real = note('real');
  const { pool, events, stats } = await attacked(t, (visitor, id) => {
    visitor.send('EVENT', id, id === 's1' ? real : { ...real, content: 'swapped' });
  });
  await eventually('the real one', () => events.length === 1);
  const others: VerifiedEvent[] = [];
  pool.subscribe([{ kinds: [1] }], { onEvent: (event) => others.push(event) });
  await eventually('the forgery', () => stats().forged === 1);
  t.same(others, []);
});

t.test(
  'events without the structure of one, of the future, or that nobody asked for are counted and dropped',
  async (t) => {
    const marker = note('marker');
    const { events, stats } = await attacked(t, (visitor, id) => {
      for (const value of [null, 7, 'event', [], {}, { ...marker, id: 'short' }, { ...marker, tags: [1] }])
        visitor.send('EVENT', id, value);
      visitor.send('EVENT', id, note('of the future', now() + 3_600));
      visitor.send('EVENT', id, keys.sign({ kind: 2, created_at: now(), tags: [], content: 'unasked' }));
      visitor.send('EVENT', 'no-such-subscription', marker);
      visitor.send('EVENT', id, marker);
    });
    await eventually('the marker', () => events.length === 1);
    t.match(stats(), { invalid: 7, future: 1, unasked: 1, unwanted: 1, events: 1 });
  },
);

t.test('messages that are none are counted, and the line lives on', async (t) => {
  const marker = note('marker');
  const { events, stats } = await attacked(t, (visitor, id) => {
    for (const text of ['', '{', 'null', '[]', '{"a":1}', '["HELLO"]', `[${'['.repeat(5_000)}`])
      visitor.socket.send(text);
    visitor.socket.send(Buffer.from('["NOTICE","as bytes"]'), { binary: true });
    visitor.send('OK');
    visitor.send('OK', 7, 'yes', {});
    visitor.send('EOSE', null);
    visitor.send('CLOSED', {}, []);
    visitor.send('AUTH', { a: 1 });
    visitor.send('NOTICE', { a: 1 });
    visitor.send('EVENT', id, marker);
  });
  await eventually('the marker', () => events.length === 1);
  t.match(stats(), { garbage: 8, notices: 1, opened: 1 });
});

t.test('a relay that does nothing but wrong is cut off after 100 messages and left alone', async (t) => {
  const lines: string[] = [];
  const { pool, stats } = await attacked(
    t,
    (visitor) => {
      for (let count = 0; count < 500; count += 1) visitor.socket.send('garbage');
    },
    { log: (line) => lines.push(line) },
  );
  await eventually('the cut', () => pool.relays()[0]!.status === 'waiting');
  t.equal(stats().garbage, 100);
  t.ok(pool.relays()[0]!.failures > 10, 'it waits as for a relay that is long dead');
  t.match(lines.join(), /100 wrong messages/);
});

t.test('a frame of 100 MB ends the line at its header and is counted', async (t) => {
  const { pool, stats } = await attacked(t, (visitor) => visitor.announceFrame(100 * 1024 * 1024));
  await eventually('the cut', () => pool.relays()[0]!.status === 'waiting');
  t.match(stats(), { oversized: 1, lost: 1 });
});

t.test('what the relay of this same process sends was verified there, and is not verified twice', async (t) => {
  const unsigned = { ...note('by our own relay'), sig: '0'.repeat(128) };
  const relay = await ScriptedRelay.start({ onRequest: (visitor, id) => visitor.send('EVENT', id, unsigned) });
  t.teardown(() => relay.close());
  const options = { urls: [relay.url], clock: hurriedClock(), random: realRandom() };
  const pool = new RelayPool({ ...options, trustedUrls: new Set([`${relay.url}/`]) });
  t.teardown(() => pool.close());
  const events: VerifiedEvent[] = [];
  pool.subscribe([{ kinds: [1] }], { onEvent: (event) => events.push(event) });
  await eventually('the event', () => events.length === 1);
  t.equal(events[0]?.id, unsigned.id);
});
