// How often a canary that harms is stopped, and after how many of its receipts; how often a harmless one is. Beside it the rule that
// people use: after fifty receipts more than a fifth went wrong.
import { type Canary, type CanaryPlan, canaryStartSchema } from '../../../protocol/dse/canary.ts';
import { beginCanary, foldReceipt } from '../../../protocol/dse/canary-fold.ts';
import type { CanaryArm } from '../../../protocol/dse/e-process.ts';
import { seededRandom } from '../../support/seeded-random.ts';

export interface CanaryWorld {
  /** Error rates. */
  readonly control: number;
  readonly canary: number;
  /** Canary receipts that are watched. */
  readonly receipts: number;
}

/** Of each world: canary receipts at which it was stopped, in order; those that were not are not among them. */
export interface CanaryStops {
  readonly gate: readonly number[];
  readonly plain: readonly number[];
  /** Share of those that passed within the receipts watched. */
  readonly passed: number;
}

const PLAIN_RECEIPTS_MIN = 50;
const PLAIN_RATE_MAX = 0.2;

/** What a canary is begun with where nobody says otherwise. */
const PLAN: CanaryPlan = canaryStartSchema.parse({
  signatureId: '@pylon/rlm/SelectStrategy.v1',
  canary_compiled_id: 'candidate',
});

interface Watched {
  readonly stoppedAt: number | undefined;
  readonly plainAt: number | undefined;
  readonly passed: boolean;
}

function watch(seed: number, { control, canary, receipts }: CanaryWorld): Watched {
  const { fraction } = seededRandom(seed);
  let state: Canary = beginCanary(PLAN, { canaryId: 'simulated', controlId: 'control', nowMs: 0 });
  let [seen, errors, passed] = [0, 0, false];
  let [stoppedAt, plainAt]: (number | undefined)[] = [];
  while (seen < receipts && (stoppedAt === undefined || plainAt === undefined)) {
    const arm: CanaryArm = fraction() * 100 < PLAN.rolloutPct ? 'canary' : 'control';
    const isError = fraction() < (arm === 'canary' ? canary : control);
    if (arm === 'canary') {
      seen++;
      errors += Number(isError);
    }
    if (stoppedAt === undefined) {
      state = foldReceipt(state, { arm, isError, isTrouble: false }, 0);
      if (state.status === 'auto_stopped') stoppedAt = seen;
      // It goes on: a pass must not hide a stop that would have come.
      if (state.status === 'passed') {
        passed = true;
        state = { ...state, status: 'hold', endedAtMs: null };
      }
    }
    if (seen >= PLAIN_RECEIPTS_MIN && errors / seen > PLAIN_RATE_MAX) plainAt ??= seen;
  }
  return { stoppedAt, plainAt, passed };
}

const inOrder = (stops: readonly (number | undefined)[]) =>
  stops.filter((stop): stop is number => stop !== undefined).sort((left, right) => left - right);

export function watchCanaries(seed: number, trials: number, world: CanaryWorld): CanaryStops {
  const all = Array.from({ length: trials }, (_, trial) => watch(seed * 1_000_003 + trial, world));
  return {
    gate: inOrder(all.map(({ stoppedAt }) => stoppedAt)),
    plain: inOrder(all.map(({ plainAt }) => plainAt)),
    passed: all.filter(({ passed }) => passed).length / trials,
  };
}
