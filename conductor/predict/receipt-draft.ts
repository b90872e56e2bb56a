// A receipt while its prediction goes on: begun with what was asked for and how, finished with what came of it, good or bad. Finishing
// it keeps it as a payload of the run and tells it by the Predict event, in one commit.
import { canonicalHash, canonicalJson } from '../../protocol/canonical.ts';
import { describe, PylonError } from '../../protocol/errors.ts';
import { sha256Hex } from '../../protocol/event.ts';
import { RECEIPT_PATH_CHARS_MAX } from '../../protocol/limits.ts';
import { DEFAULT_COMPILED_ID } from '../../protocol/predict-params.ts';
import {
  type ContextPressure,
  type PredictReceipt,
  RECEIPT_FORMAT,
  RECEIPT_SPANS_MAX,
  type ReadSpan,
  type StrategyId,
} from '../../protocol/receipt.ts';
import { addUsage, NO_USAGE, type Signature, type Usage } from '../../protocol/signature.ts';
import type { TraceFact } from '../../protocol/trace.ts';
import { ulid } from '../../protocol/ulid.ts';
import type { Clock, Random } from '../ports.ts';
import type { PredictBudget } from './budget.ts';
import { blocksOf, schemaHash } from './contract.ts';
import type { ActiveParams } from './options.ts';
import type { PromptBlocks } from './prompt.ts';

const REASON_CHARS_MAX = 1_024;
const MODEL_CHARS_MAX = 256;

/** Where a receipt is told and kept; a TraceEmitter is one. */
export interface ReceiptTrace {
  readonly runId: string;
  emit(fact: TraceFact): Promise<void>;
  /** @param always also where the disk is too slow for all payloads */
  keepBlob(hash: string, text: string, always: boolean): void;
}

/** The prediction that others are a part of: they name its receipt and share its meter. */
export interface PredictThread {
  readonly receiptId: string;
  readonly budget: PredictBudget;
}

export interface ReceiptBeginning {
  readonly signature: Signature<never, unknown> | Signature<unknown, unknown>;
  /** The words of the signature's own prompt; absent where no model is asked by one. */
  readonly blocks?: PromptBlocks;
  /** Exactly these are run. */
  readonly active: ActiveParams;
  readonly strategyId: StrategyId;
  /** Why this strategy, in words. */
  readonly strategyReason: string;
  /** JSON. Of a long text its hash stands in its place: what is hashed must say the same again. */
  readonly input: unknown;
  /** Backend and model. */
  readonly model: string;
  readonly budget: PredictBudget;
  /** Absent where it is part of no other. */
  readonly thread?: PredictThread;
  readonly pressure?: ContextPressure;
}

/** What came of a prediction. */
export type ReceiptOutcome =
  | { readonly kind: 'done'; readonly output: unknown }
  /** A budget was exhausted; the output is what was known then. */
  | { readonly kind: 'partial'; readonly output: unknown; readonly error: PylonError }
  | { readonly kind: 'failed'; readonly error: PylonError };

/** An exploration that is kept as a payload (`openagents.dse.rlm_trace`). */
export type Explored = NonNullable<PredictReceipt['rlmTrace']>;

export class ReceiptDraft implements PredictThread {
  readonly receiptId: string;
  readonly budget: PredictBudget;
  readonly #clock: Clock;
  readonly #trace: ReceiptTrace;
  readonly #asked: ReceiptBeginning;
  readonly #startedMs: number;
  readonly #inputHash: string;
  readonly #spans = new Map<string, ReadSpan>();
  #strategyId: StrategyId;
  #strategyReason: string;
  #spansLeftOut = 0;
  #pathChars = 0;
  #promptHash: string | null = null;
  #usage = NO_USAGE;
  #repairs = 0;
  #explored: Explored | null = null;
  #parts: readonly string[] = [];
  #pressure: ContextPressure | null;
  #finished = false;

  /** Begins now. @throws PylonError `result-invalid` where the input is nested too deep to be hashed */
  constructor(
    { clock, random, trace }: { readonly clock: Clock; readonly random: Random; readonly trace: ReceiptTrace },
    asked: ReceiptBeginning,
  ) {
    this.#clock = clock;
    this.#trace = trace;
    this.#asked = asked;
    this.budget = asked.budget;
    this.#startedMs = clock.now();
    this.receiptId = ulid(Math.floor(this.#startedMs), random.bytes(10));
    this.#inputHash = canonicalHash(asked.input);
    this.#strategyId = asked.strategyId;
    this.#strategyReason = asked.strategyReason;
    this.#pressure = asked.pressure ?? null;
  }

  /** The parameters that it is made with. */
  get active(): ActiveParams {
    return this.#asked.active;
  }

  /** The strategy that runs after all: one that was chosen late, or that another one fell back to. */
  chose(strategyId: StrategyId, reason: string): void {
    this.#strategyId = strategyId;
    this.#strategyReason = reason;
  }

  pressed(pressure: ContextPressure): void {
    this.#pressure = pressure;
  }

  /** A prompt as it is about to be asked; the first one stands in the receipt, repairs repeat it. */
  prompted(text: string): void {
    this.#promptHash ??= sha256Hex(text);
  }

  /** Lines of the input that a model or the kernel saw. Each is listed once, as many as a receipt takes; the rest is counted. */
  read(spans: Iterable<ReadSpan>): void {
    for (const { path, start_line, end_line } of spans) {
      const key = `${start_line}-${end_line} ${path}`;
      if (this.#spans.has(key)) continue;
      this.#pathChars += path.length;
      if (this.#spans.size < RECEIPT_SPANS_MAX && this.#pathChars <= RECEIPT_PATH_CHARS_MAX)
        this.#spans.set(key, { path, start_line, end_line });
      else this.#spansLeftOut++;
    }
  }

  /** What its own calls cost; children tell theirs by receipts of their own, leaves by their events. */
  spent(usage: Usage, repairs = 0): void {
    this.#usage = addUsage(this.#usage, usage);
    this.#repairs += repairs;
  }

  /** @param parts hashes of the payloads that the exploration names; all of them are kept already */
  explored(trace: Explored, parts: readonly string[] = []): void {
    this.#explored = trace;
    this.#parts = parts;
  }

  /**
   * Keeps the receipt and tells it. Call it once, whatever happened: errors leave receipts too.
   * @returns the receipt; `stored` resolves when it is stored with its event
   */
  finish(outcome: ReceiptOutcome): { readonly receipt: PredictReceipt; readonly stored: Promise<void> } {
    if (this.#finished) throw new PylonError('internal', { reason: `receipt ${this.receiptId} was finished before` });
    this.#finished = true;
    const receipt = this.#receipt(outcome);
    const text = canonicalJson(receipt);
    const hash = sha256Hex(text);
    const { result, rlmTrace, canary, compiled_id } = receipt;
    this.#trace.keepBlob(hash, text, true);
    const stored = this.#trace.emit({
      type: 'Predict',
      signature: receipt.signatureId,
      strategy: receipt.strategyId,
      model: receipt.model,
      latency_ms: receipt.latencyMs,
      usage: receipt.usage,
      repairs: receipt.repairs,
      ...(result.kind === 'done' ? {} : { error: result.error }),
      receipt_id: this.receiptId,
      receipt_hash: hash,
      ...(rlmTrace === null ? {} : { trace_hash: rlmTrace.blobId }),
      ...(this.#parts.length === 0 ? {} : { trace_parts: [...this.#parts] }),
      ...(compiled_id === DEFAULT_COMPILED_ID ? {} : { compiled_id }),
      ...(canary === undefined ? {} : { canary_id: canary.canaryId, canary_arm: canary.arm }),
      ...(receipt.budgets.hit.length === 0 ? {} : { limits_hit: receipt.budgets.hit }),
    });
    return { receipt, stored };
  }

  #receipt(outcome: ReceiptOutcome): PredictReceipt {
    const { signature, blocks, active, model, thread } = this.#asked;
    const { compiledId, params, canary } = active;
    return {
      format: RECEIPT_FORMAT,
      version: 1,
      receiptId: this.receiptId,
      runId: this.#trace.runId,
      threadId: thread?.receiptId ?? this.receiptId,
      signatureId: signature.signatureId,
      compiled_id: compiledId,
      ...(canary === undefined ? {} : { canary }),
      strategyId: this.#strategyId,
      strategyReason: this.#strategyReason.slice(0, REASON_CHARS_MAX),
      hashes: {
        inputSchema: schemaHash(signature.input),
        outputSchema: schemaHash(signature.output),
        promptIr: blocks === undefined ? null : canonicalHash(blocksOf(blocks, params)),
        renderedPrompt: this.#promptHash,
        params: canonicalHash(params),
        input: this.#inputHash,
        output: outcome.kind === 'failed' ? null : canonicalHash(outcome.output),
      },
      model: model.slice(0, MODEL_CHARS_MAX),
      usage: this.#usage,
      startedAtMs: Math.floor(this.#startedMs),
      latencyMs: Math.max(0, this.#clock.now() - this.#startedMs),
      budgets: { limits: this.budget.limits, usage: this.budget.usage(), hit: this.budget.hit() },
      contextPressure: this.#pressure,
      repairs: this.#repairs,
      rlmTrace: this.#explored,
      spansRead: [...this.#spans.values()],
      spansLeftOut: this.#spansLeftOut,
      result: outcome.kind === 'done' ? { kind: 'done' } : { kind: outcome.kind, error: describe(outcome.error) },
    };
  }
}
