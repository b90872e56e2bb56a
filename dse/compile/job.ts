// The job of a compile: everything that decides what it makes, as one value. Its hash, with that of the examples, is the name of the
// compile and of what it comes to.
import type { CatalogueEntry } from '../../conductor/signatures/catalogue.ts';
import { canonicalHash } from '../../protocol/canonical.ts';
import { type CompileJob, type CompileRequest, compileJobSchema, type OPTIMIZERS } from '../../protocol/dse/compile.ts';
import { PylonError } from '../../protocol/errors.ts';
import type { PredictParams } from '../../protocol/predict-params.ts';
import type { StrategyId } from '../../protocol/receipt.ts';
import { ENGINE_NAME } from '../../protocol/signature.ts';
import type { VisibleExamples } from '../examples/visible.ts';
import { defaultSpace } from './default-space.ts';
import { checkSpace, type Space, sizeOf } from './space.ts';

export const BUDGET_DEFAULT = { maxCalls: 2_000, maxSats: 0, maxTimeMs: 3_600_000 } as const;
/** Spaces up to this size are gone through whole. */
const SMALL_SPACE = 16;

export interface JobMaterial {
  readonly entry: CatalogueEntry;
  /** Those in force. */
  readonly base: PredictParams;
  readonly examples: VisibleExamples;
  readonly model: string;
  readonly strategies: readonly StrategyId[];
}

export function jobHashOf(job: CompileJob): string {
  return canonicalHash(job);
}

/**
 * What is asked for, made whole. Pure.
 * @throws PylonError `compile-unready` without examples to measure by; `compile-space-invalid`; `judge-unknown` where a judge is to reward
 * and none is named
 */
export function jobOf(request: CompileRequest, { entry, base, examples, model, strategies }: JobMaterial): CompileJob {
  const { train, dev } = examples;
  const { signatureId, seed = 0, reward = 'exact_json', judgeHash } = request;
  if (dev.length === 0)
    throw new PylonError('compile-unready', {
      value: signatureId,
      reason: train.length === 0 ? 'it has no approved examples' : 'none of its approved examples is in the split dev',
    });
  if (reward === 'judge' && judgeHash === undefined)
    throw new PylonError('judge-unknown', { value: 'none', next: 'name one: --judge' });
  const subModel = model === ENGINE_NAME ? undefined : request.subModel;
  const hasSubModel = subModel !== undefined;
  const space = request.space ?? defaultSpace({ entry, base, train, model, seed, strategies, hasSubModel });
  checkSpace(base, space, new Map(train.map((example) => [example.exampleId, example])));
  const { maxCalls, maxSats, maxTimeMs } = { ...BUDGET_DEFAULT, ...givenOf(request) };
  return compileJobSchema.parse({
    signatureId,
    base,
    space,
    optimizer: request.optimizer ?? optimizerFor(space),
    reward,
    judgeHash: reward === 'judge' ? judgeHash : null,
    model,
    ...(subModel === undefined ? {} : { subModel }),
    seed,
    budget: { maxCalls, maxMsat: Math.round(maxSats * 1_000), maxTimeMs },
  });
}

function givenOf({ maxCalls, maxSats, maxTimeMs }: CompileRequest) {
  return Object.fromEntries(
    Object.entries({ maxCalls, maxSats, maxTimeMs }).filter(([, value]) => value !== undefined),
  );
}

function optimizerFor(space: Space): (typeof OPTIMIZERS)[number] {
  return sizeOf(space) <= SMALL_SPACE ? 'exhaustive' : 'halving';
}
