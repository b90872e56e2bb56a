// A run is one prediction, of LongContextQa: its receipt is begun when the input was read, and finished with the run, whatever came of
// it. What the run's steps and leaves use is counted by its meter.
import { canonicalHash } from '../../protocol/canonical.ts';
import type { PylonError } from '../../protocol/errors.ts';
import { LONG_CONTEXT_QA } from '../../protocol/long-context.ts';
import type { PredictLimits } from '../../protocol/predict-budgets.ts';
import type { StrategyId } from '../../protocol/receipt.ts';
import type { Signature } from '../../protocol/signature.ts';
import { printSpan } from '../../protocol/span.ts';
import type { TraceFact } from '../../protocol/trace.ts';
import { PredictBudget } from '../predict/budget.ts';
import { ReceiptDraft } from '../predict/receipt-draft.ts';
import { backendFor } from '../predict/roles.ts';
import { activeParams, catalogueEntry } from '../signatures/catalogue.ts';
import type { Outcome } from '../strategies/strategy.ts';
import type { ConductorPorts, RunRequest } from './context.ts';
import type { TraceEmitter } from './trace-emitter.ts';

/** The limits of the run's record, and its sats where it can spend any. */
function limitsOf({ config }: RunRequest, canSpend: boolean): PredictLimits {
  return { ...config.limits, ...(canSpend ? { maxMsat: Math.round(config.budget_sats * 1_000) } : {}) };
}

/** The book refuses what the budget does not hold; here it is only counted. */
function countMoney(budget: PredictBudget, fact: TraceFact): void {
  if (fact.type === 'BudgetReserve') budget.note('maxMsat', fact.amount_msat);
  if (fact.type === 'BudgetRelease') budget.giveBack('maxMsat', fact.amount_msat);
}

/** Begins now. @param inputHash of the whole input (cut/survey.ts) */
export function beginReceipt(
  ports: ConductorPorts,
  request: RunRequest,
  strategyId: StrategyId,
  emitter: TraceEmitter,
  inputHash: string,
): ReceiptDraft {
  const { clock, random, market, local, artifacts } = ports;
  const { route, resumption, query } = request;
  const budget = new PredictBudget(limitsOf(request, market !== undefined), clock);
  if (resumption !== undefined) budget.note('maxMsat', resumption.settledMsat);
  emitter.hear((fact) => countMoney(budget, fact));
  const input = { query, text: `sha256:${inputHash}` };
  const { active = activeParams(LONG_CONTEXT_QA.signatureId, artifacts, () => canonicalHash(input)) } = request;
  const isPrompted = strategyId === 'direct.v1' || strategyId === 'distilled.search_line_extract.v1';
  const blocks = isPrompted ? catalogueEntry(LONG_CONTEXT_QA.signatureId)?.prompt.blocks : undefined;
  return new ReceiptDraft(
    { clock, random, trace: emitter },
    {
      signature: LONG_CONTEXT_QA as Signature<unknown, unknown>,
      ...(blocks === undefined ? {} : { blocks }),
      active,
      strategyId,
      strategyReason:
        route?.reason ?? (resumption === undefined ? 'it was asked for' : 'the run goes on as it was begun'),
      input,
      model: backendFor(local, active.params).name,
      budget,
      ...(route?.pressure === undefined ? {} : { pressure: route.pressure }),
    },
  );
}

/** What a receipt is the output of: the answer, and the quotes that it stands on. */
function outputOf({ output, citations }: Outcome) {
  const evidence = citations.map(({ span, quote }, index) => ({ n: index + 1, quote, reference: printSpan(span) }));
  return { answer: output, evidence };
}

/** Finishes it with the run's answer. */
export function finishReceipt(draft: ReceiptDraft, outcome: Outcome): void {
  draft.read(outcome.citations.map(({ span }) => span));
  const output = outcome.recorded ?? outputOf(outcome);
  const { fault: error } = outcome;
  void draft.finish(error === undefined ? { kind: 'done', output } : { kind: 'partial', output, error }).stored;
}

/** Finishes it where there is no answer. */
export function failReceipt(draft: ReceiptDraft, error: PylonError): void {
  void draft.finish({ kind: 'failed', error }).stored;
}
