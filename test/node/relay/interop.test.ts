// Two clients that know nothing of Pylon, from npm, against our relay: nostr-tools and rust-nostr (wasm).
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { createInterface } from 'node:readline';
import type { EventTemplate, Filter as ToolsFilter } from 'nostr-tools';
import { SimplePool, useWebSocketImplementation as usePoolWebSocket } from 'nostr-tools/pool';
import { finalizeEvent, generateSecretKey, getPublicKey, verifyEvent as toolsVerify } from 'nostr-tools/pure';
import { Relay as ToolsRelay, useWebSocketImplementation } from 'nostr-tools/relay';
import t, { type Test } from 'tap';
import { WebSocket } from 'ws';
import { Relay } from '../../../node/relay/server.ts';
import type { NostrEvent } from '../../../protocol/event.ts';
import type { RustStep } from '../../support/rust-client.ts';

useWebSocketImplementation(WebSocket);
usePoolWebSocket(WebSocket);

/** Both clients read the real clock, so the relay does too. */
async function start(t: Test): Promise<Relay> {
  const relay = await Relay.start({ clock: Date.now, randomBytes });
  t.teardown(() => relay.close());
  return relay;
}

const seconds = () => Math.floor(Date.now() / 1_000);

t.test('nostr-tools publishes, queries, counts and deletes', async (t) => {
  const relay = await start(t);
  const secret = generateSecretKey();
  const make = (template: Partial<EventTemplate>) =>
    finalizeEvent({ kind: 1, created_at: seconds(), tags: [], content: '', ...template }, secret);
  const client = await ToolsRelay.connect(relay.url);
  t.teardown(() => client.close());
  const note = make({ content: 'hello 🦆' });
  await client.publish(note);
  await client.publish(note);
  const author: ToolsFilter = { authors: [getPublicKey(secret)] };
  t.equal(await client.count([author], {}), 1);
  const query = () =>
    new Promise<NostrEvent[]>((resolve) => {
      const found: NostrEvent[] = [];
      const subscription = client.subscribe([author], {
        onevent: (event) => found.push(event),
        oneose: () => {
          subscription.close();
          resolve(found);
        },
      });
    });
  const [stored] = await query();
  t.equal(stored?.id, note.id);
  t.equal(toolsVerify(stored as never), true);
  const deletion = make({ kind: 5, tags: [['e', note.id]] });
  await client.publish(deletion);
  t.same(
    (await query()).map(({ id }) => id),
    [deletion.id],
  );
  await t.rejects(client.publish(note), { message: /^blocked: / });
  await t.rejects(client.publish({ ...make({ content: 'x' }), sig: '00'.repeat(64) }), { message: /^invalid: / });
});

t.test('nostr-tools authenticates to publish a protected event', async (t) => {
  const relay = await start(t);
  const secret = generateSecretKey();
  const client = await ToolsRelay.connect(relay.url);
  t.teardown(() => client.close());
  const event = finalizeEvent({ kind: 1, created_at: seconds(), tags: [['-']], content: '' }, secret);
  await t.rejects(client.publish(event), { message: /^auth-required: / });
  await client.auth(async (template) => finalizeEvent(template, secret));
  t.equal(await client.publish(event), '');
});

t.test('a nostr-tools pool hears live what another pool publishes', async (t) => {
  const relay = await start(t);
  const [reader, writer] = [new SimplePool(), new SimplePool()];
  t.teardown(() => {
    reader.close([relay.url]);
    writer.close([relay.url]);
  });
  const secret = generateSecretKey();
  const event = finalizeEvent({ kind: 20_100, created_at: seconds(), tags: [['t', 'live']], content: '' }, secret);
  let subscribed: () => void = () => undefined;
  const isOpen = new Promise<void>((resolve) => {
    subscribed = resolve;
  });
  const heard = new Promise<NostrEvent>((resolve) => {
    reader.subscribeMany([relay.url], { kinds: [20_100], '#t': ['live'] }, { onevent: resolve, oneose: subscribed });
  });
  await isOpen;
  await Promise.all(writer.publish([relay.url], event));
  t.equal((await heard).id, event.id);
});

t.test('rust-nostr publishes, queries, subscribes, authenticates and deletes', async (t) => {
  const relay = await start(t);
  const script = new URL('../../support/rust-client.js', import.meta.url).pathname;
  const child = spawn(process.execPath, [script, relay.url], { stdio: ['ignore', 'pipe', 'inherit'] });
  t.teardown(() => child.kill());
  const writer = await ToolsRelay.connect(relay.url);
  t.teardown(() => writer.close());
  const steps: RustStep[] = [];
  for await (const line of createInterface(child.stdout)) {
    const step = JSON.parse(line) as RustStep;
    steps.push(step);
    if (step.step !== 'subscribed') continue;
    const template = { kind: 1, created_at: seconds(), tags: [['t', 'for-rust']], content: 'live' };
    await writer.publish(finalizeEvent(template, generateSecretKey()));
  }
  t.same(steps, [
    { step: 'published', accepted: 1 },
    { step: 'queried', contents: ['hello from rust 🦀'] },
    { step: 'subscribed' },
    { step: 'heard', contents: ['live'] },
    { step: 'guarded', accepted: 1 },
    { step: 'deleted', accepted: 1, contents: ['deletion', 'guarded'] },
  ]);
});
