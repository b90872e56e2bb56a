import t from 'tap';
import { columnsOf } from '../../../web/charts/series.ts';

const HOUR = 3_600_000;

t.test('hours in which nothing happened are gaps, so that no line crosses them', (t) => {
  const points = [0, 1, 5, 6].map((hour) => ({ atMs: hour * HOUR, values: [hour, null] }));
  t.same(columnsOf(points, 2, HOUR), [
    [0, 3_600, 7_200, 18_000, 21_600],
    [0, 1, null, 5, 6],
    [null, null, null, null, null],
  ]);
  t.same(columnsOf([], 1, HOUR), [[], []]);
  t.end();
});
