import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import t from 'tap';
import { WebSocket } from 'ws';
import { noVerifier } from '../../../node/relay/verifier.ts';
import { RelayClient } from '../../support/relay-client.ts';

import { connectClient, NOW, note, startRelay } from '../../support/relay-fixture.ts';

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise<void>((resolve) => setImmediate(resolve));
}

t.test('a reader that does not keep up is told so and cut off; the others notice nothing', async (t) => {
  const relay = await startRelay(t, { verifier: noVerifier, limits: { bufferedBytesMax: 300_000 } });
  const [slow, quick, writer] = [
    await RelayClient.connect(relay.url),
    await connectClient(t, relay.url),
    await connectClient(t, relay.url),
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
  const relay = await startRelay(t, { verifier: noVerifier, limits: { bufferedBytesMax: 300_000 } });
  const writer = await connectClient(t, relay.url);
  for (let index = 0; index < 100; index += 1) await writer.publish(note(`${index}`.padEnd(200_000)));
  const reader = await connectClient(t, relay.url);
  reader.send('REQ', 's', { kinds: [1] });
  reader.socket.pause();
  await writer.settled();
  reader.socket.resume();
  await reader.take('EOSE');
  t.equal(reader.takeEvents('s').length, 100);
  t.equal(relay.stats.slowReaders, 0);
});

t.test('a frame of 100 MB is refused at its header, and nobody else suffers', async (t) => {
  const relay = await startRelay(t);
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
  const one = await connectClient(t, relay.url);
  t.equal((await one.publish(note('fine'))).accepted, true);
  socket.destroy();
});

t.test('fragments that together pass the limit are refused too', async (t) => {
  const relay = await startRelay(t, { limits: { messageBytesMax: 1_000 } });
  const one = await RelayClient.connect(relay.url);
  one.socket.send('x'.repeat(600), { fin: false });
  one.socket.send('x'.repeat(600), { fin: true });
  t.equal(await one.closed, 1009);
  t.equal(relay.stats.oversized, 1);
});

t.test('after too much nonsense the connection ends', async (t) => {
  const relay = await startRelay(t, { limits: { garbageMax: 3 } });
  const one = await RelayClient.connect(relay.url);
  for (const nonsense of ['a', 'b', 'c']) one.socket.send(nonsense);
  t.equal(await one.closed, 1008);
  t.equal(relay.stats.garbage, 3);
});

t.test('more filters, filter values or connections than allowed are refused', async (t) => {
  const relay = await startRelay(t, { limits: { filtersMax: 2, filterValuesMax: 5, connectionsMax: 1 } });
  const one = await connectClient(t, relay.url);
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

t.test('work and message rate are enforced where they are asked for', async (t) => {
  let nowMs = NOW * 1_000;
  const relay = await startRelay(t, { clock: () => nowMs, limits: { workBitsMin: 4, messagesPerSecondMax: 20 } });
  const one = await connectClient(t, relay.url);
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
