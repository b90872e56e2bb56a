import t from 'tap';
import { bootstrapNotBetter, holm, mcnemar, mcnemarBetter, signFlip } from '../../protocol/significance.ts';
import { seededRandom } from '../support/seeded-random.ts';

const near = (value: number, expected: number, within = 1e-9) => Math.abs(value - expected) <= within;

t.test('McNemar is the exact binomial test, also where terms are too small for a double', async (t) => {
  t.equal(mcnemar(0, 0), 1);
  t.equal(mcnemar(5, 5), 1);
  t.ok(near(mcnemar(0, 6), 2 / 64));
  t.ok(near(mcnemar(1, 9), 22 / 1_024));
  t.ok(near(mcnemar(9, 1), 22 / 1_024), 'it has no side');
  t.ok(near(mcnemar(3, 9), 0.14599609375));
  t.ok(mcnemar(700, 800) > 0.009 && mcnemar(700, 800) < 0.011, 'z = 2.58 is p = 0.01');
});

t.test('one-sided, McNemar asks whether the second is better', async (t) => {
  t.equal(mcnemarBetter(0, 0), 1);
  t.ok(near(mcnemarBetter(0, 6), 1 / 64));
  t.ok(near(mcnemarBetter(1, 9), 11 / 1_024));
  t.ok(near(mcnemarBetter(9, 1), 1 - 1 / 1_024), 'the worse it is, the less it says so');
  t.ok(near(mcnemarBetter(5, 5), 0.623046875));
  t.ok(mcnemarBetter(700, 800) > 0.0045 && mcnemarBetter(700, 800) < 0.0055);
});

t.test('the paired bootstrap knows what resampling would say of every sample', async (t) => {
  t.equal(bootstrapNotBetter([], 99), 1, 'of nothing nothing is known');
  t.equal(bootstrapNotBetter([0, 0, 0], 99), 1);
  t.equal(bootstrapNotBetter([1, 1, 1], 99), 1 / 100, 'no resample is not better');
  t.equal(bootstrapNotBetter([0.1, 0.2, -0.3], 9_999), bootstrapNotBetter([0.1, 0.2, -0.3], 9_999));
  // One of four pairs is better: a resample misses it with (3/4)^4.
  t.ok(near(bootstrapNotBetter([1, 0, 0, 0], 100_000), 0.31640625, 0.005));
  // Two of three better, one worse: of the 27 resamples, those with two or three of the worse one: 7.
  t.ok(near(bootstrapNotBetter([1, 1, -1], 100_000), 7 / 27, 0.005));
});

t.test('the sign-flip test counts every pattern of few pairs', async (t) => {
  t.equal(signFlip([]), 1);
  t.equal(signFlip([0, 0]), 1);
  t.equal(signFlip([1, 1, 1]), 2 / 8);
  t.equal(signFlip([0.1, 0.2, 0.3, 0, 0]), 2 / 8, 'pairs that are equal say nothing, and 0.1 + 0.2 is 0.3');
  t.equal(signFlip([1, 2, 3, -4]), 14 / 16);
  t.equal(signFlip([-1, -2, -3, 4]), 14 / 16);
});

t.test(
  'where nothing differs it finds something in one of twenty, in all three of its ways; and the same for the same pairs',
  async (t) => {
    const seed = 20_261_124;
    t.comment(`seed ${seed}`);
    const { fraction } = seededRandom(seed);
    for (const [pairs, trials] of [
      [12, 400],
      [40, 400],
      [300, 400],
    ] as const) {
      let found = 0;
      for (let trial = 0; trial < trials; trial++) {
        const differences = Array.from({ length: pairs }, () => (fraction() - 0.5) * Math.exp(2 * fraction()));
        if (signFlip(differences) < 0.05) found++;
      }
      t.ok(found / trials < 0.08 && found / trials > 0.02, `${pairs} pairs: ${found} of ${trials}`);
    }
    const differences = Array.from({ length: 60 }, () => fraction() - 0.3);
    t.equal(signFlip(differences), signFlip([...differences]));
    t.ok(signFlip(differences) < 0.01);
    t.ok(signFlip(Array.from({ length: 200 }, () => 1)) > 0, 'p is never 0');
  },
);

t.test('Holm asks more of the least, and keeps the order', async (t) => {
  t.same(holm([]), []);
  t.strictSame(
    holm([0.01, 0.5, 0.02]).map((p) => Number(p.toFixed(9))),
    [0.03, 0.5, 0.04],
  );
  t.strictSame(holm([0.04, 0.03]), [0.06, 0.06]);
  t.strictSame(holm([0.9, 0.8]), [1, 1]);
});
