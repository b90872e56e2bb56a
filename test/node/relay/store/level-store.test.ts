import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { LevelStore } from '../../../../node/relay/store/level-store.ts';
import { parseFilter } from '../../../../protocol/filter.ts';
import type { KeyPair } from '../../../../protocol/keypair.ts';
import { seededKeys } from '../../../support/keys.ts';
import { storeConformance } from './conformance.ts';

const NOW = 1_800_000_000;
const [alice] = seededKeys('level') as [KeyPair];

async function folder(t: Test): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'pylon-events-'));
  t.teardown(() => rm(path, { recursive: true, force: true }));
  return path;
}

t.test('the durable store keeps the contract of all stores', async (t) => {
  const base = await folder(t);
  let opened = 0;
  await storeConformance(t, async () => {
    opened += 1;
    const store = await LevelStore.open(join(base, String(opened)));
    return { store, close: () => store.close() };
  });
});

t.test('events, deletions and versions survive a restart', async (t) => {
  const path = await folder(t);
  const kept = alice.sign({ kind: 1, created_at: NOW, tags: [], content: 'kept' });
  const gone = alice.sign({ kind: 1, created_at: NOW, tags: [], content: 'gone' });
  const old = alice.sign({ kind: 0, created_at: NOW - 1, tags: [], content: 'old' });
  const current = alice.sign({ kind: 0, created_at: NOW, tags: [], content: 'current' });
  const deletion = alice.sign({ kind: 5, created_at: NOW, tags: [['e', gone.id]], content: '' });
  const first = await LevelStore.open(path);
  for (const event of [kept, gone, old, current, deletion]) first.put(event, Buffer.from(JSON.stringify(event)), NOW);
  await first.close();
  const second = await LevelStore.open(path);
  t.teardown(() => second.close());
  t.equal(second.put(gone, Buffer.from(JSON.stringify(gone)), NOW), 'deleted');
  t.equal(second.put(old, Buffer.from(JSON.stringify(old)), NOW), 'outdated');
  t.equal(second.put(kept, Buffer.from(JSON.stringify(kept)), NOW), 'duplicate');
  const filter = parseFilter({});
  if (typeof filter === 'string') throw new TypeError(filter);
  const ids: string[] = [];
  for await (const { id } of second.query(filter, NOW, 10)) ids.push(id);
  t.same(ids.sort(), [kept.id, current.id, deletion.id].sort());
});

t.test('expired events leave the disk', async (t) => {
  const path = await folder(t);
  const store = await LevelStore.open(path);
  const event = alice.sign({ kind: 1, created_at: NOW, tags: [['expiration', String(NOW + 5)]], content: '' });
  store.put(event, Buffer.from(JSON.stringify(event)), NOW);
  await store.close();
  const other = alice.sign({ kind: 1, created_at: NOW + 1, tags: [], content: '' });
  const sweeping = await LevelStore.open(path);
  sweeping.put(other, Buffer.from(JSON.stringify(other)), NOW + 100);
  await sweeping.close();
  const reopened = await LevelStore.open(path);
  t.teardown(() => reopened.close());
  t.equal(reopened.has(event.id), false);
  t.equal(reopened.has(other.id), true);
});

t.test('a store that another process holds is an error that says so', async (t) => {
  const path = await folder(t);
  const store = await LevelStore.open(path);
  t.teardown(() => store.close());
  await t.rejects(LevelStore.open(path), { code: 'store-locked' });
});
