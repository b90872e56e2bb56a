import { randomBytes } from 'node:crypto';
import t from 'tap';
import { Relay } from '../../../node/relay/server.ts';
import { KeyPair } from '../../../protocol/keypair.ts';
import { RelayClient } from '../../support/relay-client.ts';

t.test('an event published by one client reaches another that asked for it, byte for byte', async (t) => {
  const relay = await Relay.start({ clock: Date.now, randomBytes });
  t.teardown(() => relay.close());
  const keys = KeyPair.generate(randomBytes);
  const reader = await RelayClient.connect(relay.url);
  const writer = await RelayClient.connect(relay.url);
  t.same(await reader.request('live', { kinds: [1] }), []);
  const event = keys.sign({ kind: 1, created_at: Math.floor(Date.now() / 1_000), tags: [], content: 'hello' });
  t.same(await writer.publish(event), { accepted: true, text: '' });
  t.same(await reader.nextEvent('live'), event);
  t.same(await writer.query({ ids: [event.id] }), [event]);
});
