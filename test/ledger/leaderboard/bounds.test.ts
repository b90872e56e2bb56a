import fc from 'fast-check';
import t from 'tap';
import { medianUpperRank, wilsonLower } from '../../../ledger/leaderboard/bounds.ts';

t.test('the lower bound of a share is the one Wilson gave', async (t) => {
  // Newcombe 1998, table I, method 3: 81 of 263, 15 of 148, 0 of 20, 1 of 29.
  const published = [
    [81, 263, 0.2553],
    [15, 148, 0.0624],
    [0, 20, 0],
    [1, 29, 0.0061],
  ] as const;
  for (const [good, all, lower] of published) t.equal(Number(wilsonLower(good, all).toFixed(4)), lower);
  t.equal(wilsonLower(0, 0), 0);
});

t.test('three answers of three rank before nobody who answered 990 of 1,000', async (t) => {
  t.ok(wilsonLower(3, 3) < wilsonLower(990, 1_000));
  const property = fc.property(fc.nat(1_000), fc.integer({ min: 1, max: 1_000 }), (good, all) => {
    if (good > all) return true;
    const lower = wilsonLower(good, all);
    return lower >= 0 && lower <= good / all && lower <= wilsonLower(good * 10, all * 10);
  });
  t.doesNotThrow(() => fc.assert(property));
});

/** How likely it is that fewer than `rank` of `count` fair coins show heads. */
function chanceBelow(rank: number, count: number): number {
  let [term, sum] = [0.5 ** count, 0];
  for (let heads = 0; heads < rank; heads++) {
    sum += term;
    term *= (count - heads) / (heads + 1);
  }
  return sum;
}

t.test('the median is below the value of its upper rank 39 times of 40, and few values cannot tell', async (t) => {
  for (let count = 0; count < 8; count++) t.equal(medianUpperRank(count), undefined);
  for (let count = 8; count <= 1_000; count++) {
    const rank = medianUpperRank(count)!;
    if (chanceBelow(rank, count) < 0.975) t.fail(`rank ${rank} of ${count}: only ${chanceBelow(rank, count)}`);
    if (rank > count) t.fail(`rank ${rank} of ${count}`);
  }
});
