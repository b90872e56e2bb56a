// One chat request from its body to its answer: the body goes to files, the run begins like any other of this daemon, and the answer
// goes out whole or in chunks. Whoever hangs up ends the run.
import type { Readable } from 'node:stream';
import type { Clock } from '../../../conductor/ports.ts';
import { CATALOGUE, isErrorCode, PylonError } from '../../../protocol/errors.ts';
import type { RunRecord } from '../../../protocol/run.ts';
import { answerView } from '../../engine/answer-view.ts';
import type { ServedEngine } from '../../engine/port.ts';
import { type MessageTexts, openMessageTexts } from '../../input/message-texts.ts';
import type { RunOptions } from '../../settings/run-options.ts';
import type { ActiveRuns } from '../active-runs.ts';
import { Answer } from '../answer.ts';
import { spoolBody } from './body.ts';
import { type Answered, CompletionChunks, completionOf } from './completion.ts';
import { eventStream } from './event-stream.ts';
import { readConversation } from './inputs.ts';
import { type ReadRequest, readRequest } from './request.ts';

/** Each may have a large body on the disk, and its own fan-out. */
export const CONVERSATIONS_MAX = 64;

export interface ChatOptions {
  /** Where texts are kept; the system's temporary folder when absent. */
  readonly home?: string;
  /** What holds of a run unless a request says otherwise. */
  readonly runOptions: () => Promise<RunOptions>;
}

interface Ports {
  readonly engine: ServedEngine;
  readonly active: ActiveRuns;
  readonly clock: Clock;
}

/** A request as it comes. */
export interface ChatCall {
  readonly body: Readable;
  readonly contentLength: string | undefined;
  /** Aborted when whoever asked hangs up. */
  readonly gone: AbortSignal;
}

interface Begun {
  readonly request: ReadRequest;
  readonly runId: string;
}

export class Conversations {
  readonly #options: ChatOptions;
  #open = 0;

  constructor(options: ChatOptions) {
    this.#options = options;
  }

  /**
   * @returns a completion, or the stream of its chunks
   * @throws PylonError for what cannot be asked, and, unless it is streamed, that of a run without an answer
   */
  async answer(ports: Ports, call: ChatCall): Promise<object> {
    if (this.#open >= CONVERSATIONS_MAX) throw new PylonError('too-many-questions');
    this.#open++;
    let answering: Promise<unknown> = Promise.resolve();
    try {
      const texts = await openMessageTexts(this.#options.home);
      const begun = await this.#begin(ports, call, texts);
      const answered = finish(ports, begun, texts);
      answering = answered;
      const { request, runId } = begun;
      const head = { id: `chatcmpl-${runId}`, created: Math.floor(ports.clock.now() / 1_000), model: request.model };
      if (!request.streams) return completionOf(head, await answered);
      const events = eventStream(ports.clock, new CompletionChunks(head, request.wantsUsage), answered);
      return Answer.of(events, 'text/event-stream; charset=utf-8', { 'x-accel-buffering': 'no' });
    } finally {
      const close = () => {
        this.#open--;
      };
      void answering.then(close, close);
    }
  }

  /** Reads the request and begins its run; what was kept for it is gone when that fails. */
  async #begin({ active }: Ports, { body, contentLength, gone }: ChatCall, texts: MessageTexts): Promise<Begun> {
    try {
      const { value, nextText } = await spoolBody(body, contentLength, texts);
      const request = readRequest(value, await this.#options.runOptions());
      const { query, names } = await readConversation(request, texts, nextText);
      if (gone.aborted) throw new PylonError('interrupted', { reason: 'whoever asked hung up' });
      const { options } = request;
      const runId = await active.start({ query, files: Object.keys(names), displayNames: names, options });
      const hangUp = () => void active.cancel(runId);
      if (gone.aborted) hangUp();
      else gone.addEventListener('abort', hangUp, { once: true });
      await texts.begun(runId).catch((thrown: unknown) => {
        hangUp();
        throw thrown;
      });
      return { request, runId };
    } catch (thrown) {
      await texts.remove();
      throw thrown;
    }
  }
}

/** What the run says at its end. @throws PylonError that of a run without an answer */
async function finish({ engine, active }: Ports, { request, runId }: Begun, texts: MessageTexts): Promise<Answered> {
  await active.finished(runId);
  const record = await engine.runs.get(runId);
  try {
    if (record === undefined) throw new PylonError('run-unknown', { value: runId });
    if (record.output === null) throw failureOf(record);
    const locations = (await engine.inputs(runId)) ?? [];
    const places = new Map(record.inputs.map(({ path }, index) => [path, locations[index]]));
    return { view: await answerView(record, (path) => places.get(path)), sources: request.sources };
  } finally {
    await (record === undefined ? texts.remove() : texts.over(record));
  }
}

/** The failure of a run as that of its request; it names the run. */
function failureOf({ id, error }: RunRecord): PylonError {
  const see = `see \`pylon rlm show ${id}\``;
  if (error === null || !isErrorCode(error.code)) return new PylonError('no-answer', { next: see });
  const { next } = CATALOGUE[error.code];
  const reason = error.message.endsWith(`: ${next}`) ? error.message.slice(0, -next.length - 2) : error.message;
  return new PylonError(error.code, { reason, next: reason === error.message ? see : `${next}; ${see}` });
}
