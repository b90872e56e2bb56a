// What a relay must do with REQ, CLOSE and COUNT (NIP-01, NIP-45): filters, order, limits, both phases.

import type { NostrEvent } from '../../../../protocol/event.ts';
import type { Checks } from './bench.ts';

export const requesting: Checks = {
  async 'stored events come newest first, then lowest id, then EOSE'(t, bench) {
    const client = await bench.client();
    const now = bench.relay.now();
    const events = [3, 1, 1, 1, 2].map((age, n) => bench.make({ created_at: now - age, content: String(n) }));
    for (const event of events) await client.publish(event);
    const found = await client.query({ authors: [bench.alice.publicKey] });
    events.sort((left, right) => right.created_at - left.created_at || (left.id < right.id ? -1 : 1));
    t.same(found, events);
  },
  async 'limit takes the newest of the stored events and does not bound the live ones'(t, bench) {
    const client = await bench.client();
    const now = bench.relay.now();
    const events = [0, 1, 2].map((age) => bench.make({ created_at: now - age }));
    for (const event of events) await client.publish(event);
    t.same(await client.request('one', { authors: [bench.alice.publicKey], limit: 1 }), [events[0]]);
    t.same(await client.request('none', { authors: [bench.alice.publicKey], limit: 0 }), []);
    for (const content of ['a', 'b']) {
      const live = bench.make({ content });
      await client.publish(live);
      t.same(await client.nextEvent('one'), live);
      t.same(await client.nextEvent('none'), live);
    }
  },
  async 'all conditions of a filter must hold, one of the filters is enough, and nothing comes twice'(t, bench) {
    const client = await bench.client();
    const { alice, bob } = bench;
    const note = bench.make({ tags: [['t', 'x']] });
    const reaction = bench.make(
      {
        kind: 7,
        tags: [
          ['e', note.id],
          ['p', alice.publicKey],
        ],
      },
      bob,
    );
    for (const event of [note, reaction]) await client.publish(event);
    t.same(await client.query({ authors: [alice.publicKey], kinds: [7] }), []);
    t.same(await client.query({ authors: [alice.publicKey], '#t': ['x', 'y'] }), [note]);
    t.same(await client.query({ '#e': [note.id], '#p': [alice.publicKey] }), [reaction]);
    t.same(await client.query({ authors: [alice.publicKey], kinds: [] }), []);
    const both = await client.query(
      { ids: [note.id] },
      { authors: [alice.publicKey, bob.publicKey] },
      { ids: [reaction.id] },
    );
    t.same(both.map(({ id }) => id).sort(), [note.id, reaction.id].sort());
  },
  async 'an event that several filters of one subscription want comes once'(t, bench) {
    const client = await bench.client();
    await client.request('s', { authors: [bench.alice.publicKey] }, { kinds: [1], authors: [bench.alice.publicKey] });
    const event = bench.make();
    await client.publish(event);
    await client.settled();
    t.same(client.takeEvents('s'), [event]);
  },
  async 'since and until are inclusive and hold for live events too'(t, bench) {
    const client = await bench.client();
    const now = bench.relay.now();
    const authors = [bench.alice.publicKey];
    const at = (age: number) => bench.make({ created_at: now - age });
    const events = [1, 2, 3, 4].map(at);
    for (const event of events) await client.publish(event);
    t.same(await client.request('s', { authors, since: now - 3, until: now - 2 }), [events[1], events[2]]);
    await client.publish(at(9));
    await client.settled();
    t.same(client.takeEvents('s'), []);
  },
  async 'a REQ with the id of an open subscription takes its place'(t, bench) {
    const client = await bench.client();
    await client.request('s', { authors: [bench.alice.publicKey] });
    await client.request('s', { authors: [bench.bob.publicKey] });
    await client.publish(bench.make());
    const wanted = bench.make({}, bench.bob);
    await client.publish(wanted);
    await client.settled();
    t.same(client.takeEvents('s'), [wanted]);
  },
  async 'after CLOSE nothing more comes'(t, bench) {
    const client = await bench.client();
    await client.request('s', { authors: [bench.alice.publicKey] });
    client.send('CLOSE', 's');
    await client.publish(bench.make());
    await client.settled();
    t.same(client.takeEvents('s'), []);
  },
  async 'two connections may use the same subscription id'(t, bench) {
    const [one, two] = [await bench.client(), await bench.client()];
    await one.request('s', { authors: [bench.alice.publicKey] });
    await two.request('s', { authors: [bench.bob.publicKey] });
    const event = bench.make();
    await two.publish(event);
    t.same(await one.nextEvent('s'), event);
    await two.settled();
    t.same(two.takeEvents('s'), []);
  },
  async 'a refused REQ gets CLOSED with a reason'(t, bench) {
    const client = await bench.client();
    const refused: unknown[] = [
      { ids: ['abc'] },
      { authors: ['AB'.repeat(32)] },
      { kinds: ['1'] },
      { since: -1 },
      7,
      null,
    ];
    for (const [index, filter] of refused.entries()) {
      client.send('REQ', `bad-${index}`, filter);
      t.match(await client.closedReason(`bad-${index}`), /^(invalid|unsupported|error): /);
    }
    client.send('REQ', 'no filter');
    t.match(await client.closedReason('no filter'), /^(invalid|error): /);
  },
  async 'a subscription id has 1 to 64 characters'(t, bench) {
    const client = await bench.client();
    t.same(await client.request('x'.repeat(64), { authors: [bench.alice.publicKey] }), []);
    for (const id of ['', 'x'.repeat(65)]) {
      client.send('REQ', id, { kinds: [1] });
      t.match(await client.closedReason(id), /^invalid: /);
    }
  },
  async 'nothing is lost between the stored and the live phase'(t, bench) {
    const [reader, writer] = [await bench.client(), await bench.client()];
    const events = Array.from({ length: 100 }, (_, n) => bench.make({ content: String(n) }));
    let stored: Promise<NostrEvent[]> = Promise.resolve([]);
    for (const [index, event] of events.entries()) {
      writer.send('EVENT', event);
      if (index === 50) stored = reader.request('s', { authors: [bench.alice.publicKey] });
    }
    await Promise.all(events.map(({ id }) => writer.ok(id)));
    const early = await stored;
    await reader.settled();
    const ids = [...early, ...reader.takeEvents('s')].map(({ id }) => id);
    t.same(ids.sort(), events.map(({ id }) => id).sort());
  },
};

export const counting: Checks = {
  async 'COUNT gives the number of stored events the filters match together'(t, bench) {
    const client = await bench.client();
    for (const content of ['a', 'b', 'c']) await client.publish(bench.make({ content }));
    const reaction = bench.make({ kind: 7 });
    await client.publish(reaction);
    client.send('COUNT', 'c', { kinds: [1], authors: [bench.alice.publicKey] }, { authors: [bench.alice.publicKey] });
    t.match(await client.take('COUNT'), ['COUNT', 'c', { count: 4 }]);
    client.send('COUNT', 'd', { ids: ['nonsense'] });
    t.match(await client.closedReason('d'), /^invalid: /);
  },
};
