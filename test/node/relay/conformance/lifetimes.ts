// How events end: replaced (NIP-01), deleted (NIP-09), expired (NIP-40).
import { KIND_DELETION } from '../../../../protocol/kinds.ts';
import type { Checks } from './bench.ts';

export const versions: Checks = {
  async 'a replaceable event takes the place of the older one, in any order of arrival'(t, bench) {
    const client = await bench.client();
    const now = bench.relay.now();
    const make = (kind: number, age: number) => bench.make({ kind, created_at: now - age, content: String(age) });
    for (const kind of [0, 3, 10_000]) {
      const [old, mid, late] = [make(kind, 3), make(kind, 2), make(kind, 1)] as const;
      await client.publish(mid);
      await client.publish(late);
      t.equal((await client.publish(old)).accepted, true);
      t.same(await client.query({ kinds: [kind], authors: [bench.alice.publicKey] }), [late]);
    }
  },
  async 'of two versions of one second the lowest id stays'(t, bench) {
    const client = await bench.client();
    for (const highFirst of [true, false]) {
      const d = String(highFirst);
      const pair = ['a', 'b'].map((content) => bench.make({ kind: 30_000, tags: [['d', d]], content }));
      pair.sort((left, right) => (left.id < right.id ? -1 : 1));
      for (const event of highFirst ? [...pair].reverse() : pair) await client.publish(event);
      t.same(await client.query({ authors: [bench.alice.publicKey], '#d': [d] }), [pair[0]]);
    }
  },
  async 'addressable events are kept per d tag'(t, bench) {
    const client = await bench.client();
    const events = ['one', 'two'].map((d) => bench.make({ kind: 30_000, tags: [['d', d]] }));
    for (const event of events) await client.publish(event);
    t.equal((await client.query({ kinds: [30_000], authors: [bench.alice.publicKey] })).length, 2);
  },
  async 'an older version is not handed on live'(t, bench) {
    const client = await bench.client();
    const now = bench.relay.now();
    await client.publish(bench.make({ kind: 0, created_at: now }));
    await client.request('s', { authors: [bench.alice.publicKey], limit: 0 });
    await client.publish(bench.make({ kind: 0, created_at: now - 5 }));
    await client.settled();
    t.same(client.takeEvents('s'), []);
  },
};

export const deleting: Checks = {
  async 'an author deletes an event; the deletion stays and is served'(t, bench) {
    const client = await bench.client();
    const event = bench.make();
    await client.publish(event);
    const deletion = bench.make({
      kind: KIND_DELETION,
      tags: [
        ['e', event.id],
        ['k', '1'],
      ],
    });
    t.equal((await client.publish(deletion)).accepted, true);
    t.same(await client.query({ authors: [bench.alice.publicKey] }), [deletion]);
  },
  async 'a deleted event does not come back'(t, bench) {
    const client = await bench.client();
    const event = bench.make();
    const unseen = bench.make({ content: 'unseen' });
    await client.publish(event);
    await client.publish(
      bench.make({
        kind: KIND_DELETION,
        tags: [
          ['e', event.id],
          ['e', unseen.id],
        ],
      }),
    );
    for (const again of [event, unseen]) {
      const { accepted, text } = await client.publish(again);
      t.equal(accepted, false);
      t.match(text, /^(blocked|invalid): /);
      t.same(await client.query({ ids: [again.id] }), []);
    }
  },
  async "nobody deletes another's event"(t, bench) {
    const client = await bench.client();
    const event = bench.make({ kind: 30_000, tags: [['d', 'x']] });
    await client.publish(event);
    const tags = [
      ['e', event.id],
      ['a', `30000:${bench.alice.publicKey}:x`],
    ];
    await client.publish(bench.make({ kind: KIND_DELETION, tags }, bench.bob));
    t.same(await client.query({ ids: [event.id] }), [event]);
  },
  async 'a deletion by address removes the versions up to its own time'(t, bench) {
    const client = await bench.client();
    const now = bench.relay.now();
    const version = (age: number) => bench.make({ kind: 30_000, created_at: now - age, tags: [['d', 'x']] });
    const [old, late] = [version(10), version(1)] as const;
    const deletion = { kind: KIND_DELETION, created_at: now - 5, tags: [['a', `30000:${bench.alice.publicKey}:x`]] };
    await client.publish(old);
    await client.publish(bench.make(deletion));
    t.same(await client.query({ ids: [old.id] }), []);
    t.equal((await client.publish(version(7))).accepted, false);
    t.equal((await client.publish(late)).accepted, true);
    t.same(await client.query({ kinds: [30_000], authors: [bench.alice.publicKey] }), [late]);
  },
  async 'a live subscriber sees the deletion request'(t, bench) {
    const [reader, writer] = [await bench.client(), await bench.client()];
    await reader.request('s', { kinds: [KIND_DELETION], authors: [bench.alice.publicKey] });
    const deletion = bench.make({
      kind: KIND_DELETION,
      tags: [
        ['e', 'ab'.repeat(32)],
        ['k', '5940'],
      ],
    });
    await writer.publish(deletion);
    t.same(await reader.nextEvent('s'), deletion);
  },
};

export const expiring: Checks = {
  async 'an event that has expired on arrival is refused'(t, bench) {
    const client = await bench.client();
    const { accepted, text } = await client.publish(
      bench.make({ tags: [['expiration', String(bench.relay.now() - 1)]] }),
    );
    t.equal(accepted, false);
    t.match(text, /^invalid: /);
  },
  async 'an event is no longer served once it expires'(t, bench) {
    const { advance, now } = bench.relay;
    if (advance === undefined) return void t.pass('the clock of this relay is not ours');
    const client = await bench.client();
    const event = bench.make({ tags: [['expiration', String(now() + 100)]] });
    await client.publish(event);
    t.same(await client.query({ ids: [event.id] }), [event]);
    advance(101);
    t.same(await client.query({ ids: [event.id] }), []);
    t.same(await client.query({ authors: [bench.alice.publicKey] }), []);
  },
};
