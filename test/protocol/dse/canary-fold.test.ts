import t from 'tap';
import type { Canary, CanaryPlan } from '../../../protocol/dse/canary.ts';
import { canarySchema } from '../../../protocol/dse/canary.ts';
import { beginCanary, foldJudgement, foldReceipt, isLive } from '../../../protocol/dse/canary-fold.ts';
import { seededRandom } from '../../support/seeded-random.ts';

const PLAN: CanaryPlan = {
  signatureId: '@pylon/rlm/Reducer.v1',
  canary_compiled_id: 'a'.repeat(64),
  rolloutPct: 10,
  minSamples: 50,
  maxErrorRate: 0.5,
  alpha: 0.01,
  margin: 0.05,
  reason: 'better on dev',
};

const begin = (plan: Partial<CanaryPlan> = {}) =>
  beginCanary({ ...PLAN, ...plan }, { canaryId: 'C', controlId: 'default', nowMs: 1 });

/** Receipts with these error rates until it ends, or so many of the canary. */
function watch(seed: number, [control, canary]: readonly [number, number], most: number, plan = {}): Canary {
  const { fraction } = seededRandom(seed);
  let state = begin(plan);
  while (isLive(state) && state.canary.receipts < most) {
    const arm = fraction() < 0.1 ? 'canary' : 'control';
    const isError = fraction() < (arm === 'canary' ? canary : control);
    state = foldReceipt(state, { arm, isError, isTrouble: false }, 9);
  }
  return state;
}

t.test('it begins with nothing counted, and what it counts fits its schema', async (t) => {
  t.same(canarySchema.parse(begin()), begin());
  const after = foldReceipt(begin(), { arm: 'canary', isError: true, isTrouble: false }, 2);
  t.match(after, { status: 'running', canary: { receipts: 1, errors: 1, troubles: 0 }, control: { receipts: 0 } });
  t.same(canarySchema.parse(after), after);
});

t.test(
  'five times the errors of the control stop it within a hundred receipts, nineteen times of twenty',
  async (t) => {
    const stopped = Array.from({ length: 100 }, (_, seed) => watch(seed, [0.05, 0.25], 100)).filter(
      ({ status }) => status === 'auto_stopped',
    );
    t.ok(stopped.length >= 93, `${stopped.length} of 100`);
    t.match(stopped[0], { endedAtMs: 9, reason: /more errors than the control \(\d+ of \d+ failed/ });
  },
);

t.test('as many errors as the control do not stop it, were they fifteen of a hundred', async (t) => {
  const ends = Array.from({ length: 40 }, (_, seed) => watch(seed, [0.15, 0.15], 500, { maxErrorRate: 0.2 }));
  t.ok(ends.filter(({ status }) => status === 'auto_stopped').length <= 1);
  t.ok(ends.some(({ status }) => status === 'passed'));
});

t.test('without enough evidence it is held, and watched further until there is', async (t) => {
  let state = begin();
  const actions: string[] = [];
  for (let n = 0; isLive(state) && n < 4_000; n++) {
    state = foldReceipt(
      state,
      { arm: n % 10 === 0 ? 'canary' : 'control', isError: n % 20 === 1 || n % 200 === 0, isTrouble: false },
      n,
    );
    if (actions.at(-1) !== state.status) actions.push(state.status);
  }
  t.same(actions, ['running', 'hold', 'passed']);
  t.ok(state.canary.receipts > PLAN.minSamples);
  t.match(state.reason, /less than 0.05 above/);
});

t.test('it does not pass before it has as many receipts as its plan says, and not without a control', async (t) => {
  const early = watch(1, [0, 0], 400, { minSamples: 400 });
  t.same([early.status, early.canary.receipts], ['passed', 400]);
  let alone = begin();
  for (let n = 0; n < 500; n++) alone = foldReceipt(alone, { arm: 'canary', isError: false, isTrouble: false }, n);
  t.equal(alone.status, 'hold');
});

t.test('more errors than the ceiling allows stop it, whatever the control does', async (t) => {
  const both = watch(3, [0.6, 0.6], 500, { maxErrorRate: 0.3 });
  t.match(both, { status: 'auto_stopped', reason: /above 0.3/ });
  t.match(watch(3, [0.02, 0.02], 500, { maxErrorRate: 0 }), { status: 'auto_stopped' });
  t.not(watch(3, [0.9, 0.9], 300, { maxErrorRate: 1 }).status, 'auto_stopped');
});

t.test('repairs, broken forms and hit budgets stop it, too, and so do outputs that were found bad', async (t) => {
  let troubled = begin();
  for (let n = 0; isLive(troubled) && n < 1_000; n++)
    troubled = foldReceipt(
      troubled,
      { arm: n % 4 === 0 ? 'canary' : 'control', isError: false, isTrouble: n % 8 === 0 },
      n,
    );
  t.match(troubled, { status: 'auto_stopped', reason: /wrong form, repairs or budgets/, canary: { errors: 0 } });
  let poor = begin();
  for (let n = 0; isLive(poor) && n < 1_000; n++)
    poor = foldJudgement(poor, n % 2 === 0 ? 'canary' : 'control', n % 4 === 0, n);
  t.match(poor, { status: 'auto_stopped', reason: /found bad/ });
});
