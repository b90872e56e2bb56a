import { deepEqual } from 'node:assert/strict';
import fc from 'fast-check';
import t from 'tap';
import type { Change } from '../../../ledger/leaderboard/fold.ts';
import {
  addRollup,
  decodeFlat,
  emptyRollup,
  encodeRollup,
  type Rollup,
  toRollup,
} from '../../../ledger/leaderboard/rollup.ts';
import { Gathering, Rollups } from '../../../ledger/leaderboard/rollups.ts';
import { rollupKey, rollupPlace, rollupsBetween } from '../../../ledger/store/keys.ts';
import type { Row } from '../../../ledger/store/store.ts';
import { decodeValue } from '../../../ledger/store/values.ts';

const change: fc.Arbitrary<Change> = fc
  .record({
    what: fc.constantFrom('asked', 'answered', 'failed', 'timeouts', 'cancelled', 'rejected', 'settled'),
    hour: fc.nat(3),
    provider: fc.constantFrom('a', 'b!', 'c%21'),
    model: fc.constantFrom('', 'small', 'large'),
    atMs: fc.integer({ min: 1, max: 20 }),
    name: fc.constantFrom('', 'carol', 'dave'),
    latencyMs: fc.nat(100_000),
    amountMsat: fc.integer({ min: 1, max: 1_000 }), // of nothing there is no change (fold.ts)
  })
  .map((one) => one as unknown as Change);

/** The store: what was written and not lost. */
class Rows {
  readonly values = new Map<string, Uint8Array>();
  reads = 0;

  valueNow(key: string): unknown {
    this.reads++;
    const bytes = this.values.get(key);
    return bytes === undefined ? undefined : decodeValue(bytes, key);
  }

  write(rows: readonly Row[]): void {
    for (const row of rows) {
      if (row.type === 'put') this.values.set(row.key, row.value);
      else this.values.delete(row.key);
    }
  }

  all(): Map<string, Rollup> {
    return new Map([...this.values].map(([key, bytes]) => [key, toRollup(decodeFlat(bytes, key), key)]));
  }
}

function gathered(changes: readonly Change[]): Map<string, Rollup> {
  const gathering = new Gathering();
  for (const one of changes) gathering.add(one);
  return gathering.deltas;
}

t.test(
  'whatever the cuts between writes, and whatever a failed write took away, the rows are those of what was stored',
  async (t) => {
    const commit = fc.record({ changes: fc.array(change, { maxLength: 6 }), fate: fc.nat(5), reopen: fc.nat(9) });
    const property = fc.property(fc.array(commit, { maxLength: 30 }), (commits) => {
      const rows = new Rows();
      let rollups = new Rollups(rows);
      const kept: Change[] = [];
      for (const { changes, fate, reopen } of commits) {
        for (const one of changes) rollups.add(one);
        const taken = rollups.take();
        if (fate === 0) rollups.forget();
        else {
          rows.write(taken);
          rollups.stored();
          kept.push(...changes);
        }
        if (reopen === 0) rollups = new Rollups(rows);
      }
      deepEqual(rows.all(), gathered(kept));
    });
    t.doesNotThrow(() => fc.assert(property, { numRuns: 300 }));
  },
);

t.test('rows add up to the same in any order, and are read back as they were', async (t) => {
  const property = fc.property(fc.array(change, { maxLength: 40 }), fc.nat(), (changes, turn) => {
    const at = changes.length === 0 ? 0 : turn % changes.length;
    const turned = gathered([...changes.slice(at), ...changes.slice(0, at)]);
    const whole = gathered(changes);
    deepEqual(turned, whole);
    for (const [key, rollup] of whole) {
      deepEqual(toRollup(decodeFlat(encodeRollup(rollup), key), key), rollup);
      const twice = emptyRollup();
      addRollup(twice, rollup);
      addRollup(twice, rollup);
      deepEqual(twice.answered, 2 * rollup.answered);
      deepEqual([twice.firstMs, twice.lastMs, twice.name], [rollup.firstMs, rollup.lastMs, rollup.name]);
    }
  });
  t.doesNotThrow(() => fc.assert(property, { numRuns: 200 }));
});

t.test('with more rows than are kept in memory nothing is lost, and the memory is let go', async (t) => {
  const rows = new Rows();
  const rollups = new Rollups(rows);
  const asked = (provider: number): Change => ({
    hour: 1,
    provider: `${provider}`,
    model: '',
    atMs: 1,
    what: 'asked',
    name: '',
  });
  for (let round = 0; round < 2; round++) {
    for (let provider = 0; provider < 6_000; provider++) {
      rollups.add(asked(provider));
      if (provider % 100 !== 99) continue;
      rows.write(rollups.take());
      rollups.stored();
    }
  }
  t.equal(rows.values.size, 6_000);
  t.ok([...rows.all().values()].every(({ asked: times }) => times === 2));
  t.equal([...rollups.kept()].length, 4_096);
});

t.test('a key gives back its provider and model, and the rows of an hour lie together', async (t) => {
  const word = fc.string({ unit: 'grapheme', maxLength: 20 });
  const property = fc.property(word, word, fc.nat(9_999_999), (provider, model, hour) => {
    const key = rollupKey(hour, provider, model);
    const range = rollupsBetween(hour, hour);
    return (
      rollupPlace(key).provider === provider &&
      rollupPlace(key).model === model &&
      rollupPlace(key).hour === hour &&
      key >= range.gte &&
      key < range.lt &&
      rollupKey(hour + 1, provider, model) >= range.lt
    );
  });
  t.doesNotThrow(() => fc.assert(property));
});

t.test('what differs only in half characters is one row with one name, as it is in the store', async (t) => {
  const rows = new Rows();
  const rollups = new Rollups(rows);
  for (const half of ['\ud800', '\udc00', '\ufffd']) {
    rollups.add({ hour: 1, provider: `p${half}`, model: `m${half}`, atMs: 5, what: 'asked', name: `n${half}` });
    rows.write(rollups.take());
  }
  t.match([...rows.all()], [['a!prov!00000001!p\ufffd!m\ufffd', { asked: 3, name: 'n\ufffd' }]]);
});

t.test('a damaged row is named, not counted', async (t) => {
  const key = rollupKey(1, 'a', '');
  t.throws(() => decodeFlat(Uint8Array.of(1, 0x01), key), { code: 'store-corrupt', value: key });
  t.throws(() => decodeFlat(Uint8Array.of(9), key), { code: 'store-corrupt', value: key });
});
