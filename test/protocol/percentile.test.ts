import t from 'tap';
import { percentile } from '../../protocol/percentile.ts';

t.test('percentiles are values that occurred (nearest rank)', async (t) => {
  t.equal(percentile([], 0.5), 0);
  t.equal(percentile([7], 0.99), 7);
  t.equal(percentile([1, 2, 3, 4], 0.5), 2);
  t.equal(percentile([1, 2, 3, 4], 0), 1);
  t.equal(percentile([1, 2, 3, 4], 1), 4);
});
