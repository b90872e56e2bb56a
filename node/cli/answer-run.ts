// One run from its beginning, or from where it goes on, to the answer on stdout: what `pylon rlm` and `pylon rlm resume` share.
import { EXIT, PylonError } from '../../protocol/errors.ts';
import type { RunRecord } from '../../protocol/run.ts';
import type { Engine, StartedRun } from '../engine/port.ts';
import { renderAnswer } from './answer.ts';
import type { CliContext } from './context.ts';
import type { Notices } from './notices.ts';
import { complaintOf, exitCodeOf } from './outcome.ts';
import { printableJson } from './printable.ts';
import { Progress } from './progress.ts';

type Begin = (signal: AbortSignal) => Promise<StartedRun>;

export interface Answering {
  readonly context: CliContext;
  readonly engine: Engine;
  readonly notices: Notices;
  /** Printed name → absolute path, for names that are not paths (`stdin`). */
  readonly locations: ReadonlyMap<string, string>;
  /** Prints the whole record. */
  readonly json: boolean;
}

/** Waits for a run to end, whatever it is; the first interrupt asks for what there is, the second ends the process. */
export async function toItsEnd(
  { context, notices }: Pick<Answering, 'context' | 'notices'>,
  begin: Begin,
  onBegun: (runId: string) => () => void = () => () => undefined,
): Promise<RunRecord> {
  const controller = new AbortController();
  const release = context.onInterrupt(() => {
    if (controller.signal.aborted) return context.exitNow(EXIT.interrupted);
    notices.line('interrupted: ending with what is there; once more to stop at once');
    controller.abort(new PylonError('interrupted'));
  });
  try {
    const { runId, finished } = await begin(controller.signal);
    const stop = onBegun(runId);
    try {
      return await finished;
    } finally {
      stop();
    }
  } finally {
    release();
  }
}

/** The same with its progress on stderr. */
async function follow(answering: Answering, begin: Begin): Promise<RunRecord> {
  const { engine, notices } = answering;
  const { stderr, clock, environment } = answering.context;
  const progress = new Progress({ stream: stderr, clock, environment, notices });
  try {
    const record = await toItsEnd(answering, begin, (runId) =>
      engine.subscribe(runId, 0, (event) => progress.onEvent(event)),
    );
    progress.finish(record);
    return record;
  } finally {
    progress.finish();
  }
}

/** @returns 0 answer, 1 failed, 2 usage, 3 budget, 4 quorum or verification, 130 interrupted */
export async function answerRun(answering: Answering, begin: Begin): Promise<number> {
  const { context, notices, locations, json } = answering;
  const record = await follow(answering, begin);
  const text = json ? `${printableJson(record)}\n` : await renderAnswer(record, { cwd: context.cwd, locations });
  context.stdout.write(text);
  const complaint = complaintOf(record);
  if (complaint !== undefined) notices.line(complaint);
  return exitCodeOf(record);
}
