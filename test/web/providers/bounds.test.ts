import fc from 'fast-check';
import t from 'tap';
import { wilsonLower } from '../../../ledger/leaderboard/bounds.ts';
import { latencyScale, wilsonUpper } from '../../../web/providers/bounds.ts';

t.test('the upper bound mirrors the lower one that the daemon tells', (t) => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 5_000 }), fc.nat(5_000), (count, some) => {
      const good = some % (count + 1);
      const mirrored = 1 - wilsonLower(count - good, count);
      t.ok(Math.abs(wilsonUpper(good / count, count) - mirrored) < 1e-9, `${good} of ${count}`);
    }),
  );
  t.equal(wilsonUpper(null, 0), 1);
  t.end();
});

t.test('latencies of any size have a place between 0 and 1, in order', (t) => {
  const scale = latencyScale([
    { latency_ms: { p50: 10, p99: 40_000, p50_upper: null } },
    { latency_ms: { p50: 100, p99: null, p50_upper: null } },
    { latency_ms: { p50: null, p99: null, p50_upper: null } },
  ]);
  t.equal(scale.at(40_000), 1);
  t.ok(scale.at(10) > 0 && scale.at(10) < scale.at(100) && scale.at(100) < 0.5);
  for (const ms of [0, -1, 1e-9, 1e12]) t.ok(scale.at(ms) >= 0 && scale.at(ms) <= 1, `${ms} ms`);
  t.equal(latencyScale([]).at(5), 0);
  t.ok(latencyScale([{ latency_ms: { p50: 7, p99: 7, p50_upper: null } }]).at(7) > 0, 'one provider has a bar, too');
  t.end();
});
