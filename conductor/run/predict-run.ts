// A prediction as a run of its own: one that is asked for by its signature, not by a question about files. Its budget, its receipt, its
// history and its export are those of every run.
import { describe, PylonError, toPylonError } from '../../protocol/errors.ts';
import { msat } from '../../protocol/money.ts';
import type { RunConfig } from '../../protocol/run.ts';
import type { Book, Clock, Journal } from '../ports.ts';
import type { Prediction } from '../predict/predict.ts';
import type { ReceiptOutcome } from '../predict/receipt-draft.ts';
import { TraceEmitter } from './trace-emitter.ts';

/** `method` of its run. */
export const PREDICT_METHOD = 'pylon.predict';

export interface PredictRunPorts {
  readonly clock: Clock;
  readonly journal: Journal;
  readonly book: Book;
}

export interface PredictRunRequest {
  readonly runId: string;
  readonly config: RunConfig;
  /** What the history calls it. */
  readonly query: string;
  readonly gitSha?: string;
  readonly experiment?: string;
}

/**
 * Records the run from its beginning to its end: RunDone with the output as JSON, or RunFailed.
 * @throws PylonError `store-failed` when the journal cannot be written; whatever else goes wrong is in the record
 */
export async function runPrediction(
  { clock, journal, book }: PredictRunPorts,
  prediction: Prediction,
  { runId, config, query, gitSha, experiment }: PredictRunRequest,
  signal: AbortSignal,
): Promise<void> {
  const broken = new AbortController();
  const emitter = new TraceEmitter(runId, clock, journal, (error) => broken.abort(error));
  const throwIfBroken = () => {
    if (broken.signal.aborted) throw toPylonError(broken.signal.reason);
  };
  const budget = book.openRun(runId, msat(Math.round(config.budget_sats * 1_000)), 0);
  const identity = { git_sha: gitSha ?? null, dataset: null, experiment: experiment ?? null };
  await emitter.emit({ type: 'RunInit', query, config, inputs: [], ...identity }, budget);
  throwIfBroken();
  const { outcome, stored } = await prediction.run(emitter, AbortSignal.any([signal, broken.signal]));
  await stored;
  throwIfBroken();
  await emitter.emit(endOf(outcome, signal), book.closeRun(runId));
  throwIfBroken();
}

function endOf(outcome: ReceiptOutcome, signal: AbortSignal) {
  if (outcome.kind === 'failed') {
    const error = signal.aborted ? new PylonError('interrupted', { cause: signal.reason }) : outcome.error;
    return { type: 'RunFailed' as const, error: describe(error) };
  }
  const done = { type: 'RunDone' as const, output: JSON.stringify(outcome.output), span_refs: [] };
  return outcome.kind === 'done'
    ? { ...done, status: 'done' as const }
    : { ...done, status: 'partial' as const, error: describe(outcome.error) };
}
