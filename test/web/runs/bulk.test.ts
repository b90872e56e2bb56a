import t from 'tap';
import { doAll } from '../../../web/runs/bulk.ts';

t.test('every run is tried, a few at a time, and each is told of', async (t) => {
  let [now, most] = [0, 0];
  const ids = Array.from({ length: 20 }, (_, index) => String(index));
  const outcome = await doAll(ids, async (id) => {
    most = Math.max(most, ++now);
    await Promise.resolve();
    now--;
    if (id === '7') throw new RangeError('no');
  });
  t.equal(outcome.done.length, 19);
  t.match(outcome.failed, [{ id: '7', thrown: { message: 'no' } }]);
  t.ok(most <= 4, `${most} at once`);
  t.same(await doAll([], async () => undefined), { done: [], failed: [] });
});
