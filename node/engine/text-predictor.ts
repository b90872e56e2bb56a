// Predictions of a question about a text by given parameters, for whoever weighs them: where these name a strategy that reads the text in
// parts, it is a run of the real conductor, in memory, on this machine alone. Nothing of it enters the history.
import type { Backend, Corpus } from '../../conductor/ports.ts';
import type { Artifacts } from '../../conductor/predict/options.ts';
import type { RunRequest } from '../../conductor/run/context.ts';
import type { Predictor, Trial, TrialRequest } from '../../dse/compile/predictor.ts';
import { Book } from '../../ledger/book/book.ts';
import { RunBudgets } from '../../ledger/book/run-budgets.ts';
import { VolatileJournal } from '../../ledger/volatile/journal.ts';
import { PylonError } from '../../protocol/errors.ts';
import { foldEvent, type RunState, toRunRecord } from '../../protocol/fold.ts';
import { LONG_CONTEXT_QA } from '../../protocol/long-context.ts';
import type { LimitName, PredictLimits } from '../../protocol/predict-budgets.ts';
import { receiptSchema } from '../../protocol/receipt.ts';
import type { RunConfig, RunRecord } from '../../protocol/run.ts';
import { printSpan } from '../../protocol/span.ts';
import type { TraceEvent } from '../../protocol/trace.ts';
import { ulid } from '../../protocol/ulid.ts';
import type { ChosenBackend } from '../backends/choose.ts';
import { runOptionsSchema } from '../settings/run-options.ts';
import { type ConductorParts, conductorOf } from './conductor-of.ts';
import type { EngineOptions } from './port.ts';
import { routeOfText, TEXT_NAME, type TextQuestion, textQuestionOf } from './reading-text.ts';
import { configOf } from './run-config.ts';

export interface TextPredictorParts {
  readonly options: Pick<EngineOptions, 'clock' | 'random'>;
  readonly chosen: ChosenBackend;
  /** The embedded engine. */
  readonly engine: Backend;
  readonly synonyms: ConductorParts['synonyms'];
  /** What the steps of a run are predicted by; absent where nothing can be in force. */
  readonly inForce: Artifacts | undefined;
}

const COMPILED_ID = 'candidate';

/** Keeps receipts besides, so that it can be told which limit was hit. */
class ReceiptJournal extends VolatileJournal {
  readonly #payloads = new Map<string, Uint8Array>();

  override keepBlob(hash?: string, bytes?: Uint8Array, isReceipt?: boolean): void {
    if (hash !== undefined && bytes !== undefined && isReceipt === true) this.#payloads.set(hash, bytes);
  }

  /** Limits that the run itself ran into. */
  hitBy(events: readonly TraceEvent[]): readonly LimitName[] {
    for (const event of events) {
      const bytes = event.type === 'Predict' ? this.#payloads.get(event.receipt_hash ?? '') : undefined;
      const receipt = bytes === undefined ? undefined : receiptSchema.parse(JSON.parse(Buffer.from(bytes).toString()));
      if (receipt !== undefined && receipt.threadId === receipt.receiptId) return receipt.budgets.hit;
    }
    return [];
  }
}

/** @param direct makes every prediction that is one prompt */
export function textPredictor(parts: TextPredictorParts, direct: Predictor): Predictor {
  return {
    model: direct.model,
    modelOf: (params) => direct.modelOf?.(params) ?? direct.model,
    async predict(request, signal) {
      const { signatureId: signature, input, params } = request;
      const question = textQuestionOf({ signature, input });
      if (question === undefined) return direct.predict(request, signal);
      const active = { compiledId: COMPILED_ID, params };
      const hasModel = parts.chosen.languageModel !== undefined;
      const route = routeOfText({ signature, input, backend: 'auto' }, question, hasModel, active);
      if (route.strategyId === 'direct.v1')
        return direct.predict({ ...request, params: { ...params, strategyId: 'direct.v1' } }, signal);
      const options = runOptionsSchema.parse({ local_only: true, verify: 'none', budget_sats: 0 });
      const config = configOf(options, parts.chosen.backend.name, 'none', route, active);
      return run(parts, request, question, { config, route, active }, signal);
    },
  };
}

/** Half of the calls for the node's own predictions, half for leaves: the trial is not to use more than it may. */
function withinCalls(limits: PredictLimits | undefined, maxCalls: number): PredictLimits {
  const half = Math.max(1, Math.floor(maxCalls / 2));
  const { maxLmCalls = half, maxSubLmCalls = half } = limits ?? {};
  return { ...limits, maxLmCalls: Math.min(half, maxLmCalls), maxSubLmCalls: Math.min(half, maxSubLmCalls) };
}

async function run(
  { options, chosen, engine, synonyms, inForce }: TextPredictorParts,
  { maxCalls }: TrialRequest,
  { query, text }: TextQuestion,
  asked: Required<Pick<RunRequest, 'route' | 'active'>> & { readonly config: RunConfig },
  signal: AbortSignal,
): Promise<Trial> {
  const { clock, random } = options;
  const bytes = Buffer.from(text);
  const journal = new ReceiptJournal();
  const told: TraceEvent[] = [];
  let state: RunState | undefined;
  const stop = journal.subscribe((events) => {
    for (const event of events) state = foldEvent(state, event);
    told.push(...events.filter(({ type }) => type === 'Predict'));
  });
  const book = new RunBudgets(Book.volatile(() => clock.now()));
  const artifacts: Artifacts = {
    active: (signatureId, key) =>
      signatureId === LONG_CONTEXT_QA.signatureId ? asked.active : inForce?.active(signatureId, key),
  };
  const parts = { options, journal, book, reputation: journal.reputations, engine, synonyms, artifacts };
  const limits = withinCalls(asked.config.limits, maxCalls);
  const startedMs = clock.now();
  const runId = ulid(startedMs, random.bytes(10));
  const config = { ...asked.config, limits };
  await conductorOf(parts, chosen, undefined).run({ ...asked, runId, query, config, corpus: corpusOf(bytes) }, signal);
  stop();
  if (signal.aborted) throw new PylonError('interrupted', { cause: signal.reason });
  if (state === undefined) throw new PylonError('internal', { reason: 'a run in memory left no trace' });
  const { error, output } = state;
  const own = asked.config.limits ?? {};
  if (journal.hitBy(told).some((name) => (limits[name] ?? 0) < (own[name] ?? Number.POSITIVE_INFINITY)))
    throw new PylonError('budget-limit-reached', { value: `${maxCalls} calls` });
  const cost = { usage: state.usage, costMsat: 0, latencyMs: clock.now() - startedMs };
  if (output === null) return { output: null, error: error ?? { code: 'internal', message: 'no answer' }, ...cost };
  return { output: outputOf(toRunRecord(state), bytes), error: null, ...cost };
}

function outputOf({ output, span_refs: spans }: RunRecord, bytes: Buffer): unknown {
  const evidence = spans.map((span, index) => ({
    n: index + 1,
    quote: bytes.subarray(span.start_byte, span.end_byte).toString(),
    reference: printSpan(span),
  }));
  return { answer: output, evidence };
}

/** The text as the only file of a run. */
function corpusOf(bytes: Buffer): Corpus {
  return {
    files: [{ path: TEXT_NAME, bytes: bytes.length }],
    async *open() {
      yield bytes;
    },
    read: async (_file, startByte, endByte) => bytes.subarray(startByte, endByte),
  };
}
