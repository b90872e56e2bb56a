import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, get, type IncomingMessage, request } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import t, { type Test } from 'tap';
import { WebSocket } from 'ws';
import { authRequired, type Policy } from '../../../node/relay/policies.ts';
import { Relay, type RelayOptions } from '../../../node/relay/server.ts';
import type { EventStore } from '../../../node/relay/store/event-store.ts';
import { MemoryStore } from '../../../node/relay/store/memory-store.ts';
import { inThreadVerifier, noVerifier } from '../../../node/relay/verifier.ts';
import type { NostrEvent } from '../../../protocol/event.ts';
import type { KeyPair } from '../../../protocol/keypair.ts';
import { seededBytes, seededKeys } from '../../support/keys.ts';
import { RelayClient } from '../../support/relay-client.ts';

const NOW = 1_800_000_000;
const [alice, bob] = seededKeys('alice', 'bob') as [KeyPair, KeyPair];

function note(content: string, tags: string[][] = [], keys = alice): NostrEvent {
  return keys.sign({ kind: 1, created_at: NOW, tags, content });
}

async function start(t: Test, options: Partial<RelayOptions> = {}): Promise<Relay> {
  const relay = await Relay.start({ clock: () => NOW * 1_000, randomBytes: seededBytes('relay'), ...options });
  t.teardown(() => relay.close());
  return relay;
}

async function client(t: Test, url: string): Promise<RelayClient> {
  const opened = await RelayClient.connect(url);
  t.teardown(() => opened.close());
  return opened;
}

/** The next text a socket gets that begins so. */
function text(socket: WebSocket, beginning: string): Promise<string> {
  return new Promise((resolve) => {
    socket.on('message', (data) => {
      if (String(data).startsWith(beginning)) resolve(String(data));
    });
  });
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise<void>((resolve) => setImmediate(resolve));
}

t.test('subscribers get the bytes that the publisher wrote, live and stored', async (t) => {
  const relay = await start(t);
  const [reader, writer] = [await client(t, relay.url), await client(t, relay.url)];
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
  const relay = await start(t);
  const one = await client(t, relay.url);
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
  const relay = await start(t, { verifier });
  const one = await client(t, relay.url);
  const event = note('once');
  await one.publish({ ...event, sig: '00'.repeat(64) });
  for (let times = 0; times < 5; times += 1) await one.publish(event);
  t.equal(verified, 2);
  t.match(relay.stats, { forgeries: 1, duplicates: 4, eventsAccepted: 1, eventsReceived: 6 });
});

t.test('an ephemeral event is known too, although it is not stored', async (t) => {
  const relay = await start(t);
  const one = await client(t, relay.url);
  await one.request('live', { kinds: [20_001] });
  const event = alice.sign({ kind: 20_001, created_at: NOW, tags: [], content: '' });
  await one.publish(event);
  t.match(await one.publish(event), { accepted: true, text: /^duplicate: / });
  await one.settled();
  t.equal(one.takeEvents('live').length, 1);
});

t.test('an event whose body the store has let go of is still a duplicate', async (t) => {
  const relay = await start(t, { store: new MemoryStore({ ringBytesMax: 5_000 }) });
  const one = await client(t, relay.url);
  const first = note('first');
  await one.publish(first);
  for (let index = 0; index < 10; index += 1) await one.publish(note(`${index}`.padEnd(1_000)));
  t.same(await one.query({ ids: [first.id] }), []);
  t.match(await one.publish(first), { accepted: true, text: /^duplicate: / });
  t.ok(relay.stats.store.evicted > 0);
});

t.test('a reader that does not keep up is told so and cut off; the others notice nothing', async (t) => {
  const relay = await start(t, { verifier: noVerifier, limits: { bufferedBytesMax: 300_000 } });
  const [slow, quick, writer] = [
    await RelayClient.connect(relay.url),
    await client(t, relay.url),
    await client(t, relay.url),
  ];
  await slow.request('s', { kinds: [1] });
  await quick.request('s', { kinds: [1] });
  slow.socket.pause();
  let published = 0;
  while (relay.stats.slowReaders === 0 && published < 400) {
    await writer.publish(note(`${published}`.padEnd(200_000)));
    await quick.nextEvent('s');
    published += 1;
  }
  t.equal(relay.stats.slowReaders, 1);
  t.equal(relay.stats.subscriptions, 1);
  slow.socket.resume();
  t.match(await slow.notice(), /wait for you to read/);
  t.equal(await slow.closed, 1013);
});

t.test('a long stored answer waits for its slow reader and arrives whole', async (t) => {
  const relay = await start(t, { verifier: noVerifier, limits: { bufferedBytesMax: 300_000 } });
  const writer = await client(t, relay.url);
  for (let index = 0; index < 100; index += 1) await writer.publish(note(`${index}`.padEnd(200_000)));
  const reader = await client(t, relay.url);
  reader.send('REQ', 's', { kinds: [1] });
  reader.socket.pause();
  await writer.settled();
  reader.socket.resume();
  await reader.take('EOSE');
  t.equal(reader.takeEvents('s').length, 100);
  t.equal(relay.stats.slowReaders, 0);
});

t.test('a frame of 100 MB is refused at its header, and nobody else suffers', async (t) => {
  const relay = await start(t);
  const { hostname, port } = new URL(relay.url);
  const socket = connect(Number(port), hostname);
  const key = randomBytes(16).toString('base64');
  socket.write(
    `GET / HTTP/1.1\r\nHost: ${hostname}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${key}\r\n\r\n`,
  );
  await once(socket, 'data');
  const header = Buffer.alloc(14);
  header.set([0x81, 0xff]); // a final text frame, masked, with a 64-bit length
  header.writeBigUInt64BE(100_000_000n, 2);
  socket.write(header);
  await until(() => relay.stats.oversized === 1);
  const one = await client(t, relay.url);
  t.equal((await one.publish(note('fine'))).accepted, true);
  socket.destroy();
});

t.test('fragments that together pass the limit are refused too', async (t) => {
  const relay = await start(t, { limits: { messageBytesMax: 1_000 } });
  const one = await RelayClient.connect(relay.url);
  one.socket.send('x'.repeat(600), { fin: false });
  one.socket.send('x'.repeat(600), { fin: true });
  t.equal(await one.closed, 1009);
  t.equal(relay.stats.oversized, 1);
});

t.test('after too much nonsense the connection ends', async (t) => {
  const relay = await start(t, { limits: { garbageMax: 3 } });
  const one = await RelayClient.connect(relay.url);
  for (const nonsense of ['a', 'b', 'c']) one.socket.send(nonsense);
  t.equal(await one.closed, 1008);
  t.equal(relay.stats.garbage, 3);
});

t.test('more filters, filter values or connections than allowed are refused', async (t) => {
  const relay = await start(t, { limits: { filtersMax: 2, filterValuesMax: 5, connectionsMax: 1 } });
  const one = await client(t, relay.url);
  one.send('REQ', 'a', { kinds: [1] }, { kinds: [2] }, { kinds: [3] });
  t.match(await one.closedReason('a'), /^invalid: at most 2 filters/);
  await one.request('b', { kinds: [1, 2, 3, 4] });
  one.send('REQ', 'c', { kinds: [1, 2] });
  t.match(await one.closedReason('c'), /^restricted: at most 5 filter values/);
  await one.request('b', { kinds: [1] });
  await one.request('c', { kinds: [1, 2] });
  const refused = new WebSocket(relay.url);
  const [, response] = (await once(refused, 'unexpected-response')) as [unknown, IncomingMessage];
  t.equal(response.statusCode, 503);
  refused.on('error', () => undefined);
  refused.terminate();
  t.equal(relay.stats.connectionsRefused, 1);
});

t.test('policies refuse before anything is verified, and their words reach the client', async (t) => {
  const policy: Policy = {
    name: 'no loud notes',
    event: (event) => (event.content === event.content.toUpperCase() ? 'blocked: too loud' : undefined),
    request: (filters) => (filters.some(({ ids }) => ids !== undefined) ? 'restricted: not by id' : undefined),
  };
  const relay = await start(t, { policies: [policy] });
  const one = await client(t, relay.url);
  t.same(await one.publish({ ...note('LOUD'), sig: '00'.repeat(64) }), { accepted: false, text: 'blocked: too loud' });
  t.equal(relay.stats.forgeries, 0);
  t.equal((await one.publish(note('quiet'))).accepted, true);
  one.send('REQ', 's', { ids: ['ab'.repeat(32)] });
  t.equal(await one.closedReason('s'), 'restricted: not by id');
});

t.test('a relay that asks for authentication serves nobody else', async (t) => {
  const isWelcome = (pubkey: string) => pubkey === alice.publicKey;
  const relay = await start(t, { policies: [authRequired(isWelcome)], authRequired: true });
  const one = await client(t, relay.url);
  t.match(await one.publish(note('x')), { accepted: false, text: /^auth-required: / });
  one.send('REQ', 's', { kinds: [1] });
  t.match(await one.closedReason('s'), /^auth-required: /);
  const tags = [
    ['relay', relay.url],
    ['challenge', await one.challenge()],
  ];
  const template = { kind: 22_242, created_at: NOW, tags, content: '' };
  await one.authenticate(bob, template);
  t.match(await one.publish(note('x')), { accepted: false, text: /^restricted: / });
  await one.authenticate(alice, template);
  t.equal((await one.publish(note('x'))).accepted, true);
});

t.test('one connection proves a bounded number of keys', async (t) => {
  const relay = await start(t, { limits: { pubkeysMax: 1 } });
  const one = await client(t, relay.url);
  const tags = [
    ['relay', relay.url],
    ['challenge', await one.challenge()],
  ];
  const template = { kind: 22_242, created_at: NOW, tags, content: '' };
  t.equal((await one.authenticate(alice, template)).accepted, true);
  t.equal((await one.authenticate(alice, template)).accepted, true);
  t.match(await one.authenticate(bob, template), { accepted: false, text: /^restricted: / });
});

t.test('hooks see each accepted event once; one that throws harms nothing', async (t) => {
  const lines: string[] = [];
  const relay = await start(t, { log: (line) => lines.push(line) });
  const seen: string[] = [];
  relay.onEvent(() => {
    throw new TypeError('a broken hook');
  });
  const end = relay.onEvent(({ id }, raw) => seen.push(`${id} ${JSON.parse(Buffer.from(raw).toString()).id}`));
  const one = await client(t, relay.url);
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
  const relay = await start(t, { store });
  const one = await client(t, relay.url);
  t.match(await one.publish(note('x')), { accepted: false, text: /^error: / });
  isBroken = false;
  t.match(await one.publish(note('y')), { accepted: true });
  one.send('REQ', 's', { kinds: [1] });
  t.match(await one.closedReason('s'), /^error: /);
  one.send('COUNT', 'c', { kinds: [1] });
  t.match(await one.closedReason('c'), /^error: /);
  t.equal(relay.stats.faults, 3);
});

t.test('the information document says what is enforced, to browsers too', async (t) => {
  const relay = await start(t, {
    name: 'Test relay',
    authRequired: true,
    limits: { workBitsMin: 8, subscriptionsMax: 3, messageBytesMax: 5_000, messagesPerSecondMax: 7 },
  });
  const url = relay.url.replace('ws', 'http');
  const [answer] = (await once(get(url, { headers: { accept: 'application/nostr+json' } }), 'response')) as [
    IncomingMessage,
  ];
  t.equal(answer.headers['content-type'], 'application/nostr+json');
  let body = '';
  for await (const part of answer) body += part;
  t.match(JSON.parse(body), {
    name: 'Test relay',
    supported_nips: [1, 9, 11, 13, 40, 42, 45, 70],
    limitation: {
      max_message_length: 5_000,
      max_subscriptions: 3,
      min_pow_difficulty: 8,
      auth_required: true,
      created_at_upper_limit: 900,
    },
    pylon: { max_messages_per_second: 7 },
  });
  for (const [method, status] of [
    ['OPTIONS', 204],
    ['GET', 200],
    ['POST', 405],
  ] as const) {
    const [response] = (await once(request(url, { method }).end(), 'response')) as [IncomingMessage];
    t.equal(response.statusCode, status);
    t.equal(response.headers['access-control-allow-origin'], '*');
    response.resume();
  }
});

t.test('work and message rate are enforced where they are asked for', async (t) => {
  let nowMs = NOW * 1_000;
  const relay = await start(t, { clock: () => nowMs, limits: { workBitsMin: 4, messagesPerSecondMax: 20 } });
  const one = await client(t, relay.url);
  const events = Array.from({ length: 400 }, (_, index) => note(String(index)));
  const worked = events.find(({ id }) => id.startsWith('0'))!;
  const idle = events.find(({ id }) => !id.startsWith('0'))!;
  t.equal((await one.publish(worked)).accepted, true);
  t.match(await one.publish(idle), { accepted: false, text: /^pow: / });
  for (let times = 0; times < 38; times += 1) await one.publish(idle);
  t.match(await one.publish(idle), { accepted: false, text: /^rate-limited: / });
  one.send('REQ', 's', { kinds: [1] });
  t.match(await one.closedReason('s'), /^rate-limited: /);
  nowMs += 1_000;
  t.match(await one.publish(idle), { accepted: false, text: /^pow: / });
});

t.test('a relay mounted on another HTTP server serves its path and accepts AUTH under that name', async (t) => {
  const relay = Relay.mounted({ clock: () => NOW * 1_000, randomBytes: seededBytes('mounted') });
  const server = createServer((incoming, response) => relay.handleRequest(incoming, response));
  server.on('upgrade', (incoming, socket, head) => relay.handleUpgrade(incoming, socket, head));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(async () => {
    await relay.close();
    server.close();
    server.closeAllConnections();
  });
  const url = `ws://localhost:${(server.address() as AddressInfo).port}/relay`;
  const one = await client(t, url);
  t.equal((await one.publish(note('mounted'))).accepted, true);
  const tags = [
    ['relay', url],
    ['challenge', await one.challenge()],
  ];
  t.equal((await one.authenticate(alice, { kind: 22_242, created_at: NOW, tags, content: '' })).accepted, true);
  t.equal(relay.url, '');
});

t.test('closing says goodbye, frees the port and may be done twice', async (t) => {
  const relay = await start(t);
  const one = await RelayClient.connect(relay.url);
  await one.request('s', { kinds: [1] });
  const port = Number(new URL(relay.url).port);
  await Promise.all([relay.close(), relay.close()]);
  t.equal(await one.closed, 1001);
  t.match(relay.stats, { connections: 0, subscriptions: 0 });
  const next = await start(t, { port });
  t.equal(next.url, `ws://127.0.0.1:${port}`);
});

t.test('a taken port and an impossible host are errors that say so', async (t) => {
  const relay = await start(t);
  const port = Number(new URL(relay.url).port);
  await t.rejects(Relay.start({ clock: Date.now, randomBytes, port }), {
    code: 'port-in-use',
    value: `127.0.0.1:${port}`,
  });
  await t.rejects(Relay.start({ clock: Date.now, randomBytes, host: '203.0.113.1' }), { code: 'option-invalid' });
});
