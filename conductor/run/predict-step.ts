// A pipeline step asked of the local backend, recorded by a receipt and its Predict event whether it worked or not.
import { canonicalHash } from '../../protocol/canonical.ts';
import type { PylonError } from '../../protocol/errors.ts';
import type { Signature } from '../../protocol/signature.ts';
import type { Backend } from '../ports.ts';
import { PredictBudget } from '../predict/budget.ts';
import { askDirectly, outcomeOf } from '../predict/direct.ts';
import { ReceiptDraft } from '../predict/receipt-draft.ts';
import { backendFor } from '../predict/roles.ts';
import { activeParams, catalogueEntry } from '../signatures/catalogue.ts';
import type { RunContext } from './context.ts';

/** Called with the reason when a step fails, so that the run can say why its answer is the plainer one. */
export type OnStepFailure = (error: PylonError) => void;

const REASON = 'a step of the pipeline is small enough to be asked directly';

/** The step's output, or undefined when the backend failed; what it cost is recorded either way. */
export async function predictStep<Input, Output>(
  context: RunContext,
  signature: Signature<Input, Output>,
  input: Input,
  onFailure: OnStepFailure = () => {},
  backend: Backend = context.local,
  signal: AbortSignal = context.signal,
): Promise<Output | undefined> {
  const { clock, random, emitter, thread } = context;
  const active = activeParams(signature.signatureId, context.artifacts, () => canonicalHash(input));
  const { params } = active;
  const asked = backendFor(backend, params);
  const budget = thread?.budget.child(params.budgets) ?? new PredictBudget(params.budgets, clock);
  const blocks = catalogueEntry(signature.signatureId)?.prompt.blocks;
  const draft = new ReceiptDraft(
    { clock, random, trace: emitter },
    {
      signature: signature as Signature<unknown, unknown>,
      ...(blocks === undefined ? {} : { blocks }),
      active,
      strategyId: 'direct.v1',
      strategyReason: REASON,
      input,
      model: asked.name,
      budget,
      ...(thread === undefined ? {} : { thread }),
    },
  );
  const outcome = await outcomeOf(draft, async () => {
    const output = await askDirectly({ backend: asked, clock }, signature, input, params, draft, signal);
    return { kind: 'done', output };
  });
  void draft.finish(outcome).stored;
  if (outcome.kind !== 'failed') return outcome.output as Output;
  onFailure(outcome.error);
  return undefined;
}
