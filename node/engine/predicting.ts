// Predictions that are asked for by their signature: each is a run of this engine, with a record, a budget and a receipt like any other.
import type { Book } from '../../conductor/ports.ts';
import type { ActiveParams } from '../../conductor/predict/options.ts';
import { Prediction } from '../../conductor/predict/predict.ts';
import type { Route } from '../../conductor/predict/routing.ts';
import type { Strategies } from '../../conductor/predict/strategy.ts';
import { PREDICT_METHOD, runPrediction } from '../../conductor/run/predict-run.ts';
import { canonicalHash } from '../../protocol/canonical.ts';
import { CHUNK_BYTES_DEFAULT } from '../../protocol/limits.ts';
import { LONG_CONTEXT_QA } from '../../protocol/long-context.ts';
import type { RunConfig, RunRecord } from '../../protocol/run.ts';
import { ulid } from '../../protocol/ulid.ts';
import type { ChosenBackend } from '../backends/choose.ts';
import { defaults } from '../settings/fields.ts';
import type { PredictRequest } from '../settings/predict-request.ts';
import { gitSha } from '../version.ts';
import type { WantedBackend } from './backends.ts';
import type { LedgerParts } from './ledger-parts.ts';
import type { EngineOptions, Predictions, RunRequest, StartedRun } from './port.ts';
import { readText, routeOfText, type TextQuestion, textQuestionOf } from './reading-text.ts';
import { untilBegun } from './until-begun.ts';

export interface PredictingParts {
  readonly options: Pick<EngineOptions, 'clock' | 'random'>;
  readonly ledger: Pick<LedgerParts, 'journal' | 'receipts' | 'book' | 'artifacts'>;
  /** By which runs open their budgets. */
  readonly book: Book;
  readonly backend: (wanted: WantedBackend) => Promise<ChosenBackend>;
  /** Begins a run about files, by the strategies that read through the swarm. */
  readonly begin: (request: RunRequest, signal: AbortSignal, active?: ActiveParams) => Promise<StartedRun>;
  /** The record, once the run is over. */
  readonly finished: (runId: string, running: Promise<void>) => Promise<RunRecord>;
}

/** Nothing is bought by a prediction on this machine: what a strategy buys is bought by `pylon rlm`. */
function configOf(prediction: Prediction, model: string): RunConfig {
  return {
    method: PREDICT_METHOD,
    model,
    chunk_size: CHUNK_BYTES_DEFAULT,
    max_depth: 1,
    fanout: 1,
    quorum: defaults.quorum,
    budget_sats: 0,
    verification: 'none',
    strategy_id: prediction.choice.strategyId,
    timeout_ms: defaults.timeout_s * 1_000,
    relays: [],
    public: false,
  };
}

/** The question of its input, where there is one; else what is predicted. */
function queryOf({ input, entry }: Prediction): string {
  const { query, focus } = input as { readonly query?: unknown; readonly focus?: unknown };
  for (const words of [query, focus]) if (typeof words === 'string' && words.trim() !== '') return words;
  return entry.signature.signatureId;
}

/** What else reads a text is not asked here: it is a run of `begin`. */
function onlyDirect(route: Route): Strategies {
  return { route: () => route, find: () => undefined };
}

/** Strategies read a text: where there is none, it does not matter which of them the parameters name. */
function otherwise(signature: string, question: TextQuestion | undefined) {
  if (signature !== LONG_CONTEXT_QA.signatureId || question !== undefined) return {};
  return { strategyId: 'direct.v1' as const, strategyReason: 'evidence is small enough to be asked directly' };
}

/** The engine's predictions. */
export function predicting(parts: PredictingParts): Predictions {
  const { ledger } = parts;
  return {
    start: (request, signal) => start(parts, request, signal),
    read: (receiptId) => ledger.receipts.read(receiptId),
    list: (selection) => ledger.receipts.list(selection),
    blob: (receiptId, hash) => ledger.receipts.blob(receiptId, hash),
  };
}

async function start(parts: PredictingParts, request: PredictRequest, signal: AbortSignal): Promise<StartedRun> {
  const { options, ledger, book, backend, finished } = parts;
  const { clock, random } = options;
  const { signature, input, strategy, limits, experiment } = request;
  const { backend: chosen, languageModel } = await backend(request);
  const question = textQuestionOf(request);
  const inForce = ledger.artifacts?.inForce;
  // One and the same for the route and the prediction, also where something else comes into force between the two.
  const active = question === undefined ? undefined : inForce?.active(signature, () => canonicalHash(question));
  const hasModel = languageModel !== undefined;
  const route = question === undefined ? undefined : routeOfText(request, question, hasModel, active);
  if (question !== undefined && route?.strategyId !== 'direct.v1')
    return readText(request, question, (asked) => parts.begin(asked, signal, active));
  const artifacts = question === undefined ? inForce : { active: () => active };
  const prediction = new Prediction(
    {
      clock,
      random,
      backend: chosen,
      ...(artifacts === undefined ? {} : { artifacts }),
      ...(route === undefined ? {} : { strategies: onlyDirect(route) }),
    },
    {
      signatureId: signature,
      input,
      ...(strategy === undefined ? otherwise(signature, question) : { strategyId: strategy }),
      ...(limits === undefined ? {} : { limits }),
    },
  );
  await ledger.book.recover(); // a run that could not be written may have left it ahead of the disk
  const runId = ulid(clock.now(), random.bytes(10));
  const sha = await gitSha();
  const asked = {
    runId,
    config: configOf(prediction, chosen.name),
    query: queryOf(prediction),
    ...(sha === undefined ? {} : { gitSha: sha }),
    ...(experiment === undefined ? {} : { experiment }),
  };
  const running = runPrediction({ clock, journal: ledger.journal, book }, prediction, asked, signal);
  await untilBegun(ledger.journal, runId, running);
  return { runId, finished: finished(runId, running) };
}
