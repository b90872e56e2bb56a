import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { Relay, type RelayOptions } from '../../../node/relay/server.ts';
import { LevelStore } from '../../../node/relay/store/level-store.ts';
import { seededBytes } from '../../support/keys.ts';
import { relayConformance } from './conformance.ts';

/** A relay whose clock only moves when it is told to. */
async function start(options: Partial<RelayOptions> = {}) {
  let nowMs = 1_800_000_000_000;
  const relay = await Relay.start({ clock: () => nowMs, randomBytes: seededBytes('relay'), ...options });
  const advance = (seconds: number) => {
    nowMs += seconds * 1_000;
  };
  return { relay, under: { url: relay.url, now: () => Math.floor(nowMs / 1_000), advance } };
}

t.test('our relay with its memory store does all that a relay must', async (t) => {
  const { relay, under } = await start();
  t.teardown(() => relay.close());
  await relayConformance(t, under);
  t.equal(relay.stats.faults, 0);
});

t.test('our relay with its durable store does all that a relay must', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'pylon-relay-'));
  const { relay, under } = await start({ store: await LevelStore.open(folder) });
  t.teardown(async () => {
    await relay.close();
    await rm(folder, { recursive: true, force: true });
  });
  await relayConformance(t, under);
  t.equal(relay.stats.faults, 0);
});
