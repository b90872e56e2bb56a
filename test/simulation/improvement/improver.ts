// A process with a real engine that improves a signature, made to be killed at a write: a night from the baseline to the verification, then a
// compile, a canary and a rollback by hand. Begun again, it does what is not done yet. At its end it tells what it found.

import { realClock } from '../../../node/clock.ts';
import { openEngine } from '../../../node/engine/engine.ts';
import type { ServedEngine } from '../../../node/engine/port.ts';
import { realRandom } from '../../../node/random.ts';
import { predictRequestSchema } from '../../../node/settings/predict-request.ts';
import { isLive } from '../../../protocol/dse/canary-fold.ts';
import { type NightCheck, nightRequestSchema } from '../../../protocol/dse/overnight.ts';
import { toPylonError } from '../../../protocol/errors.ts';
import { KeyPair } from '../../../protocol/keypair.ts';
import { SELECT_STRATEGY } from '../../../protocol/select-strategy.ts';
import { strategyExamples } from '../../support/strategy-examples.ts';
import { type Failpoint, Failpoints } from '../failpoints.ts';

export interface ImproverConfig {
  readonly home: string;
  readonly at?: Failpoint;
}

export interface ImproverDone {
  readonly passed: readonly string[];
  readonly checks: readonly NightCheck[];
  /** Of the rollback of this life, if it made one. */
  readonly rollbackMs: number | undefined;
}

export type ImproverMessage = { readonly done: ImproverDone } | { readonly failed: string };

const { signatureId } = SELECT_STRATEGY;
const DEV = 18;
const EXAMPLES = strategyExamples(2 * DEV + 60, (number) =>
  number < DEV ? 'train' : number < 2 * DEV ? 'dev' : 'holdout',
);
const BY_HAND = 'by hand';
const PREDICTIONS_BY_HAND = 6;
const never = new AbortController().signal;

const request = () =>
  nightRequestSchema.parse({
    signatureId,
    untilMs: Date.now() + 3_600_000,
    probes: 2,
    compile: { maxCalls: DEV * 6 },
    canary: { traffic: 'replay', rolloutPct: 50, minSamples: 3, maxErrorRate: 0.9, alpha: 0.01, margin: 0.6 },
    backend: 'extractive',
  });

async function improve(engine: ServedEngine): Promise<number | undefined> {
  const [dataset] = await engine.examples.datasets(signatureId);
  if (dataset === undefined || dataset.splits.holdout === 0) await engine.examples.keep(EXAMPLES);
  const { nights } = await engine.nights.list({ signature: signatureId, limit: 1 });
  if (nights[0] === undefined || nights[0].endedAtMs === null)
    await (await engine.nights.start(request(), never)).finished;
  await canaryByHand(engine);
  const [latest] = await engine.artifacts.history(signatureId);
  if (latest?.action !== 'promote') return undefined;
  const beganAt = performance.now();
  await engine.artifacts.rollback({ signatureId, reason: BY_HAND });
  return performance.now() - beganAt;
}

async function canaryByHand(engine: ServedEngine): Promise<void> {
  const mine = (await engine.canaries.list(signatureId)).find(({ plan }) => plan.reason === BY_HAND);
  if (mine !== undefined && !isLive(mine)) return;
  if (mine === undefined) {
    const compile = { signatureId, seed: 7, maxCalls: DEV * 4, backend: 'extractive' as const };
    const { chosen } = await (await engine.compiles.start(compile, never)).finished;
    const { canary } = request();
    const { traffic: _, ...terms } = { ...canary, minSamples: 1_000 };
    const compiledId = chosen?.compiled_id ?? '';
    await engine.canaries.start({ signatureId, canary_compiled_id: compiledId, ...terms, reason: BY_HAND });
  }
  for (const { inputJson: input } of EXAMPLES.slice(0, PREDICTIONS_BY_HAND)) {
    const asked = predictRequestSchema.parse({ signature: signatureId, input, backend: 'extractive' });
    await (await engine.predictions.start(asked, never)).finished;
  }
  await engine.canaries.stop(signatureId, BY_HAND);
}

const config = JSON.parse(process.argv[2] ?? '') as ImproverConfig;
const tell = (message: ImproverMessage) => new Promise<void>((resolve) => process.send?.(message, () => resolve()));

process.on('disconnect', () => process.exit()); // nobody is there to look at it any more
const points = new Failpoints(config.at, ([first]) => `write ${first?.key.split('!')[0]}`);
points.install();
const random = realRandom();
try {
  const engine = await openEngine({
    home: config.home,
    store: 'disk',
    identity: async () => KeyPair.generate((length) => random.bytes(length)),
    clock: realClock(),
    random,
    environment: {},
    notice: () => undefined,
  });
  const rollbackMs = await improve(engine);
  const { nights } = await engine.nights.list({ signature: signatureId, limit: 10 });
  const checks = await Promise.all(nights.map(({ nightId }) => engine.nights.check(nightId)));
  await engine.close();
  await tell({ done: { passed: points.passed, checks, rollbackMs } });
} catch (thrown) {
  await tell({ failed: toPylonError(thrown).message }); // a write of it failed
}
process.disconnect?.();
