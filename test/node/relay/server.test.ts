import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, get, type IncomingMessage, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import t from 'tap';
import { authRequired } from '../../../node/relay/policies.ts';
import { Relay } from '../../../node/relay/server.ts';
import { seededBytes } from '../../support/keys.ts';
import { RelayClient } from '../../support/relay-client.ts';

import { alice, bob, connectClient, NOW, note, startRelay } from '../../support/relay-fixture.ts';

t.test('a relay that asks for authentication serves nobody else', async (t) => {
  const isWelcome = (pubkey: string) => pubkey === alice.publicKey;
  const relay = await startRelay(t, { policies: [authRequired(isWelcome)], authRequired: true });
  const one = await connectClient(t, relay.url);
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
  const relay = await startRelay(t, { limits: { pubkeysMax: 1 } });
  const one = await connectClient(t, relay.url);
  const tags = [
    ['relay', relay.url],
    ['challenge', await one.challenge()],
  ];
  const template = { kind: 22_242, created_at: NOW, tags, content: '' };
  t.equal((await one.authenticate(alice, template)).accepted, true);
  t.equal((await one.authenticate(alice, template)).accepted, true);
  t.match(await one.authenticate(bob, template), { accepted: false, text: /^restricted: / });
});

t.test('the information document says what is enforced, to browsers too', async (t) => {
  const relay = await startRelay(t, {
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
  const one = await connectClient(t, url);
  t.equal((await one.publish(note('mounted'))).accepted, true);
  const tags = [
    ['relay', url],
    ['challenge', await one.challenge()],
  ];
  t.equal((await one.authenticate(alice, { kind: 22_242, created_at: NOW, tags, content: '' })).accepted, true);
  t.equal(relay.url, '');
});

t.test('closing says goodbye, frees the port and may be done twice', async (t) => {
  const relay = await startRelay(t);
  const one = await RelayClient.connect(relay.url);
  await one.request('s', { kinds: [1] });
  const port = Number(new URL(relay.url).port);
  await Promise.all([relay.close(), relay.close()]);
  t.equal(await one.closed, 1001);
  t.match(relay.stats, { connections: 0, subscriptions: 0 });
  const next = await startRelay(t, { port });
  t.equal(next.url, `ws://127.0.0.1:${port}`);
});

t.test('a taken port and an impossible host are errors that say so', async (t) => {
  const relay = await startRelay(t);
  const port = Number(new URL(relay.url).port);
  await t.rejects(Relay.start({ clock: Date.now, randomBytes, port }), {
    code: 'port-in-use',
    value: `127.0.0.1:${port}`,
  });
  await t.rejects(Relay.start({ clock: Date.now, randomBytes, host: '203.0.113.1' }), { code: 'option-invalid' });
});
