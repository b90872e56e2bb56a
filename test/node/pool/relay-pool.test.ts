// What the pool promises over any relay: publishing, subscribing, coming back.

import t from 'tap';
import { realClock } from '../../../node/clock.ts';
import type { VerifiedEvent } from '../../../protocol/event.ts';
import { CuttingProxy } from '../../support/cutting-proxy.ts';
import { collect, keys, note, pool, relay } from '../../support/relay-pool-fixture.ts';
import { type Script, ScriptedRelay } from '../../support/scripted-relay.ts';
import { eventually, newKeys, Swarm } from '../../support/swarm.ts';

t.test('an event counts as published when the first of several relays has it', async (t) => {
  const refusing = await relay(t, {
    onPublish: (visitor, { id }) => visitor.send('OK', id, false, 'blocked: not here'),
  });
  const silent = await relay(t, { onPublish: () => undefined });
  const taking = await relay(t);
  await pool(t, [refusing.url, silent.url, taking.url]).publish(note('hello'));
  t.equal(taking.latest?.heard('EVENT').length, 1);
});

t.test("an event that every relay refuses rejects with each one's reason", async (t) => {
  const full = await relay(t, {
    onPublish: (visitor, { id }) => visitor.send('OK', id, false, 'error: the disk is full'),
  });
  const strict = await relay(t, { onPublish: (visitor, { id }) => visitor.send('OK', id, false, 'blocked: go away') });
  const publishing = pool(t, [full.url, strict.url]).publish(note('hello'));
  await t.rejects(publishing, { code: 'relay-refused', message: /disk is full.*go away|go away.*disk is full/ });
});

t.test('a relay that answers nothing until the deadline counts as unreachable', async (t) => {
  const silent = await relay(t, { onPublish: () => undefined });
  const publishing = pool(t, [silent.url]).publish(note('hello'), { untilMs: Date.now() + 200 });
  await t.rejects(publishing, { code: 'relay-unreachable', message: new RegExp(silent.url) });
});

t.test('a repeat that a relay calls a duplicate is as good as taken', async (t) => {
  const strict = await relay(t, {
    onPublish: (visitor, { id }) => visitor.send('OK', id, false, 'duplicate: have it'),
  });
  await t.resolves(pool(t, [strict.url]).publish(note('hello')));
});

t.test('an event refused for its rate is sent again a little later', async (t) => {
  let attempts = 0;
  const busy = await relay(t, {
    onPublish(visitor, { id }) {
      attempts += 1;
      visitor.send('OK', id, attempts > 2, attempts > 2 ? '' : 'rate-limited: slow down');
    },
  });
  await pool(t, [busy.url]).publish(note('hello'));
  t.equal(attempts, 3);
});

t.test('what a relay has not acknowledged when the line is cut is sent again on the next one', async (t) => {
  const forgetful = await relay(t, {
    onPublish(visitor, { id }) {
      if (forgetful.visitors.length === 1) visitor.socket.terminate();
      else visitor.send('OK', id, true, '');
    },
  });
  const event = note('twice on the wire, once in the world');
  await pool(t, [forgetful.url]).publish(event);
  t.same(
    forgetful.visitors.map((visitor) => visitor.heard('EVENT').length),
    [1, 1],
  );
});

t.test('an event withdrawn before any relay has it is not sent to relays that come later', async (t) => {
  const swarm = await Swarm.start();
  t.teardown(() => swarm.close());
  const proxy = await CuttingProxy.start(swarm.relay.url);
  t.teardown(() => proxy.close());
  proxy.down();
  const through = pool(t, [proxy.url]);
  const event = note('never mind');
  const publishing = through.publish(event, { untilMs: Date.now() + 60_000 });
  through.withdraw(event.id);
  await t.rejects(publishing, { code: 'relay-unreachable', message: /withdrawn/ });
  proxy.up();
  await eventually('open', () => through.relays()[0]?.status === 'open');
  await through.publish(note('something else'));
  t.equal(swarm.relay.stats.eventsAccepted, 1);
});

t.test('an event larger than every relay takes is refused before it is sent, with the way out', async (t) => {
  const small = await relay(t);
  const sender = pool(t, [small.url]);
  await sender.ready();
  const publishing = sender.publish(note('x'.repeat(70_000)));
  await t.rejects(publishing, { code: 'event-too-large', next: /--chunk-size/ });
  t.equal(small.latest?.heard('EVENT').length, 0);
});

t.test('an event that two relays send arrives once', async (t) => {
  const event = note('hello');
  const script: Script = {
    onRequest(visitor, id) {
      visitor.send('EVENT', id, event);
      visitor.send('EVENT', id, event);
      visitor.send('EOSE', id);
    },
  };
  const of = pool(t, [(await relay(t, script)).url, (await relay(t, script)).url]);
  let answers = 0;
  const events: VerifiedEvent[] = [];
  of.subscribe([{ kinds: [1] }], { onEvent: (arrived) => events.push(arrived), onEose: () => answers++ });
  await eventually('both answers', () => answers === 2);
  t.same(events, [event]);
  t.equal(
    of.relays().reduce((sum, { stats }) => sum + stats.duplicates, 0),
    3,
  );
});

t.test('an event that two subscriptions ask for reaches both', async (t) => {
  const swarm = await Swarm.start();
  t.teardown(() => swarm.close());
  const of = pool(t, [swarm.relay.url]);
  const [one, other] = [collect(of, [{ kinds: [1] }]), collect(of, [{ authors: [keys.publicKey] }])];
  const event = note('hello');
  await of.publish(event);
  await eventually('both', () => one.length === 1 && other.length === 1);
  t.same([one, other], [[event], [event]]);
});

t.test('a relay that is asked to authenticate us gets our key once, and what waited goes through', async (t) => {
  const isProven = new Set<unknown>();
  const scripted = await relay(t, {
    onVisit: (visitor) => visitor.send('AUTH', 'challenge-1'),
    onRequest: (visitor, id) =>
      isProven.has(visitor) ? visitor.send('EOSE', id) : visitor.send('CLOSED', id, 'auth-required: who are you'),
    onPublish: (visitor, { id }) =>
      visitor.send('OK', id, isProven.has(visitor), isProven.has(visitor) ? '' : 'auth-required: who are you'),
    onOther(visitor, [type, event]) {
      if (type !== 'AUTH') return;
      isProven.add(visitor);
      visitor.send('OK', (event as VerifiedEvent).id, true, '');
    },
  });
  const signer = newKeys();
  const of = pool(t, [scripted.url], { signer });
  let answers = 0;
  of.subscribe([{ kinds: [1] }], { onEvent: () => undefined, onEose: () => answers++ });
  await of.publish(note('hello'));
  await eventually('the stored answer', () => answers === 1);
  const sent = scripted.latest!.heard('AUTH').map(([, event]) => event as VerifiedEvent);
  t.equal(sent.length, 1);
  t.match(sent[0], { kind: 22_242, pubkey: signer.publicKey });
  t.same(sent[0]?.tags, [
    ['relay', scripted.url],
    ['challenge', 'challenge-1'],
  ]);
});

t.test('without a key a relay that asks for one refuses, with its words', async (t) => {
  const scripted = await relay(t, {
    onVisit: (visitor) => visitor.send('AUTH', 'challenge'),
    onPublish: (visitor, { id }) => visitor.send('OK', id, false, 'auth-required: members only'),
    onRequest: (visitor, id) => visitor.send('CLOSED', id, 'auth-required: members only'),
  });
  const of = pool(t, [scripted.url]);
  const closed: string[] = [];
  of.subscribe([{ kinds: [1] }], { onEvent: () => undefined, onClosed: (_url, reason) => closed.push(reason) });
  await t.rejects(of.publish(note('hello')), { code: 'relay-refused', message: /members only/ });
  t.same(closed, ['auth-required: members only']);
});

t.test('a line on which nothing answers any more is given up and replaced', async (t) => {
  const mute = await relay(t, { answersPings: false });
  const clock = realClock();
  const of = pool(t, [mute.url], {
    clock: { now: () => clock.now(), after: (delayMs, callback) => clock.after(delayMs / 500, callback) },
  });
  await eventually('a second line', () => mute.visitors.length >= 2);
  t.match(of.relays()[0]?.lastError, /nothing was heard for 10 s/);
});

t.test('relays that nobody runs are reported with their reason, without waiting for the timeout', async (t) => {
  const gone = await ScriptedRelay.start();
  await gone.close();
  const of = pool(t, [gone.url]);
  await t.rejects(of.ready(60_000), { code: 'relay-unreachable', message: /ECONNREFUSED/ });
  t.match(of.relays()[0], { status: 'waiting', url: gone.url });
  t.ok(of.relays()[0]!.failures >= 2);
});

t.test('a closed pool rejects what it had not delivered and dials no more', async (t) => {
  const silent = await relay(t, { onPublish: () => undefined });
  const of = pool(t, [silent.url]);
  await of.ready();
  const publishing = of.publish(note('hello'));
  await Promise.all([t.rejects(publishing, { code: 'relay-unreachable', message: /closed/ }), of.close()]);
  await t.rejects(of.publish(note('again')), { code: 'relay-unreachable' });
  t.equal(of.relays()[0]?.status, 'closed');
});

t.test('a subscriber that throws is told to the log and costs nobody else an event', async (t) => {
  const swarm = await Swarm.start();
  t.teardown(() => swarm.close());
  const lines: string[] = [];
  const of = pool(t, [swarm.relay.url], { log: (line) => lines.push(line) });
  of.subscribe([{ kinds: [1] }], {
    onEvent: () => {
      throw new RangeError('oh no');
    },
  });
  const events = collect(of, [{ kinds: [1] }]);
  await of.publish(note('hello'));
  await eventually('the event', () => events.length === 1);
  t.match(lines, [/oh no/]);
});
