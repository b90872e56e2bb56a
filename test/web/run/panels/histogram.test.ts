// The histogram holds every latency once.
import fc from 'fast-check';
import t from 'tap';
import { histogramOf, placeIn } from '../../../../web/run/panels/histogram.ts';

t.test('the columns touch, and together hold every latency', async (t) => {
  const latencies = fc
    .array(fc.double({ min: 0, max: 600_000, noNaN: true }), { minLength: 1, maxLength: 300 })
    .map((list) => list.sort((left, right) => left - right));
  fc.assert(
    fc.property(latencies, (sorted) => {
      const columns = histogramOf(sorted);
      t.equal(
        columns.reduce((sum, { count }) => sum + count, 0),
        sorted.length,
      );
      t.ok(columns.length <= 30, `${columns.length} columns`);
      for (let at = 1; at < columns.length; at++) t.equal(columns[at]!.fromMs, columns[at - 1]!.toMs);
      for (const value of sorted) t.ok(placeIn(columns, value) >= 0 && placeIn(columns, value) <= 1);
    }),
    { numRuns: 200 },
  );
});

t.test('without latencies there are no columns', async (t) => {
  t.same(histogramOf([]), []);
});
