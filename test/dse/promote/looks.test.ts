import t from 'tap';
import { alphaOfLook, nextLook } from '../../../dse/promote/looks.ts';

t.test('the shares of all looks add up to alpha, and not more', async (t) => {
  let spent = 0;
  for (let look = 1; look <= 10_000; look++) spent += alphaOfLook(0.05, look);
  t.ok(spent < 0.05 && spent > 0.0499);
  t.equal(alphaOfLook(0.05, 1), 0.025);
});

t.test('a holdout that shares an example with one that was looked at was looked at', async (t) => {
  const before = [{ inputs: ['a', 'b'] }, { inputs: ['b', 'c'] }, { inputs: ['d'] }];
  t.equal(nextLook([], ['a']), 1);
  t.equal(nextLook(before, ['a', 'x']), 2);
  t.equal(nextLook(before, ['b']), 3);
  t.equal(nextLook(before, ['x', 'y']), 1);
});
