import t from 'tap';
import { watchCanaries } from './canaries.ts';
import { promoteRates, WORLD } from './promotions.ts';
import { simulateGates } from './report.ts';

const SEED = 20_270_109;

t.test(
  'worthless candidates are not promoted, alone or ten on one holdout, where the plain rule is fooled',
  async (t) => {
    t.comment(`seed ${SEED}`);
    const alone = promoteRates(SEED, 400, WORLD);
    t.ok(alone.gate <= 0.05 && alone.plain > 0.08, JSON.stringify(alone));
    const family = promoteRates(SEED, 150, { ...WORLD, family: 10 });
    t.ok(family.gate <= 0.05 && family.plain > 0.3, JSON.stringify(family));
    const graded = promoteRates(SEED, 100, { ...WORLD, isGraded: true, n: 50 });
    t.ok(graded.gate <= 0.06, JSON.stringify(graded));
  },
);

t.test('a candidate that is better by 0.20 is promoted', async (t) => {
  t.comment(`seed ${SEED}`);
  const { gate } = promoteRates(SEED, 300, { ...WORLD, candidate: 0.9 });
  t.ok(gate >= 0.95, `${gate}`);
});

t.test(
  'a canary that fails five times as often is stopped within a hundred of its receipts; harmless ones go on',
  async (t) => {
    t.comment(`seed ${SEED}`);
    const trials = 200;
    const { gate } = watchCanaries(SEED, trials, { control: 0.05, canary: 0.25, receipts: 500 });
    t.ok(gate.filter((stop) => stop <= 100).length >= 0.92 * trials);
    t.equal(gate.length, trials, 'each of them in the end');
    for (const rate of [0.02, 0.15, 0.25]) {
      const harmless = watchCanaries(SEED, 60, { control: rate, canary: rate, receipts: 500 });
      t.ok(harmless.gate.length <= 2, `at ${rate}: ${harmless.gate.length} of 60`);
      if (rate === 0.15) t.ok(harmless.plain.length > 8, 'the plain rule stops many of them');
    }
  },
);

t.test('the same seed gives the same report, another one another', async (t) => {
  const scale = { candidates: 20, gradedFamilies: 2, canaries: 20 };
  const report = simulateGates(SEED, scale);
  t.strictSame(simulateGates(SEED, scale), report);
  t.notSame(simulateGates(SEED + 1, scale).promotions, report.promotions);
  t.ok(Number.isFinite(report.plain_rule.null_promote_rate) && Number.isFinite(report.upper95.null_promote_rate));
});
