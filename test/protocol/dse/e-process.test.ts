import fc from 'fast-check';
import t from 'tap';
import { type CanaryArm, E_PROCESS_START, observe, saysHarm } from '../../../protocol/dse/e-process.ts';
import { seededRandom } from '../../support/seeded-random.ts';

const ALPHA = 0.01;

/** Canary receipts until harm is said; null where it is not within `most` of them. */
function canariesUntilHarm(seed: number, control: number, canary: number, share: number, most: number): number | null {
  const { fraction } = seededRandom(seed);
  let state = E_PROCESS_START;
  for (let canaries = 0; canaries < most; ) {
    const arm: CanaryArm = fraction() < share ? 'canary' : 'control';
    if (arm === 'canary') canaries++;
    state = observe(state, arm, fraction() < (arm === 'canary' ? canary : control));
    if (saysHarm(state, ALPHA)) return canaries;
  }
  return null;
}

t.test('the first block says nothing, because nothing was expected of it', async (t) => {
  const waiting = observe(observe(E_PROCESS_START, 'control', false), 'control', true);
  t.strictSame(waiting, { ...E_PROCESS_START, open: { events: 1, n: 2 } }, 'a block waits for the other arm');
  const closed = observe(waiting, 'canary', true);
  t.strictSame(closed, {
    ...E_PROCESS_START,
    control: { events: 1, n: 2 },
    canary: { events: 1, n: 1 },
  });
});

t.test('a block is weighed by the rates of the blocks before it', async (t) => {
  // 1 of 10 controls and 4 of 5 canaries went wrong so far: 1.5/11 and 4.5/6; pooled over 3 + 1, 0.2898.
  const before = { ...E_PROCESS_START, control: { events: 1, n: 10 }, canary: { events: 4, n: 5 } };
  let state = before;
  for (const isEvent of [false, false, false]) state = observe(state, 'control', isEvent);
  state = observe(state, 'canary', true);
  const [control, canary] = [1.5 / 11, 4.5 / 6];
  const pooled = (3 * control + canary) / 4;
  t.ok(Math.abs(state.logE - Math.log(((1 - control) / (1 - pooled)) ** 3 * (canary / pooled))) < 1e-12);
  t.equal(state.logEMax, state.logE);
});

t.test('a canary that was better so far changes nothing: the process looks for harm only', async (t) => {
  const before = { ...E_PROCESS_START, control: { events: 8, n: 10 }, canary: { events: 0, n: 10 } };
  const state = observe(observe(before, 'control', true), 'canary', false);
  t.equal(state.logE, 0);
});

t.test('what was once said is not taken back by better days', async (t) => {
  const before = { ...E_PROCESS_START, control: { events: 0, n: 50 }, canary: { events: 45, n: 50 } };
  let state = before;
  for (let turn = 0; turn < 5; turn++) state = observe(observe(state, 'control', false), 'canary', true);
  t.ok(saysHarm(state, ALPHA));
  for (let turn = 0; turn < 5; turn++) state = observe(observe(state, 'control', true), 'canary', false);
  t.ok(state.logE < -Math.log(ALPHA) && saysHarm(state, ALPHA));
});

t.test('the mean of E is at most 1 for every block, whatever the common rate', async () => {
  const count = fc.integer({ min: 0, max: 40 }).chain((n) => fc.record({ n: fc.constant(n), events: fc.nat(n) }));
  const size = fc.integer({ min: 1, max: 6 });
  const side = fc.constantFrom<CanaryArm>('control', 'canary');
  fc.assert(
    fc.property(
      count,
      count,
      size,
      side,
      fc.double({ min: 0, max: 1, noNaN: true }),
      (control, canary, many, one, rate) => {
        // The arm that is there once comes last, or the block would be closed before it is whole.
        const arms: CanaryArm[] = [...new Array<CanaryArm>(many).fill(one === 'canary' ? 'control' : 'canary'), one];
        let mean = 0;
        for (let outcome = 0; outcome < 2 ** arms.length; outcome++) {
          let chance = 1;
          let state: typeof E_PROCESS_START = { ...E_PROCESS_START, control, canary };
          for (const [at, arm] of arms.entries()) {
            const isEvent = ((outcome >> at) & 1) === 1;
            chance *= isEvent ? rate : 1 - rate;
            state = observe(state, arm, isEvent);
          }
          mean += chance * Math.exp(state.logE);
        }
        return mean <= 1 + 1e-9;
      },
    ),
  );
});

t.test('five times the errors are seen within a hundred canary receipts, where they are a tenth of all', async (t) => {
  const seed = 20_270_107;
  t.comment(`seed ${seed}`);
  for (const share of [0.05, 0.1]) {
    const seen = Array.from({ length: 200 }, (_, at) => canariesUntilHarm(seed + at, 0.05, 0.25, share, 100));
    const found = seen.filter((canaries) => canaries !== null).length;
    t.ok(found >= 185, `share ${share}: ${found} of 200`);
  }
});

t.test('of harmless canaries few are stopped, however long they are watched', async (t) => {
  const seed = 20_270_108;
  t.comment(`seed ${seed}`);
  for (const rate of [0.02, 0.15]) {
    let stopped = 0;
    for (let at = 0; at < 300; at++) if (canariesUntilHarm(seed + at, rate, rate, 0.1, 500) !== null) stopped++;
    t.ok(stopped <= 5, `at ${rate}: ${stopped} of 300`);
  }
});
