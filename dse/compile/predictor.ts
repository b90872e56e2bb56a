// One prediction by given parameters, as the conductor makes it: the same class, strategies, repairs and limits as every other
// prediction, but that nothing of it enters a run's trace. What it gives is what the parameters are judged by.
import type { Backend, Clock, Random } from '../../conductor/ports.ts';
import { Prediction } from '../../conductor/predict/predict.ts';
import { backendFor } from '../../conductor/predict/roles.ts';
import type { Strategies } from '../../conductor/predict/strategy.ts';
import { type ErrorCode, PylonError } from '../../protocol/errors.ts';
import type { PredictParams } from '../../protocol/predict-params.ts';
import type { Usage } from '../../protocol/signature.ts';

export interface TrialRequest {
  readonly signatureId: string;
  readonly input: unknown;
  readonly params: PredictParams;
  /** What it may use at most, beside the limits of the parameters. */
  readonly maxCalls: number;
  readonly maxMsat: number;
}

/** What came of it. */
export interface Trial {
  /** JSON by the signature's schema; null where it failed. */
  readonly output: unknown;
  /** What the parameters, or the model with them, failed with. */
  readonly error: { readonly code: string; readonly message: string } | null;
  readonly usage: Usage;
  /** Set aside or spent for leaves that others answered. */
  readonly costMsat: number;
  readonly latencyMs: number;
}

/** Makes predictions for whoever weighs parameters. */
export interface Predictor {
  /** As a receipt tells it. */
  readonly model: string;
  /** Which model these parameters ask, where there is more than one; `model` when absent. */
  modelOf?(params: PredictParams): string;
  /**
   * @throws PylonError whatever is no fault of the parameters: an endpoint that is away, an input that is not the signature's, an abort,
   * and `budget-limit-reached` where `maxCalls` or `maxMsat` ended it, not the parameters' own limits
   */
  predict(request: TrialRequest, signal: AbortSignal): Promise<Trial>;
}

export interface PredictorPorts {
  readonly clock: Clock;
  readonly random: Random;
  readonly backend: Backend;
  readonly strategies?: Strategies;
}

/** Says nothing about the parameters: whoever is asked again might well answer. */
const NOT_THEIR_FAULT: ReadonlySet<ErrorCode> = new Set([
  'backend-unavailable',
  'model-refused',
  'model-unknown',
  'job-cancelled',
  'interrupted',
  'request-invalid',
  'store-failed',
  'internal',
]);

const COMPILED_ID = 'candidate';
/** The name of no run. */
const NO_RUN = 'compile';

export function conductorPredictor(ports: PredictorPorts): Predictor {
  return {
    model: ports.backend.name,
    modelOf: (params) => backendFor(ports.backend, params).name,
    async predict({ signatureId, input, params, maxCalls, maxMsat }, signal) {
      const artifacts = { active: () => ({ compiledId: COMPILED_ID, params }) };
      const limits = { maxLmCalls: maxCalls, maxMsat };
      const failed = (error: PylonError): Trial['error'] => {
        if (signal.aborted || NOT_THEIR_FAULT.has(error.code)) throw error;
        return { code: error.code, message: error.message };
      };
      let prediction: Prediction;
      try {
        prediction = new Prediction({ ...ports, artifacts }, { signatureId, input, limits });
      } catch (thrown) {
        if (!(thrown instanceof PylonError)) throw thrown;
        const usage = { calls: 0, input_tokens: 0, output_tokens: 0 };
        return { output: null, error: failed(thrown), usage, costMsat: 0, latencyMs: 0 };
      }
      const { outcome, receipt } = await prediction.run(UNRECORDED, signal);
      const { usage, latencyMs, budgets } = receipt;
      if (outcome.kind !== 'done') throwIfOurs(outcome.error, budgets.hit, { maxCalls, maxMsat }, params);
      const told = { usage, costMsat: budgets.usage.msat, latencyMs };
      if (outcome.kind === 'failed') return { output: null, error: failed(outcome.error), ...told };
      return { output: outcome.output, error: null, ...told };
    },
  };
}

const UNRECORDED = { runId: NO_RUN, emit: async () => undefined, keepBlob: () => undefined };

/** A limit that is ours says nothing about parameters that have none, or a wider one. */
function throwIfOurs(
  error: PylonError,
  hit: readonly string[],
  { maxCalls, maxMsat }: Pick<TrialRequest, 'maxCalls' | 'maxMsat'>,
  { budgets }: PredictParams,
): void {
  const isOurs =
    (hit.includes('maxLmCalls') && maxCalls < (budgets.maxLmCalls ?? Number.POSITIVE_INFINITY)) ||
    (hit.includes('maxMsat') && maxMsat < (budgets.maxMsat ?? Number.POSITIVE_INFINITY));
  if (isOurs) throw error;
}
