// What every event store must do, whatever it is made of. Each implementation's test runs all of it.
import { deepEqual } from 'node:assert/strict';
import fc from 'fast-check';
import type { Test } from 'tap';
import type { EventStore, Stored } from '../../../../node/relay/store/event-store.ts';
import type { VerifiedEvent } from '../../../../protocol/event.ts';
import { type FilterJson, matches, parseFilter } from '../../../../protocol/filter.ts';
import type { KeyPair } from '../../../../protocol/keypair.ts';
import { KIND_DELETION } from '../../../../protocol/kinds.ts';
import { seededKeys } from '../../../support/keys.ts';

export interface StoreUnderTest {
  readonly store: EventStore;
  close(): Promise<void>;
}

const NOW = 1_800_000_000;

/** `NOW` and a few more: the tests' events are all of the past. */
interface Sketch {
  readonly kind?: number;
  readonly at?: number;
  readonly tags?: string[][];
  readonly content?: string;
}

function make(keys: KeyPair, { kind = 1, at = NOW, tags = [], content = '' }: Sketch = {}): VerifiedEvent {
  return keys.sign({ kind, created_at: at, tags, content });
}

function put(store: EventStore, event: VerifiedEvent, nowSeconds = NOW): string {
  return store.put(event, Buffer.from(JSON.stringify(event)), nowSeconds);
}

async function ids(store: EventStore, filter: FilterJson, limit = 1_000, nowSeconds = NOW): Promise<string[]> {
  const parsed = parseFilter(filter);
  if (typeof parsed === 'string') throw new TypeError(parsed);
  const found: Stored[] = [];
  for await (const stored of store.query(parsed, nowSeconds, limit)) found.push(stored);
  return found.map(({ id, raw }) => {
    const event = JSON.parse(Buffer.from(raw!).toString()) as VerifiedEvent;
    return event.id === id ? id : 'the body is of another event';
  });
}

const byOrder = (left: VerifiedEvent, right: VerifiedEvent) =>
  right.created_at - left.created_at || (left.id < right.id ? -1 : 1);

export async function storeConformance(t: Test, open: () => Promise<StoreUnderTest>): Promise<void> {
  const [alice, bob] = seededKeys(1, 2) as [KeyPair, KeyPair];

  const check = (name: string, body: (t: Test, store: EventStore) => Promise<void>) =>
    t.test(name, async (t) => {
      const { store, close } = await open();
      t.teardown(close);
      await body(t, store);
    });

  await check('a put event is served at once, and its repeat is a duplicate', async (t, store) => {
    const event = make(alice);
    t.equal(put(store, event), 'stored');
    t.equal(store.has(event.id), true);
    t.equal(put(store, event), 'duplicate');
    t.same(await ids(store, { ids: [event.id] }), [event.id]);
    await store.flushed();
    t.same(await ids(store, { kinds: [1] }), [event.id]);
  });

  await check('events come newest first, then lowest id, and a limit takes from the top', async (t, store) => {
    const events = [0, 0, 0, 5, 5, 9].map((age, index) => make(alice, { at: NOW - age, content: String(index) }));
    for (const event of [...events].reverse()) put(store, event);
    const ordered = events.sort(byOrder).map(({ id }) => id);
    t.same(await ids(store, {}), ordered);
    t.same(await ids(store, { kinds: [1] }, 4), ordered.slice(0, 4));
    t.same(await ids(store, { ids: [...ordered].reverse() }, 2), ordered.slice(0, 2));
    t.same(await ids(store, {}, 0), []);
  });

  await check('since and until are both inclusive', async (t, store) => {
    const events = [0, 1, 2, 3].map((age) => make(alice, { at: NOW - age }));
    for (const event of events) put(store, event);
    t.same(
      await ids(store, { since: NOW - 2, until: NOW - 1 }),
      events.slice(1, 3).map(({ id }) => id),
    );
    t.same(await ids(store, { since: NOW + 1 }), []);
    t.same(await ids(store, { authors: [alice.publicKey], until: NOW - 4 }), []);
  });

  await check('a newer version takes the place of a replaceable event; an older one is outdated', async (t, store) => {
    for (const kind of [0, 10_002]) {
      const [first, second] = [make(alice, { kind, at: NOW - 10 }), make(alice, { kind, at: NOW - 5 })];
      t.equal(put(store, first), 'stored');
      t.equal(put(store, second), 'stored');
      t.equal(put(store, first), 'outdated');
      put(store, make(bob, { kind, at: NOW - 20 }));
      t.same(await ids(store, { kinds: [kind], authors: [alice.publicKey] }), [second.id]);
      t.equal((await ids(store, { kinds: [kind] })).length, 2);
    }
  });

  await check('of two versions of the same second the lowest id stays, in either order', async (t, store) => {
    for (const d of ['one', 'two']) {
      const pair = [0, 1].map((n) => make(alice, { kind: 30_001, tags: [['d', d]], content: String(n) })).sort(byOrder);
      const inOrder = d === 'one' ? pair : [...pair].reverse();
      for (const event of inOrder) put(store, event);
      t.same(await ids(store, { '#d': [d] }), [pair[0]!.id]);
    }
  });

  await check('addressable events differ by their d tag', async (t, store) => {
    const long = 'd'.repeat(500);
    const one = make(alice, { kind: 31_990, tags: [['d', 'one']] });
    const two = make(alice, { kind: 31_990, tags: [['d', long]], at: NOW - 1 });
    const bare = make(alice, { kind: 31_990, at: NOW - 2 });
    for (const event of [one, two, bare]) t.equal(put(store, event), 'stored');
    t.same(await ids(store, { kinds: [31_990] }), [one.id, two.id, bare.id]);
    t.equal(put(store, make(alice, { kind: 31_990, tags: [['d', long]], at: NOW - 9 })), 'outdated');
    t.equal(put(store, make(alice, { kind: 31_990, tags: [['d', '']], at: NOW - 9 })), 'outdated');
  });

  await check('an expired event is not served, by whatever filter', async (t, store) => {
    const event = make(alice, { tags: [['expiration', String(NOW + 10)]] });
    put(store, event);
    for (const filter of [{ ids: [event.id] }, { kinds: [1] }, {}]) {
      t.same(await ids(store, filter, 10, NOW + 9), [event.id]);
      t.same(await ids(store, filter, 10, NOW + 10), []);
    }
    put(store, make(bob), NOW + 500);
    await store.flushed();
    t.same(await ids(store, { authors: [alice.publicKey] }, 10, NOW + 500), []);
  });

  await check('its author deletes an event by id; it does not come back; the deletion stays', async (t, store) => {
    const event = make(alice);
    put(store, event);
    const deletion = make(alice, { kind: KIND_DELETION, tags: [['e', event.id]], at: NOW + 1 });
    t.equal(put(store, deletion), 'stored');
    t.equal(store.isDeleted(event), true);
    t.equal(put(store, event), 'deleted');
    t.same(await ids(store, {}), [deletion.id]);
    await store.flushed();
    t.equal(put(store, event), 'deleted');
    t.same(await ids(store, { ids: [event.id] }), []);
  });

  await check('a deletion that comes first keeps the event out', async (t, store) => {
    const event = make(alice);
    put(store, make(alice, { kind: KIND_DELETION, tags: [['e', event.id]] }));
    t.equal(put(store, event), 'deleted');
  });

  await check("nobody deletes another's event, by id or by address, before or after", async (t, store) => {
    const before = make(alice, { content: 'before' });
    const after = make(alice, { content: 'after' });
    const slot = make(alice, { kind: 30_001, tags: [['d', 'x']] });
    put(store, before);
    put(store, slot);
    const tags = [
      ['e', before.id],
      ['e', after.id],
      ['a', `30001:${alice.publicKey}:x`],
    ];
    put(store, make(bob, { kind: KIND_DELETION, tags }));
    t.equal(put(store, after), 'stored');
    t.same((await ids(store, { authors: [alice.publicKey] })).sort(), [before, after, slot].map(({ id }) => id).sort());
  });

  await check('a deletion by address removes versions up to its own time and no later one', async (t, store) => {
    const version = (at: number) => make(alice, { kind: 30_001, tags: [['d', 'a:b']], at });
    const [old, mid, late] = [version(NOW - 10), version(NOW - 5), version(NOW - 1)] as const;
    put(store, old);
    const request = { kind: KIND_DELETION, tags: [['a', `30001:${alice.publicKey}:a:b`]] };
    put(store, make(alice, { ...request, at: NOW - 5 }));
    t.same(await ids(store, { kinds: [30_001] }), []);
    t.equal(put(store, old), 'deleted');
    t.equal(put(store, mid), 'deleted');
    t.equal(put(store, late), 'stored');
    put(store, make(alice, { ...request, at: NOW - 8, content: 'an older request' }));
    t.equal(put(store, mid), 'deleted');
    t.same(await ids(store, { kinds: [30_001] }), [late.id]);
  });

  await check('a deletion of a deletion has no effect', async (t, store) => {
    const deletion = make(alice, { kind: KIND_DELETION, tags: [['e', '00'.repeat(32)]] });
    put(store, deletion);
    put(store, make(alice, { kind: KIND_DELETION, tags: [['e', deletion.id]], at: NOW + 1 }));
    t.same(await ids(store, { ids: [deletion.id] }), [deletion.id]);
    t.equal(store.has(deletion.id), true);
  });

  await check('many puts and queries at once lose and repeat nothing', async (t, store) => {
    const events = Array.from({ length: 300 }, (_, index) =>
      make(alice, { at: NOW - (index % 40), content: `${index}` }),
    );
    const queries: Promise<string[]>[] = [];
    for (const [index, event] of events.entries()) {
      put(store, event);
      if (index % 50 === 0) queries.push(ids(store, {}).then((found) => [...found, String(index + 1)]));
    }
    for (const found of await Promise.all(queries)) {
      const putBefore = Number(found.pop());
      t.ok(found.length >= putBefore, 'a query sees every put before it');
      t.equal(new Set(found).size, found.length);
    }
    t.same(
      await ids(store, {}),
      events.sort(byOrder).map(({ id }) => id),
    );
  });

  await check('any filter gives what filtering all events by hand gives', async (_t, store) => {
    const events: VerifiedEvent[] = [];
    for (let index = 0; index < 60; index += 1) {
      const tags = [
        ['t', ['red', 'green', ''][index % 3]!],
        ['p', [alice, bob][index % 2]!.publicKey],
        ...(index % 5 === 0
          ? [
              ['e', 'ab'.repeat(32)],
              ['e', 'cd'.repeat(32)],
            ]
          : []),
      ];
      const event = make([alice, bob][index % 4 === 0 ? 0 : 1]!, {
        kind: [1, 7, 5940][index % 3]!,
        at: NOW - (index % 7),
        content: String(index),
        tags,
      });
      put(store, event);
      events.push(event);
    }
    const some = <T>(...values: T[]) => fc.subarray(values, { minLength: 0 });
    const filters = fc.record(
      {
        kinds: some(1, 7, 5940, 9),
        authors: some(alice.publicKey, bob.publicKey),
        '#t': some('red', 'green', '', 'blue'),
        '#p': some(alice.publicKey, bob.publicKey),
        '#e': some('ab'.repeat(32), 'cd'.repeat(32)),
        ids: some(...events.slice(0, 20).map(({ id }) => id)),
        since: fc.integer({ min: NOW - 8, max: NOW + 1 }),
        until: fc.integer({ min: NOW - 8, max: NOW + 1 }),
      },
      { requiredKeys: [] },
    );
    await fc.assert(
      fc.asyncProperty(filters, fc.integer({ min: 1, max: 70 }), async (filter, limit) => {
        const parsed = parseFilter(filter);
        if (typeof parsed === 'string') throw new TypeError(parsed);
        const expected = events.filter((event) => matches(parsed, event)).sort(byOrder);
        deepEqual(
          await ids(store, filter, limit),
          expected.slice(0, limit).map(({ id }) => id),
        );
      }),
      { numRuns: 100 },
    );
  });
}
