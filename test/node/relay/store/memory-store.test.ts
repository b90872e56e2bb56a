import t from 'tap';
import { MemoryStore } from '../../../../node/relay/store/memory-store.ts';
import { parseFilter } from '../../../../protocol/filter.ts';
import type { KeyPair } from '../../../../protocol/keypair.ts';
import { seededKeys } from '../../../support/keys.ts';
import { storeConformance } from './conformance.ts';

const NOW = 1_800_000_000;
const [alice] = seededKeys('memory') as [KeyPair];

t.test('the memory store keeps the contract of all stores', (t) =>
  storeConformance(t, async () => {
    const store = new MemoryStore();
    return { store, close: () => store.close() };
  }),
);

function fill(store: MemoryStore, count: number, kind: number, contentChars: number, from = 0): string[] {
  return Array.from({ length: count }, (_, index) => {
    const content = String(from + index).padEnd(contentChars);
    const event = alice.sign({ kind, created_at: NOW + from + index, tags: [['d', String(from + index)]], content });
    store.put(event, Buffer.from(JSON.stringify(event)), NOW);
    return event.id;
  });
}

t.test('past its bytes the ring lets go of the oldest bodies, counts them, and stays within its bound', async (t) => {
  const store = new MemoryStore({ ringBytesMax: 100_000 });
  const ids = fill(store, 100, 5940, 4_000);
  t.ok(store.stats.bytes <= 100_000);
  t.equal(store.stats.events + store.stats.evicted, 100);
  t.ok(store.stats.events >= 15);
  t.equal(store.has(ids[0]!), false);
  t.equal(store.has(ids[99]!), true);
});

t.test('job traffic does not push out announcements and deletions', async (t) => {
  const store = new MemoryStore({ ringBytesMax: 50_000 });
  const [announcement] = fill(store, 1, 31_990, 10);
  const [deletion] = fill(store, 1, 5, 10);
  fill(store, 200, 6940, 2_000, 10);
  t.ok(store.stats.evicted > 0);
  t.equal(store.has(announcement!), true);
  t.equal(store.has(deletion!), true);
});

t.test('the shelf of announcements is bounded too', async (t) => {
  const store = new MemoryStore({ shelfBytesMax: 20_000 });
  fill(store, 100, 31_990, 500);
  t.ok(store.stats.bytes <= 20_000);
  t.equal(store.stats.events + store.stats.evicted, 100);
});

t.test('a query under way pins no body that the store has let go of', async (t) => {
  const store = new MemoryStore({ ringBytesMax: 50_000 });
  fill(store, 10, 1, 2_000);
  const filter = parseFilter({ kinds: [1] });
  if (typeof filter === 'string') throw new TypeError(filter);
  const reading = store.query(filter, NOW, 100);
  const first = reading.next();
  t.equal(first.done, false);
  fill(store, 100, 1, 2_000, 100);
  t.same([...reading], []);
});

t.test('tombstones are bounded: the oldest deletion is forgotten first', async (t) => {
  const store = new MemoryStore({ tombstonesMax: 2 });
  const events = [0, 1, 2].map((n) => alice.sign({ kind: 1, created_at: NOW, tags: [], content: String(n) }));
  const tags = events.map(({ id }) => ['e', id]);
  const deletion = alice.sign({ kind: 5, created_at: NOW, tags, content: '' });
  store.put(deletion, Buffer.from(JSON.stringify(deletion)), NOW);
  t.same(
    events.map((event) => store.isDeleted(event)),
    [false, true, true],
  );
});
