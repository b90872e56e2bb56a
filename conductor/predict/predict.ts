// Predict(signature, input): the parameters in force, a strategy, an output that fits the signature's schema, and a receipt of it all,
// whatever came of it.
import { canonicalHash } from '../../protocol/canonical.ts';
import { PylonError } from '../../protocol/errors.ts';
import type { LimitName, PredictLimits } from '../../protocol/predict-budgets.ts';
import type { PredictReceipt, ReadSpan, StrategyId } from '../../protocol/receipt.ts';
import type { Backend, Clock, Random } from '../ports.ts';
import { activeParams, type CatalogueEntry, catalogueEntry } from '../signatures/catalogue.ts';
import { PredictBudget } from './budget.ts';
import { askDirectly, outcomeOf } from './direct.ts';
import type { ActiveParams, Artifacts } from './options.ts';
import { type PredictThread, ReceiptDraft, type ReceiptOutcome, type ReceiptTrace } from './receipt-draft.ts';
import { backendFor } from './roles.ts';
import type { ChosenStrategy, Strategies, Strategy } from './strategy.ts';

export interface PredictPorts {
  readonly clock: Clock;
  readonly random: Random;
  readonly backend: Backend;
  /** Absent where all is predicted by defaults. */
  readonly artifacts?: Artifacts;
  /** Absent where there is only the direct one. */
  readonly strategies?: Strategies;
}

export interface PredictRequest {
  readonly signatureId: string;
  /** Checked against the signature's schema. */
  readonly input: unknown;
  /** In the place of what the parameters say. */
  readonly strategyId?: StrategyId | 'auto';
  /** Why it is asked for, where that was not somebody's wish. */
  readonly strategyReason?: string;
  /** Tighter than those of the parameters. */
  readonly limits?: PredictLimits;
}

export interface Predicted {
  readonly outcome: ReceiptOutcome;
  readonly receipt: PredictReceipt;
  /** Resolves when the receipt is stored with its event. */
  readonly stored: Promise<void>;
}

/** A prediction that was looked at and may begin: nothing of it is recorded yet. */
export class Prediction {
  readonly entry: CatalogueEntry;
  readonly input: unknown;
  readonly active: ActiveParams;
  readonly choice: ChosenStrategy;
  readonly limits: PredictLimits;
  readonly #ports: PredictPorts;
  readonly #strategy: Strategy | undefined;

  /**
   * @throws PylonError `signature-unknown` | `request-invalid` (the input is not the signature's) | `strategy-unavailable` |
   * `budget-limit-missing`
   */
  constructor(ports: PredictPorts, request: PredictRequest) {
    const { signatureId, input, strategyId, limits = {} } = request;
    const { strategyReason = 'it was asked for by name' } = request;
    const entry = catalogueEntry(signatureId);
    if (entry === undefined) throw new PylonError('signature-unknown', { value: signatureId });
    this.#ports = ports;
    this.entry = entry;
    this.input = inputOf(entry, input);
    this.active = activeParams(signatureId, ports.artifacts, () => canonicalHash(this.input));
    const { params } = this.active;
    this.limits = tighter(params.budgets, limits);
    this.choice =
      strategyId === undefined
        ? choose(ports, entry, this.input, params.strategyId)
        : choose(ports, entry, this.input, strategyId, strategyReason);
    this.#strategy = ports.strategies?.find(this.choice.strategyId, entry);
    if (this.choice.strategyId !== 'direct.v1' && this.#strategy === undefined)
      throw new PylonError('strategy-unavailable', { value: `${this.choice.strategyId} for ${signatureId}` });
    checkLimits(this.choice.strategyId, this.#strategy?.needs ?? [], this.limits);
  }

  /**
   * Never rejects for what went wrong with the prediction: that is its outcome, and it has a receipt.
   * @param trace where the receipt is told and kept
   * @param thread the prediction that this one is a part of, whose budget it shares
   */
  async run(trace: ReceiptTrace, signal: AbortSignal, thread?: PredictThread): Promise<Predicted> {
    const { clock, random, backend } = this.#ports;
    const { entry, input, active, choice, limits } = this;
    const { params } = active;
    const asked = backendFor(backend, params);
    const draft = new ReceiptDraft(
      { clock, random, trace },
      {
        signature: entry.signature,
        blocks: entry.prompt.blocks,
        active,
        strategyId: choice.strategyId,
        strategyReason: choice.reason,
        input,
        model: asked.name,
        budget: thread?.budget.child(limits) ?? new PredictBudget(limits, clock),
        ...(thread === undefined ? {} : { thread }),
        ...(choice.pressure === undefined ? {} : { pressure: choice.pressure }),
      },
    );
    const outcome = await outcomeOf(draft, async () => {
      if (this.#strategy === undefined) {
        draft.read(spansOf(input));
        const output = await askDirectly({ backend: asked, clock }, entry.signature, input, params, draft, signal);
        return { kind: 'done', output: outputOf(entry, output) };
      }
      const { output, shortfall } = await this.#strategy.run({ entry, input, params, draft, signal });
      const checked = outputOf(entry, output);
      return shortfall === undefined
        ? { kind: 'done', output: checked }
        : { kind: 'partial', output: checked, error: shortfall };
    });
    return { outcome, ...draft.finish(outcome) };
  }
}

/** The whole text of the input, where it has one: the direct strategy shows all of it. */
function spansOf(input: unknown): ReadSpan[] {
  const { text } = input as { readonly text?: unknown };
  if (typeof text !== 'string' || text === '') return [];
  const lines = text.split('\n').length - (text.endsWith('\n') ? 1 : 0);
  return [{ path: 'input.text', start_line: 1, end_line: Math.max(1, lines) }];
}

/** Without them a strategy would have no end. @throws PylonError `budget-limit-missing` naming the first that is missing */
export function checkLimits(strategyId: StrategyId, needs: readonly LimitName[], limits: PredictLimits): void {
  const missing = needs.find((name) => limits[name] === undefined);
  if (missing === undefined) return;
  throw new PylonError('budget-limit-missing', {
    value: missing,
    reason: `${strategyId} does not begin without limits`,
  });
}

function choose(
  { strategies }: PredictPorts,
  entry: CatalogueEntry,
  input: unknown,
  wanted: StrategyId | 'auto',
  reason = 'the parameters in force name it',
): ChosenStrategy {
  if (wanted !== 'auto') return { strategyId: wanted, reason };
  if (strategies !== undefined) return strategies.route(entry, input);
  return { strategyId: 'direct.v1', reason: 'auto: there is no other strategy here' };
}

function inputOf({ signature }: CatalogueEntry, given: unknown): unknown {
  const input = signature.input.safeParse(given);
  if (input.success) return input.data;
  const [issue] = input.error.issues;
  const place = issue?.path.join('.') ?? '';
  throw new PylonError('request-invalid', {
    value: place,
    reason: `this is no input of ${signature.signatureId}, ${place === '' ? '' : `${place}: `}${issue?.message}`,
    next: 'see its schema by `pylon dse signatures --json`',
  });
}

function outputOf({ signature }: CatalogueEntry, given: unknown): unknown {
  const output = signature.output.safeParse(given);
  if (output.success) return output.data;
  const [issue] = output.error.issues;
  const reason = `the output of ${signature.signatureId} breaks its schema, ${issue?.path.join('.')}: ${issue?.message}`;
  throw new PylonError('result-invalid', { reason, next: 'ask again, or by another strategy' });
}

/** What is asked for may be tighter than the parameters, or name what they leave open. */
function tighter(params: PredictLimits, asked: PredictLimits): PredictLimits {
  const limits: PredictLimits = { ...params };
  for (const [name, limit] of Object.entries(asked) as [LimitName, number][])
    limits[name] = Math.min(limit, params[name] ?? Number.POSITIVE_INFINITY);
  return limits;
}
