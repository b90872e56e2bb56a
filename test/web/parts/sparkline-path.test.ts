import t from 'tap';
import { sparklinePath } from '../../../web/parts/sparkline-path.ts';

t.test('a sparkline stands on nought, reaches the top, and is broken where nothing is known', async (t) => {
  t.equal(sparklinePath([0, 5, 10], 20, 10), 'M0.0 10.0h0L10.0 5.0L20.0 0.0');
  t.equal(sparklinePath([4, null, 4], 20, 10), 'M0.0 0.0h0M20.0 0.0h0', 'lone points are dots');
  t.equal(sparklinePath([0, 0], 20, 10), 'M0.0 10.0h0L20.0 10.0', 'all nought is a line on the ground');
  t.equal(sparklinePath([3], 20, 10), 'M0.0 0.0h0');
  t.equal(sparklinePath([-1, 1], 20, 10), 'M0.0 10.0h0L20.0 0.0');
  t.equal(sparklinePath([], 20, 10), '');
  t.equal(sparklinePath([null, Number.NaN], 20, 10), '', 'nothing known is nothing drawn');
});
