// A pipeline step asked of the local backend, recorded as a Predict event whether it worked or not.
import { type PylonError, toPylonError } from '../../protocol/errors.ts';
import { NO_USAGE, type Signature } from '../../protocol/signature.ts';
import { describe } from '../chunk/sub-query.ts';
import { type Backend, PredictionFailed } from '../ports.ts';
import type { RunContext } from './context.ts';

/** Called with the reason when a step fails, so that the run can say why its answer is the plainer one. */
export type OnStepFailure = (error: PylonError) => void;

/** The step's output, or undefined when the backend failed; what it cost is recorded either way. */
export async function predictStep<Input, Output>(
  context: RunContext,
  signature: Signature<Input, Output>,
  input: Input,
  onFailure: OnStepFailure = () => {},
  backend: Backend = context.local,
  signal: AbortSignal = context.signal,
): Promise<Output | undefined> {
  const startedMs = context.clock.now();
  const base = () => ({
    signature: signature.signatureId,
    strategy: 'direct.v1',
    model: backend.name,
    latency_ms: context.clock.now() - startedMs,
  });
  try {
    const { output, usage, repairs } = await backend.predict(signature, input, { signal });
    void context.emitter.emit({ type: 'Predict', ...base(), usage, repairs });
    return output;
  } catch (thrown) {
    const error = toPylonError(thrown);
    const spent = thrown instanceof PredictionFailed ? thrown : { usage: NO_USAGE, repairs: 0 };
    void context.emitter.emit({
      type: 'Predict',
      ...base(),
      usage: spent.usage,
      repairs: spent.repairs,
      error: describe(error),
    });
    onFailure(error);
    return undefined;
  }
}
