// What an engine needs to go on with an interrupted run: the run as its trace has it, and the same input, backend and terms.
import { KnownChunks } from '../../conductor/run/known-chunks.ts';
import type { Resumption } from '../../conductor/run/resumed.ts';
import { PylonError, toPylonError } from '../../protocol/errors.ts';
import type { RunState } from '../../protocol/fold.ts';
import { type Msat, msat } from '../../protocol/money.ts';
import { ENGINE_NAME } from '../../protocol/signature.ts';
import { type CollectedFile, collectFor } from '../input/collect.ts';
import type { RunOptions } from '../settings/run-options.ts';
import { keptRequest } from './kept-request.ts';
import type { LedgerParts } from './ledger-parts.ts';
import type { RunRequest } from './port.ts';

export interface ReadRun {
  readonly request: RunRequest;
  readonly state: RunState;
  /** Of its budget. */
  readonly leftMsat: Msat;
  /** @param leftMsat what it may spend from now on */
  resumption(leftMsat: Msat): Resumption;
}

/** @throws PylonError `run-unknown` | `run-not-resumable` | `store-corrupt` */
export async function readRun({ interrupted }: LedgerParts, runId: string): Promise<ReadRun> {
  const known = new KnownChunks();
  const { state, request, budget } = await interrupted.read(runId, (event) => known.observe(event));
  const { limitMsat, settledMsat, times } = budget;
  return {
    request: keptRequest(runId, request),
    state,
    leftMsat: msat(limitMsat - settledMsat),
    resumption: (leftMsat) => ({
      state,
      known,
      limitMsat: msat(settledMsat + leftMsat),
      settledMsat,
      times: times + 1,
      payload: (hash) => interrupted.payload(hash),
    }),
  };
}

/** What the run was asked of, by the name that its record has for it. */
export function backendOf({ config }: RunState): Pick<RunOptions, 'backend' | 'model'> {
  if (config.model === ENGINE_NAME) return { backend: 'extractive' };
  return { backend: 'openai', model: config.model.slice(config.model.indexOf(':') + 1) };
}

/**
 * The files as they were: what has grown since is read as far as it went then, and everything is held against its hash later.
 * @throws PylonError `input-changed` when one is gone, or can not be read any more
 */
export async function collectAgain(request: RunRequest, { inputs }: RunState, home: string): Promise<CollectedFile[]> {
  try {
    const { files } = await collectFor(request, home);
    return files.map((file, index) => {
      const before = inputs[index];
      return before?.path === file.path ? { ...file, bytes: Math.min(file.bytes, before.bytes) } : file;
    });
  } catch (thrown) {
    const { value, reason } = toPylonError(thrown);
    throw new PylonError('input-changed', {
      ...(value === undefined ? {} : { value }),
      reason: `the input is not what it was when the run began: ${reason}`,
      next: 'bring it back as it was, or ask again for a new run',
      cause: thrown,
    });
  }
}
