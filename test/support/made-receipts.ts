// Receipts as predictions leave them, made up: through the one class that makes them, into any journal.
import fc from 'fast-check';
import type { Journal } from '../../conductor/ports.ts';
import { PredictBudget } from '../../conductor/predict/budget.ts';
import type { ActiveParams } from '../../conductor/predict/options.ts';
import { ReceiptDraft, type ReceiptOutcome } from '../../conductor/predict/receipt-draft.ts';
import { TraceEmitter } from '../../conductor/run/trace-emitter.ts';
import { catalogueEntry } from '../../conductor/signatures/catalogue.ts';
import { PylonError } from '../../protocol/errors.ts';
import { type PredictReceipt, STRATEGY_IDS, type StrategyId } from '../../protocol/receipt.ts';
import { EXTRACTOR, REDUCER, ROUTER, VERIFIER } from '../../protocol/signature.ts';
import { seededRandom } from './seeded-random.ts';
import { RUN_CONFIG, runIdOf } from './traces.ts';
import { VirtualClock } from './virtual-clock.ts';

/** What a made-up prediction is made of. */
export interface Making {
  readonly signature: string;
  readonly strategyId: StrategyId;
  readonly reason: string;
  readonly input: unknown;
  readonly output: unknown;
  readonly kind: ReceiptOutcome['kind'];
  readonly message: string;
  readonly prompt: string | undefined;
  readonly model: string;
  readonly paths: readonly string[];
  readonly limit: number | undefined;
  readonly calls: number;
  readonly tookMs: number;
  /** The signature's own parameters when absent. */
  readonly active?: ActiveParams;
}

/** One that came to something, in every respect ordinary. */
export const ORDINARY: Making = {
  signature: '@pylon/rlm/Reducer.v1',
  strategyId: 'direct.v1',
  reason: 'it fits',
  input: { query: 'why?' },
  output: { answer: 'so' },
  kind: 'done',
  message: '',
  prompt: 'say why',
  model: 'extractive',
  paths: ['a.log'],
  limit: undefined,
  calls: 1,
  tookMs: 250,
};

const SIGNATURES = [ROUTER, EXTRACTOR, REDUCER, VERIFIER].map(({ signatureId }) => signatureId);

export const making: fc.Arbitrary<Making> = fc.record({
  signature: fc.constantFrom(...SIGNATURES),
  strategyId: fc.constantFrom(...STRATEGY_IDS),
  reason: fc.string({ unit: 'binary', maxLength: 2_000 }),
  input: fc.jsonValue({ maxDepth: 3 }),
  output: fc.jsonValue({ maxDepth: 3 }),
  kind: fc.constantFrom('done' as const, 'partial' as const, 'failed' as const),
  message: fc.string({ unit: 'binary', maxLength: 5_000 }),
  prompt: fc.option(fc.string(), { nil: undefined }),
  model: fc.string({ maxLength: 300 }),
  paths: fc.array(fc.string({ minLength: 1, maxLength: 40 }), { maxLength: 400 }),
  limit: fc.option(fc.nat({ max: 5 }), { nil: undefined }),
  calls: fc.nat({ max: 8 }),
  tookMs: fc.nat({ max: 5_000 }),
});

function outcomeOf({ kind, output, message }: Making): ReceiptOutcome {
  const error = new PylonError('model-refused', { reason: message });
  return kind === 'done' ? { kind, output } : kind === 'partial' ? { kind, output, error } : { kind, error };
}

/** Opens a run in a journal, predicts in it, and ends it; the clock moves only while a prediction takes its time. */
export class MadeRun {
  readonly runId: string;
  readonly clock = new VirtualClock();
  readonly receipts: PredictReceipt[] = [];
  readonly #random;
  readonly #emitter: TraceEmitter;

  constructor(journal: Journal, number = 1) {
    this.runId = runIdOf(number);
    this.#random = seededRandom(number);
    this.#emitter = new TraceEmitter(this.runId, this.clock, journal, (error) => {
      throw error;
    });
  }

  async begin(): Promise<this> {
    const identity = { git_sha: null, dataset: null, experiment: null };
    const inputs = [{ path: 'a.log', bytes: 10 }];
    await this.#emitter.emit({ type: 'RunInit', query: 'why?', config: RUN_CONFIG, inputs, ...identity });
    return this;
  }

  async predict(made: Making, parent?: ReceiptDraft): Promise<PredictReceipt> {
    const draft = this.draft(made, parent);
    for (let call = 0; call < made.calls; call++)
      if (mayCall(draft.budget)) draft.spent({ calls: 1, input_tokens: 5, output_tokens: 2 });
    if (made.prompt !== undefined) draft.prompted(made.prompt);
    draft.read(made.paths.map((path, index) => ({ path, start_line: index + 1, end_line: index + 2 })));
    await this.clock.advance(made.tookMs);
    const { receipt, stored } = draft.finish(outcomeOf(made));
    await stored;
    this.receipts.push(receipt);
    return receipt;
  }

  draft(made: Making, parent?: ReceiptDraft): ReceiptDraft {
    const { signature, prompt, defaults } = catalogueEntry(made.signature)!;
    const limits = made.limit === undefined ? {} : { maxLmCalls: made.limit };
    const budget = parent?.budget.child(limits) ?? new PredictBudget(limits, this.clock);
    return new ReceiptDraft(
      { clock: this.clock, random: this.#random, trace: this.#emitter },
      {
        signature,
        blocks: prompt.blocks,
        active: made.active ?? { compiledId: 'default', params: defaults },
        strategyId: made.strategyId,
        strategyReason: made.reason,
        input: made.input,
        model: made.model,
        budget,
        ...(parent === undefined ? {} : { thread: parent }),
      },
    );
  }

  end(): Promise<void> {
    return this.#emitter.emit({ type: 'RunDone', status: 'done', output: 'so.', span_refs: [] });
  }
}

function mayCall(budget: PredictBudget): boolean {
  try {
    budget.charge('maxLmCalls');
    return true;
  } catch (thrown) {
    if (thrown instanceof PylonError && thrown.code === 'budget-limit-reached') return false;
    throw thrown;
  }
}
