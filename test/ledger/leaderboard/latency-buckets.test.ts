import fc from 'fast-check';
import t from 'tap';
import { BUCKETS, bucketOf, LATENCY_ERROR, latencyOf } from '../../../ledger/leaderboard/latency-buckets.ts';

t.test('a latency is told within 2 % of itself, from a hundredth of a millisecond to two weeks', async (t) => {
  const property = fc.property(fc.double({ min: 0.01, max: 1_209_600_000, noNaN: true }), (latencyMs) => {
    const told = latencyOf(bucketOf(latencyMs));
    return Math.abs(told - latencyMs) <= latencyMs * (LATENCY_ERROR + 1e-9);
  });
  t.doesNotThrow(() => fc.assert(property, { numRuns: 2_000 }));
});

t.test('a slower latency is never in an earlier bucket, and every latency has one', async (t) => {
  const latency = fc.double({ min: 0, noNaN: true, noDefaultInfinity: true });
  const property = fc.property(latency, latency, (left, right) => {
    const [low, high] = [bucketOf(Math.min(left, right)), bucketOf(Math.max(left, right))];
    return low <= high && low >= 0 && high < BUCKETS && Number.isInteger(low);
  });
  t.doesNotThrow(() => fc.assert(property, { numRuns: 1_000 }));
  t.same([bucketOf(0), bucketOf(1e-300), bucketOf(Number.MAX_VALUE)], [0, 0, BUCKETS - 1]);
  t.ok(BUCKETS < 700, `${BUCKETS} buckets`);
});
