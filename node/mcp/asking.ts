// One run for a client: its paths are found in the folders it may read, its text becomes a file, and the run goes on until it ends, the
// client cancels or goes away. What it then says is read by whoever asked.
import type { Clock } from '../../conductor/ports.ts';
import { PylonError } from '../../protocol/errors.ts';
import { parseVerification } from '../../protocol/policy.ts';
import type { RunRecord } from '../../protocol/run.ts';
import type { TraceEvent } from '../../protocol/trace.ts';
import type { Locate } from '../engine/answer-view.ts';
import type { Engine, RunRequest } from '../engine/port.ts';
import { type MessageTexts, openMessageTexts } from '../input/message-texts.ts';
import { AUTO_TIER } from '../settings/fields.ts';
import type { RunOptions } from '../settings/run-options.ts';
import type { Folders } from './folders.ts';
import { RunProgress, type Told } from './progress.ts';
import type { SharedEngine } from './shared-engine.ts';
import { type Asked, optionsFor } from './tools.ts';

const TEXT_NAME = 'text';

export interface AskingOptions {
  readonly shared: SharedEngine;
  readonly clock: Clock;
  /** What holds unless the client says otherwise. */
  readonly options: RunOptions;
  /** Where texts are kept; undefined keeps nothing. */
  readonly home: string | undefined;
}

/** Who asks. */
export interface Caller {
  readonly folders: Folders;
  /** Aborted when the client cancels or goes away. */
  readonly signal: AbortSignal;
  /** Undefined where nobody wants to know. */
  readonly onProgress: ((told: Told) => void) | undefined;
}

/** A run that has ended, and what it takes to read it. */
export interface Ended {
  readonly engine: Engine;
  readonly record: RunRecord;
  readonly locate: Locate;
}

interface Prepared {
  readonly request: RunRequest;
  readonly texts: MessageTexts | undefined;
  readonly locate: Locate;
}

function checkQuestion(question: string): void {
  if (question.trim() === '')
    throw new PylonError('query-empty', { value: question, next: 'say in `question` what you want to know' });
}

/** A schema file that a client names is read by nobody: it is not among what it asks about. */
function checkTier({ verify }: RunOptions, own: RunOptions): void {
  if (verify === own.verify || verify === AUTO_TIER) return;
  const tier = parseVerification(verify);
  if (tier.kind === 'objective' && tier.schema !== undefined)
    throw new PylonError('verification-invalid', {
      value: verify,
      reason: 'a client cannot name a schema file',
      next: 'use objective, or start the server with --verify objective:<file>',
    });
}

async function prepare(asked: Asked, { folders }: Caller, asking: AskingOptions): Promise<Prepared> {
  const { question, paths = [], text, text_name = TEXT_NAME } = asked;
  checkQuestion(question);
  const options = optionsFor(asked, asking.options);
  checkTier(options, asking.options);
  const names: Record<string, string> = {};
  for (const path of paths) {
    const { location, name } = folders.resolve(path);
    names[location] = name;
  }
  if (text === undefined && paths.length === 0)
    throw new PylonError('input-missing', {
      reason: 'neither paths nor text are given',
      next: 'name files in `paths`, or give `text`',
    });
  if (text === '') throw new PylonError('input-empty', { value: text_name, reason: 'the text is empty' });
  const request = { query: question, options, files: Object.keys(names), displayNames: names, within: folders.all };
  if (text === undefined) return { request, texts: undefined, locate: (path) => folders.locate(path) };
  const texts = await openMessageTexts(asking.home);
  const location = texts.pathOf(0);
  try {
    await texts.write(0, text);
  } catch (thrown) {
    await texts.remove();
    throw thrown;
  }
  return {
    request: {
      ...request,
      files: [...request.files, location],
      displayNames: { ...names, [location]: text_name },
      within: [...folders.all, texts.folder],
    },
    texts,
    locate: (path) => (path === text_name ? location : folders.locate(path)),
  };
}

/** The words in which a run that was cancelled says so. */
function cancelled(): PylonError {
  return new PylonError('interrupted', { reason: 'the client cancelled the run, or went away' });
}

async function follow(engine: Engine, prepared: Prepared, caller: Caller, clock: Clock): Promise<RunRecord> {
  const { request, texts } = prepared;
  const controller = new AbortController();
  const stop = () => controller.abort(cancelled());
  if (caller.signal.aborted) throw cancelled();
  caller.signal.addEventListener('abort', stop, { once: true });
  try {
    const { runId, finished } = await engine.start(request, controller.signal);
    await texts?.begun(runId).catch((thrown: unknown) => {
      stop();
      return finished.then(() => Promise.reject(thrown));
    });
    const { onProgress } = caller;
    const progress = onProgress === undefined ? undefined : new RunProgress(clock, onProgress);
    const unsubscribe = progress && engine.subscribe(runId, 0, (event: TraceEvent) => progress.onEvent(event));
    try {
      return await finished;
    } finally {
      progress?.end();
      unsubscribe?.();
    }
  } finally {
    caller.signal.removeEventListener('abort', stop);
  }
}

/**
 * Asks, and reads the run once it has ended: done, partial or failed.
 * @throws PylonError for what cannot be asked; a run that failed is a record like any other
 */
export async function ask<Result>(
  asked: Asked,
  caller: Caller,
  asking: AskingOptions,
  read: (ended: Ended) => Promise<Result>,
): Promise<Result> {
  const prepared = await prepare(asked, caller, asking);
  const { texts, locate } = prepared;
  let record: RunRecord | undefined;
  try {
    return await asking.shared.use(async (engine) => {
      record = await follow(engine, prepared, caller, asking.clock);
      return read({ engine, record, locate });
    });
  } finally {
    if (record === undefined) await texts?.remove();
    else await texts?.over(record);
  }
}
