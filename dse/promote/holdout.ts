// The examples that a gate alone sees, and the two artifacts tried on them, side by side: each example by both before the next ones, so
// that a slow hour or a model that changes meanwhile is nobody's advantage.
import { inFlight } from '../../conductor/run/scheduler.ts';
import { canonicalHash } from '../../protocol/canonical.ts';
import type { DseExample } from '../../protocol/dse/example.ts';
import type { PredictParams } from '../../protocol/predict-params.ts';
import type { Evaluation, Scored } from '../compile/evaluate.ts';
import type { Outcome } from './outcome.ts';

/** Examples that are tried at a time. */
const WIDTH = 4;
/** Of the hash of an input: enough to tell a million of them apart. */
const INPUT_HASH_CHARS = 16;

/** By what is asked, and not by the name it goes by: an example that is imported again under another one was seen. In order. */
export function inputsOf(examples: readonly DseExample[]): readonly string[] {
  return examples.map(({ inputJson }) => canonicalHash(inputJson).slice(0, INPUT_HASH_CHARS)).sort();
}

export interface BothArms {
  readonly baseline: readonly Outcome[];
  readonly candidate: readonly Outcome[];
}

/**
 * @returns outcomes of both, in the order of the examples
 * @throws PylonError whatever is no fault of the parameters (`Predictor.predict`); `interrupted` on abort
 */
export async function tryBoth(
  evaluation: Evaluation,
  { baseline, candidate }: { readonly baseline: PredictParams; readonly candidate: PredictParams },
  examples: readonly DseExample[],
  signal: AbortSignal,
): Promise<BothArms> {
  const outcomes = { baseline: new Array<Outcome>(examples.length), candidate: new Array<Outcome>(examples.length) };
  const tryOne = async ([at, example]: readonly [number, DseExample]) => {
    // Whoever comes second may find a warm cache, so they take turns.
    const order = at % 2 === 0 ? (['baseline', 'candidate'] as const) : (['candidate', 'baseline'] as const);
    const params = { baseline, candidate };
    for (const arm of order) outcomes[arm][at] = outcomeOf(await evaluation.of(params[arm], example, signal));
  };
  await inFlight(numbered(examples), WIDTH, tryOne, signal);
  return outcomes;
}

async function* numbered<Item>(items: readonly Item[]): AsyncGenerator<readonly [number, Item]> {
  yield* items.entries();
}

function outcomeOf({ reward, costMsat, usage, latencyMs, error }: Scored): Outcome {
  return { reward, costMsat, calls: usage.calls, latencyMs, isError: error !== null };
}
