import t from 'tap';
import { clopperPearsonUpper95, quantile } from './statistics.ts';

t.test('the upper bound is that of the tables', async (t) => {
  // One-sided 95 %: none in n is 1 - 0.05^(1/n); 1 in 100 and 10 in 100 from Clopper and Pearson's tables.
  const near = (value: number, expected: number) => Math.abs(value - expected) < 5e-5;
  t.ok(near(clopperPearsonUpper95(0, 100), 1 - 0.05 ** 0.01));
  t.ok(near(clopperPearsonUpper95(0, 1_000_000), 1 - 0.05 ** 1e-6));
  t.ok(near(clopperPearsonUpper95(1, 100), 0.04656));
  t.ok(near(clopperPearsonUpper95(10, 100), 0.16372));
  t.equal(clopperPearsonUpper95(0, 0), 1, 'nothing tried, nothing known');
  t.equal(clopperPearsonUpper95(7, 7), 1);
});

t.test('a bound is above its rate and comes near it when there is much to go by', async (t) => {
  for (const trials of [10, 1_000, 1_000_000]) t.ok(clopperPearsonUpper95(trials / 10, trials) > 0.1);
  t.ok(clopperPearsonUpper95(100_000, 1_000_000) < 0.1006);
});

t.test('a quantile is a value that was seen', async (t) => {
  t.equal(quantile([3, 1, 2], 0.5), 2);
  t.equal(quantile([3, 1, 2], 0.99), 3);
  t.equal(quantile([], 0.5), 0);
});
