// A run by a strategy of one's choice: real conductor, scripted providers, a model that plays a script, and everything that was written
// down at hand.
import type { LanguageModel } from '../../conductor/ports.ts';
import { linearRegex } from '../../conductor/predict/rlm/regex/linear-regex.ts';
import { replay } from '../../conductor/predict/rlm/trace/replay.ts';
import { Conductor } from '../../conductor/run/conductor.ts';
import type { ConductorPorts, RunRequest } from '../../conductor/run/context.ts';
import { limitsOf } from '../../conductor/strategies/limits.ts';
import { Book } from '../../ledger/book/book.ts';
import { RunBudgets } from '../../ledger/book/run-budgets.ts';
import { extractiveBackend } from '../../node/backends/extractive.ts';
import { LONG_CONTEXT_QA } from '../../protocol/long-context.ts';
import type { PredictLimits } from '../../protocol/predict-budgets.ts';
import { type PredictReceipt, receiptSchema, type StrategyId } from '../../protocol/receipt.ts';
import type { RunConfig } from '../../protocol/run.ts';
import { RecordingJournal } from './recording-journal.ts';
import { modelPorts } from './scripted-controller.ts';
import { ScriptedMarket } from './scripted-market.ts';
import { seededRandom } from './seeded-random.ts';
import { textCorpus } from './text-corpus.ts';
import { RUN_CONFIG } from './traces.ts';
import { VirtualClock } from './virtual-clock.ts';

export interface StrategyScene {
  readonly strategyId: StrategyId;
  readonly texts: Record<string, string | Buffer>;
  readonly query: string;
  /** The embedded engine when absent. */
  readonly model?: LanguageModel;
  /** Nobody else is asked when absent. */
  readonly market?: (market: ScriptedMarket, clock: VirtualClock) => unknown;
  readonly config?: Partial<RunConfig>;
  readonly limits?: PredictLimits;
  readonly ports?: Partial<ConductorPorts>;
  readonly request?: Partial<RunRequest>;
  readonly signal?: AbortSignal;
  readonly clock?: VirtualClock;
}

export async function playStrategy(scene: StrategyScene) {
  const { strategyId, texts, query, model, limits = {}, clock = new VirtualClock() } = scene;
  const engine = extractiveBackend();
  const market = new ScriptedMarket(engine);
  scene.market?.(market, clock);
  const journal = new RecordingJournal();
  const book = new RunBudgets(Book.volatile(() => clock.now()));
  const ports: ConductorPorts = {
    clock,
    random: seededRandom(7),
    journal,
    book,
    engine,
    patterns: async () => linearRegex({ now: () => clock.now(), cpu: () => clock.now() }),
    ...(model === undefined ? { local: engine } : modelPorts(model)),
    ...(scene.market === undefined ? {} : { market }),
    ...scene.ports,
  };
  const config: RunConfig = {
    ...RUN_CONFIG,
    strategy_id: strategyId,
    chunk_size: 2_000,
    max_depth: 2,
    limits: limitsOf(strategyId, limits),
    ...scene.config,
  };
  const request: RunRequest = {
    runId: '01ARZ3NDEKTSV4RRFFQ69G5FAV',
    query,
    corpus: textCorpus(texts),
    config,
    ...scene.request,
  };
  await clock.runUntil(new Conductor(ports).run(request, scene.signal ?? new AbortController().signal));
  return { journal, market, clock, record: journal.record, receipt: topReceipt(journal) };
}

/** The receipt of the run itself: that of no other prediction. */
export function topReceipt(journal: RecordingJournal): PredictReceipt {
  const receipts = receiptsOf(journal).filter(({ receiptId, threadId }) => receiptId === threadId);
  if (receipts.length !== 1) throw new Error(`${receipts.length} receipts of the run itself`);
  return receipts[0]!;
}

export function receiptsOf(journal: RecordingJournal): PredictReceipt[] {
  return journal.of('Predict').flatMap(({ receipt_hash }) => {
    const text = receipt_hash === undefined ? undefined : journal.blobs.get(receipt_hash);
    return text === undefined ? [] : [receiptSchema.parse(JSON.parse(text))];
  });
}

/** Replays the exploration of the run. @throws PylonError as `replay` does */
export async function replayed(journal: RecordingJournal) {
  const told = journal.of('Predict').findLast(({ signature }) => signature === LONG_CONTEXT_QA.signatureId);
  const text = journal.blobs.get(told?.trace_hash ?? '');
  if (text === undefined) throw new Error('no exploration was kept');
  return replay(text, async (hash) => {
    const payload = journal.blobs.get(hash);
    return payload === undefined ? undefined : Buffer.from(payload);
  });
}
