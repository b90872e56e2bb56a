import t from 'tap';
import type { WebSocket } from 'ws';
import type { Policy } from '../../../node/relay/policies.ts';
import type { EventStore } from '../../../node/relay/store/event-store.ts';
import { MemoryStore } from '../../../node/relay/store/memory-store.ts';
import { inThreadVerifier } from '../../../node/relay/verifier.ts';
import type { NostrEvent } from '../../../protocol/event.ts';

import { alice, connectClient, NOW, note, startRelay } from '../../support/relay-fixture.ts';

/** The next text a socket gets that begins so. */
function text(socket: WebSocket, beginning: string): Promise<string> {
  return new Promise((resolve) => {
    socket.on('message', (data) => {
      if (String(data).startsWith(beginning)) resolve(String(data));
    });
  });
}

t.test('subscribers get the bytes that the publisher wrote, live and stored', async (t) => {
  const relay = await startRelay(t);
  const [reader, writer] = [await connectClient(t, relay.url), await connectClient(t, relay.url)];
  await reader.request('live', { kinds: [1] });
  const { id, pubkey, created_at, kind, tags, sig } = note('A');
  const raw = `{ "sig":"${sig}","content":"\\u0041", "kind":${kind},"tags":${JSON.stringify(tags)},"created_at":${created_at},"pubkey":"${pubkey}","id":"${id}" }`;
  const live = text(reader.socket, '["EVENT"');
  writer.socket.send(`["EVENT",${raw}]`);
  t.equal(await live, `["EVENT","live",${raw}]`);
  const stored = text(writer.socket, '["EVENT"');
  await writer.request('stored', { ids: [id] });
  t.equal(await stored, `["EVENT","stored",${raw}]`);
});

t.test('what an event holds beyond its seven fields is not handed on', async (t) => {
  const relay = await startRelay(t);
  const one = await connectClient(t, relay.url);
  const event = note('slim');
  const sent = { ...event, extra: 'x'.repeat(1_000) };
  t.equal((await one.publish(sent)).accepted, true);
  const stored = text(one.socket, '["EVENT"');
  await one.request('s', { ids: [event.id] });
  const { id, pubkey, created_at, kind, tags, content, sig } = event;
  t.equal(await stored, `["EVENT","s",${JSON.stringify({ id, pubkey, created_at, kind, tags, content, sig })}]`);
});

t.test('a known id is not verified again, a forged one is counted and never becomes known', async (t) => {
  let verified = 0;
  const verifier = {
    ...inThreadVerifier,
    verify: (event: NostrEvent) => {
      verified += 1;
      return inThreadVerifier.verify(event);
    },
  };
  const relay = await startRelay(t, { verifier });
  const one = await connectClient(t, relay.url);
  const event = note('once');
  await one.publish({ ...event, sig: '00'.repeat(64) });
  for (let times = 0; times < 5; times += 1) await one.publish(event);
  t.equal(verified, 2);
  t.match(relay.stats, { forgeries: 1, duplicates: 4, eventsAccepted: 1, eventsReceived: 6 });
});

t.test('an ephemeral event is known too, although it is not stored', async (t) => {
  const relay = await startRelay(t);
  const one = await connectClient(t, relay.url);
  await one.request('live', { kinds: [20_001] });
  const event = alice.sign({ kind: 20_001, created_at: NOW, tags: [], content: '' });
  await one.publish(event);
  t.match(await one.publish(event), { accepted: true, text: /^duplicate: / });
  await one.settled();
  t.equal(one.takeEvents('live').length, 1);
});

t.test('an event whose body the store has let go of is still a duplicate', async (t) => {
  const relay = await startRelay(t, { store: new MemoryStore({ ringBytesMax: 5_000 }) });
  const one = await connectClient(t, relay.url);
  const first = note('first');
  await one.publish(first);
  for (let index = 0; index < 10; index += 1) await one.publish(note(`${index}`.padEnd(1_000)));
  t.same(await one.query({ ids: [first.id] }), []);
  t.match(await one.publish(first), { accepted: true, text: /^duplicate: / });
  t.ok(relay.stats.store.evicted > 0);
});

t.test('policies refuse before anything is verified, and their words reach the client', async (t) => {
  const policy: Policy = {
    name: 'no loud notes',
    event: (event) => (event.content === event.content.toUpperCase() ? 'blocked: too loud' : undefined),
    request: (filters) => (filters.some(({ ids }) => ids !== undefined) ? 'restricted: not by id' : undefined),
  };
  const relay = await startRelay(t, { policies: [policy] });
  const one = await connectClient(t, relay.url);
  t.same(await one.publish({ ...note('LOUD'), sig: '00'.repeat(64) }), { accepted: false, text: 'blocked: too loud' });
  t.equal(relay.stats.forgeries, 0);
  t.equal((await one.publish(note('quiet'))).accepted, true);
  one.send('REQ', 's', { ids: ['ab'.repeat(32)] });
  t.equal(await one.closedReason('s'), 'restricted: not by id');
});

t.test('hooks see each accepted event once; one that throws harms nothing', async (t) => {
  const lines: string[] = [];
  const relay = await startRelay(t, { log: (line) => lines.push(line) });
  const seen: string[] = [];
  relay.onEvent(() => {
    throw new TypeError('a broken hook');
  });
  const end = relay.onEvent(({ id }, raw) => seen.push(`${id} ${JSON.parse(Buffer.from(raw).toString()).id}`));
  const one = await connectClient(t, relay.url);
  const event = note('seen');
  await one.publish(event);
  await one.publish(event);
  await one.publish({ ...note('forged'), sig: '00'.repeat(64) });
  end();
  await one.publish(note('after'));
  t.same(seen, [`${event.id} ${event.id}`]);
  t.equal(relay.stats.faults, 2);
  t.match(lines[0], /a broken hook/);
});

t.test('when the store fails the event is refused as an error and may be sent again', async (t) => {
  const memory = new MemoryStore();
  let isBroken = true;
  const store: EventStore = {
    has: (id) => memory.has(id),
    isDeleted: (event) => memory.isDeleted(event),
    put: (...values) => memory.put(...values),
    flushed: () => (isBroken ? Promise.reject(new Error('disk full')) : undefined),
    query: () => {
      throw new Error('disk gone');
    },
    get stats() {
      return memory.stats;
    },
    close: () => memory.close(),
  };
  const relay = await startRelay(t, { store });
  const one = await connectClient(t, relay.url);
  t.match(await one.publish(note('x')), { accepted: false, text: /^error: / });
  isBroken = false;
  t.match(await one.publish(note('y')), { accepted: true });
  one.send('REQ', 's', { kinds: [1] });
  t.match(await one.closedReason('s'), /^error: /);
  one.send('COUNT', 'c', { kinds: [1] });
  t.match(await one.closedReason('c'), /^error: /);
  t.equal(relay.stats.faults, 3);
});
