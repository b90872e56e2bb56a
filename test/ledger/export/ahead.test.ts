import fc from 'fast-check';
import t from 'tap';
import { ahead } from '../../../ledger/export/ahead.ts';
import { collect } from '../../support/test-ledger.ts';

t.test('whatever is loaded first, all of it comes in order, and no more than allowed is under way', async (t) => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(5)), fc.integer({ min: 1, max: 8 }), async (turns, inFlightMax) => {
      let [now, most] = [0, 0];
      const load = async (wait: number) => {
        most = Math.max(most, ++now);
        for (let turn = 0; turn < wait; turn++) await Promise.resolve();
        now--;
        return wait;
      };
      t.same(await collect(ahead(turns, inFlightMax, load)), turns);
      return most <= inFlightMax;
    }),
  );
});

t.test('a read that fails is told in its turn, and nothing is left under way', async (t) => {
  let open = 0;
  const load = async (item: number) => {
    open++;
    await Promise.resolve();
    open--;
    if (item === 2) throw new RangeError('item 2');
    return item;
  };
  const seen: number[] = [];
  await t.rejects(async () => {
    for await (const item of ahead([0, 1, 2, 3, 4], 3, load)) seen.push(item);
  }, /item 2/);
  t.same(seen, [0, 1]);
  t.equal(open, 0);
});
