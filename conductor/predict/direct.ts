// The direct strategy: the whole input in one prompt to one backend, with the repairs that the parameters allow.
import { toPylonError } from '../../protocol/errors.ts';
import type { PredictParams } from '../../protocol/predict-params.ts';
import type { Signature } from '../../protocol/signature.ts';
import { type Backend, type Clock, PredictionFailed } from '../ports.ts';
import type { ReceiptDraft, ReceiptOutcome } from './receipt-draft.ts';
import { withinTime } from './time-limit.ts';

export interface DirectPorts {
  readonly backend: Backend;
  readonly clock: Clock;
}

/** Asks the backend within the draft's budget, and tells the draft what was asked and spent. @throws what the backend failed with */
export async function askDirectly<Input, Output>(
  { backend, clock }: DirectPorts,
  signature: Signature<Input, Output>,
  input: Input,
  params: PredictParams,
  draft: ReceiptDraft,
  signal: AbortSignal,
): Promise<Output> {
  const onPrompt = (text: string) => draft.prompted(text);
  const { output, usage, repairs } = await withinTime(draft.budget, clock, signal, (timed) =>
    backend.predict(signature, input, { signal: timed, params, meter: draft.budget, onPrompt }),
  );
  draft.spent(usage, repairs);
  return output;
}

/** What came of work on a draft: what failed is told to it with its cost. */
export async function outcomeOf(
  draft: ReceiptDraft,
  work: () => Promise<Exclude<ReceiptOutcome, { kind: 'failed' }>>,
): Promise<ReceiptOutcome> {
  try {
    return await work();
  } catch (thrown) {
    if (thrown instanceof PredictionFailed) draft.spent(thrown.usage, thrown.repairs);
    return { kind: 'failed', error: toPylonError(thrown) };
  }
}
