import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import t from 'tap';
import { FolderMap } from '../../../ledger/book/folder-map.ts';

const name = fc
  .array(fc.constantFrom('a', 'b', 'ab', '', '__proto__'), { minLength: 1, maxLength: 4 })
  .map((parts) => parts.join('/'));
const value = fc.option(fc.oneof(fc.integer({ min: -50, max: 50 }), fc.constant('text')), { nil: undefined });

t.test('whatever is set and removed, a folder holds and sums what a look at every row finds', async (t) => {
  const property = fc.property(fc.array(fc.tuple(name, value), { maxLength: 60 }), name, (steps, asked) => {
    const map = new FolderMap<string | number>();
    const rows = new Map<string, string | number>();
    for (const [row, after] of steps) {
      if (after === undefined) map.delete(row);
      else map.set(row, after);
      if (after === undefined) rows.delete(row);
      else rows.set(row, after);
    }
    for (const prefix of [asked, `${asked}/`]) {
      const expected = [...rows].filter(([row]) => row.startsWith(prefix)).sort();
      if (!isDeepStrictEqual([...map.within(prefix)].sort(), expected)) return false;
    }
    const amounts = [...rows].filter(([row]) => row.startsWith(`${asked}/`)).map(([, amount]) => amount);
    const sum = amounts.reduce<number>((total, amount) => total + (typeof amount === 'number' ? amount : 0), 0);
    if (map.sum(`${asked}/`) !== sum || map.get(asked) !== rows.get(asked) || map.size !== rows.size) return false;
    for (const row of rows.keys()) map.delete(row);
    return [...map.within('')].length === 0 && map.sum('') === 0;
  });
  fc.assert(property, { numRuns: 300 });
  t.pass('whatever it was');
});

t.test('a folder is found among a hundred thousand rows without looking at them', async (t) => {
  const map = new FolderMap<number>();
  for (let row = 0; row < 100_000; row++) map.set(`b/due/provider/${row % 1_000}/${row}`, 5);
  const startedAt = performance.now();
  for (let asked = 0; asked < 10_000; asked++) map.sum(`b/due/provider/${asked % 1_000}/`);
  const tookMs = performance.now() - startedAt;
  t.equal(map.sum('b/due/provider/7/'), 500);
  t.comment(`10,000 sums in ${Math.round(tookMs)} ms`);
  t.ok(tookMs < 1_000, 'a look at every row would take minutes');
});
