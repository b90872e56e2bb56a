import fc from 'fast-check';
import t from 'tap';
import { GATE_RULE, judgeHoldout } from '../../../dse/promote/gate.ts';
import type { Outcome } from '../../../dse/promote/outcome.ts';

const answered = (reward: number, more: Partial<Outcome> = {}): Outcome => ({
  reward,
  costMsat: 0,
  calls: 1,
  latencyMs: 100,
  isError: false,
  ...more,
});

/** `right` of `n` answers are right, beginning with number `from`. */
function rightOf(n: number, right: number, from = 0, more: Partial<Outcome> = {}): Outcome[] {
  return Array.from({ length: n }, (_, at) => answered(Number(at >= from && at < from + right), more));
}

t.test(
  'a winner that is clearly better on a hundred examples is promoted, and the reason says by how much',
  async (t) => {
    const found = judgeHoldout(rightOf(100, 70), rightOf(100, 90), 1, GATE_RULE);
    t.equal(found.verdict, 'promote');
    t.equal(found.n, 100);
    t.match(found.test, { name: 'mcnemar', p: 2 ** -20, alpha: 0.025, minHoldoutDelta: 0.05 });
    t.ok(Math.abs(found.test.delta - 0.2) < 1e-12);
    t.match(found.reason, /^\+0\.200 on 100 examples, p 9\.5e-7, at most 0\.025 asked/);
  },
);

t.test('a millisecond more is no latency that keeps a winner away, and a second is', async (t) => {
  const of = (before: number, after: number) =>
    judgeHoldout(rightOf(100, 70, 0, { latencyMs: before }), rightOf(100, 90, 0, { latencyMs: after }), 1, GATE_RULE);
  t.equal(of(1, 3).verdict, 'promote');
  t.equal(of(1, 19).verdict, 'promote');
  t.match(of(1_000, 2_000), { verdict: 'keep', reason: /latency may be ×2/ });
});

t.test('fewer than fifty examples say nothing, however good they look', async (t) => {
  const found = judgeHoldout(rightOf(49, 0), rightOf(49, 49), 1, GATE_RULE);
  t.equal(found.verdict, 'insufficient_evidence');
  t.match(found.reason, /49 holdout examples, and at least 50/);
  t.equal(judgeHoldout(rightOf(50, 0), rightOf(50, 50), 1, GATE_RULE).verdict, 'promote');
  t.equal(judgeHoldout([], [], 1, GATE_RULE).verdict, 'insufficient_evidence');
});

t.test('a gain that chance explains is not promoted', async (t) => {
  // 12 better, 4 worse of 100: +0.08, p 0.038.
  const baseline = [...rightOf(80, 0), ...rightOf(16, 4), ...rightOf(4, 4)];
  const candidate = [...rightOf(80, 0), ...rightOf(16, 12, 4), ...rightOf(4, 4)];
  const found = judgeHoldout(baseline, candidate, 1, GATE_RULE);
  t.equal(found.verdict, 'keep');
  t.match(found.reason, /\+0\.080 on 100 examples, p 0\.038: chance explains it, at the 0\.025 of this look/);
});

t.test('a gain that is sure and small is not promoted', async (t) => {
  const found = judgeHoldout(rightOf(500, 100), rightOf(500, 120), 1, GATE_RULE);
  t.equal(found.verdict, 'keep');
  t.match(found.reason, /\+0\.040 .*less than the 0\.05 that is asked/);
  t.equal(
    judgeHoldout(rightOf(500, 100), rightOf(500, 120), 1, { ...GATE_RULE, minHoldoutDelta: 0.04 }).verdict,
    'promote',
  );
});

t.test('what was enough at the first look is not at the tenth', async (t) => {
  const [baseline, candidate] = [rightOf(100, 50), rightOf(100, 60)]; // p 1/1024
  t.equal(judgeHoldout(baseline, candidate, 1, GATE_RULE).verdict, 'promote');
  t.equal(judgeHoldout(baseline, candidate, 10, GATE_RULE).verdict, 'keep');
});

t.test('graded rewards are resampled, and the signs have to agree', async (t) => {
  const baseline = Array.from({ length: 60 }, (_, at) => answered(0.2 + 0.01 * (at % 7)));
  const better = baseline.map(({ reward }, at) => answered(reward + (at % 6 === 0 ? -0.1 : 0.15)));
  t.match(judgeHoldout(baseline, better, 1, GATE_RULE), { verdict: 'promote', test: { name: 'paired_bootstrap' } });
  const alike = baseline.map(({ reward }, at) => answered(reward + (at % 2 === 0 ? -0.15 : 0.16)));
  t.match(judgeHoldout(baseline, alike, 1, GATE_RULE), { verdict: 'keep' });
  const once = baseline.map(({ reward }, at) => answered(at < 5 ? 1 : reward));
  const few = judgeHoldout(baseline, once, 1, GATE_RULE);
  t.equal(few.test.p, 1 / 32, 'five that moved may all have moved the same way by chance');
  t.equal(few.verdict, 'keep');
});

t.test(
  'better answers that cost more calls, more time or more failures than allowed are kept out, with each reason',
  async (t) => {
    const baseline = rightOf(100, 60);
    const costly = judgeHoldout(baseline, rightOf(100, 90, 0, { calls: 2 }), 1, GATE_RULE);
    t.equal(costly.verdict, 'keep');
    t.match(costly.reason, /but the cost may be ×2, where 1\.25 is allowed$/);
    const slow = judgeHoldout(baseline, rightOf(100, 90, 0, { latencyMs: 160 }), 1, GATE_RULE);
    t.match(slow.reason, /but the latency may be ×1\.6, where 1\.5 is allowed$/);
    const frail = rightOf(100, 90).map((one, at) => (at >= 92 ? answered(0, { isError: true }) : one));
    t.match(judgeHoldout(baseline, frail, 1, GATE_RULE).reason, /but the share of errors may be \+0\.13, where 0\.1/);
    const sats = rightOf(100, 90, 0, { costMsat: 2_000, calls: 2 });
    t.match(judgeHoldout(rightOf(100, 60, 0, { costMsat: 1_000 }), sats, 1, GATE_RULE).nonInferiority, [
      { what: 'cost', ratioOrDelta: 2, bound: 1.25, holds: false },
      { what: 'latency', ratioOrDelta: 1, holds: true },
      { what: 'error_rate', holds: true },
    ]);
  },
);

t.test('what costs less, or nothing, is within its bounds; where nothing was paid anything is too much', async (t) => {
  const found = (before: number, after: number) =>
    judgeHoldout(rightOf(60, 0, 0, { calls: before }), rightOf(60, 60, 0, { calls: after }), 1, GATE_RULE);
  t.match(found(2, 1), { verdict: 'promote', nonInferiority: [{ ratioOrDelta: 0.5 }, {}, {}] });
  t.match(found(0, 0), { verdict: 'promote', nonInferiority: [{ ratioOrDelta: 1 }, {}, {}] });
  t.match(found(1, 0), { verdict: 'promote', nonInferiority: [{ ratioOrDelta: 0 }, {}, {}] });
  t.match(found(0, 1), { verdict: 'keep', nonInferiority: [{ ratioOrDelta: 1e9 }, {}, {}] });
});

t.test('where the goal is the cost, what saves enough of it at no loss of score is promoted', async (t) => {
  const rule = { ...GATE_RULE, goal: 'cost' } as const;
  const baseline = rightOf(100, 80).map((one, at) => ({ ...one, calls: 10 + (at % 5) }));
  const cheap = rightOf(100, 80).map((one, at) => ({ ...one, calls: 4 + (at % 3) }));
  const found = judgeHoldout(baseline, cheap, 1, rule);
  t.match(found, {
    verdict: 'promote',
    test: { name: 'paired_bootstrap' },
    nonInferiority: [{ what: 'score' }, {}, {}],
  });
  t.match(found.reason, /^58\.4 % of the cost saved on 100 examples/);
  t.equal(judgeHoldout(baseline, cheap, 1, GATE_RULE).verdict, 'keep', 'the score is no better');
  const worse = rightOf(100, 75).map((one) => ({ ...one, calls: 4 }));
  t.match(
    judgeHoldout(baseline, worse, 1, rule).reason,
    /but the score may be lower by 0\.08\d*, where 0\.05 is allowed/,
  );
  t.equal(judgeHoldout(baseline, baseline, 1, rule).verdict, 'keep', 'nothing is saved');
  t.equal(judgeHoldout(rightOf(60, 9, 0, { calls: 0 }), rightOf(60, 9, 0, { calls: 0 }), 1, rule).verdict, 'keep');
});

t.test('what is faster than anybody notices is not slow, whatever its ratio', async (t) => {
  const [baseline, candidate] = [rightOf(100, 60, 0, { latencyMs: 1 }), rightOf(100, 90, 0, { latencyMs: 80 })];
  t.match(judgeHoldout(baseline, candidate, 1, GATE_RULE), {
    verdict: 'promote',
    nonInferiority: [{}, { ratioOrDelta: 1 }, {}],
  });
});

t.test('a bound is held against what may be true, not against what was measured', async (t) => {
  const wild = Array.from({ length: 60 }, (_, at) => at % 10 === 0);
  const baseline = wild.map((_, at) => answered(0, { latencyMs: at % 10 === 5 ? 1_000 : 100 }));
  const candidate = wild.map((isSlow) => answered(1, { latencyMs: isSlow ? 1_000 : 100 }));
  const [, latency] = judgeHoldout(baseline, candidate, 1, GATE_RULE).nonInferiority;
  t.ok(latency !== undefined && latency.ratioOrDelta > 1.5 && !latency.holds, 'the means are equal, and may not be');
});

t.test(
  'the verdict is the same for the same outcomes, and never promote without the gain, the test and the bounds',
  async () => {
    const outcome = fc.record({
      reward: fc.oneof(fc.constantFrom(0, 1), fc.double({ min: 0, max: 1, noNaN: true })),
      costMsat: fc.nat(1_000),
      calls: fc.nat(5),
      latencyMs: fc.integer({ min: 0, max: 1_000 }),
      isError: fc.boolean(),
    });
    const pairs = fc.array(fc.tuple(outcome, outcome), { minLength: 0, maxLength: 80 });
    fc.assert(
      fc.property(pairs, fc.integer({ min: 1, max: 12 }), (both, look) => {
        const [before, after] = [both.map(([one]) => one), both.map(([, other]) => other)];
        const found = judgeHoldout(before, after, look, GATE_RULE);
        const isSound =
          found.verdict !== 'promote' ||
          (found.n >= 50 &&
            found.test.delta >= 0.05 &&
            found.test.p <= found.test.alpha &&
            found.nonInferiority.every(({ holds }) => holds));
        const again = judgeHoldout(before, after, look, GATE_RULE);
        return isSound && JSON.stringify(again) === JSON.stringify(found) && !JSON.stringify(found).includes('null');
      }),
      { numRuns: 60 },
    );
  },
);
