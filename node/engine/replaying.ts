// Goes through a recorded exploration again, without the input and without a model: the same kernel must come to the same output.
import { replay } from '../../conductor/predict/rlm/trace/replay.ts';
import { PylonError } from '../../protocol/errors.ts';
import { receiptSchema } from '../../protocol/receipt.ts';
import type { TraceEvent } from '../../protocol/trace.ts';

/** What a replay came to. */
export interface ReplayReport {
  readonly run_id: string;
  /** Payload with the exploration (`openagents.dse.rlm_trace`). */
  readonly trace_hash: string;
  /** sha256 of the output: that of the trace, and of the run's receipt. */
  readonly output_hash: string;
  /** Steps, those of deeper explorations included. */
  readonly iterations: number;
}

export interface ReplaySources {
  readonly runId: string;
  readonly events: AsyncIterable<TraceEvent>;
  readonly payload: (hash: string) => Promise<Uint8Array | undefined>;
}

type Explored = Extract<TraceEvent, { type: 'Predict' }>;

function notReplayable(runId: string, reason: string): PylonError {
  return new PylonError('run-not-replayable', { value: runId, reason });
}

/** The last prediction of the run that explored: a run that was resumed has one for each of its ends. */
async function exploredIn({ events }: ReplaySources): Promise<Explored | undefined> {
  let explored: Explored | undefined;
  for await (const event of events) if (event.type === 'Predict' && event.trace_hash !== undefined) explored = event;
  return explored;
}

/** @throws PylonError `run-not-replayable` | `rlm-trace-invalid` | `replay-differs` */
export async function replayRun(sources: ReplaySources): Promise<ReplayReport> {
  const { runId, payload } = sources;
  const explored = await exploredIn(sources);
  const traceHash = explored?.trace_hash;
  if (traceHash === undefined) throw notReplayable(runId, 'nothing was explored in this run');
  const trace = await payload(traceHash);
  if (trace === undefined) throw notReplayable(runId, 'its exploration was not kept');
  const { outputHash, iterations } = await replay(Buffer.from(trace).toString(), payload);
  const receipt = explored?.receipt_hash === undefined ? undefined : await payload(explored.receipt_hash);
  const told = receipt === undefined ? undefined : receiptSchema.parse(JSON.parse(Buffer.from(receipt).toString()));
  if (told !== undefined && told.hashes.output !== outputHash)
    throw new PylonError('replay-differs', {
      value: outputHash,
      reason: `the receipt of the run has the output ${told.hashes.output}`,
    });
  return { run_id: runId, trace_hash: traceHash, output_hash: outputHash, iterations };
}
