// The fan-outs of an exploration: a question of the controller to parts of the input, through the run's own scheduler, market, money
// and verification. What comes back goes to the kernel in the order of the input.

import { setMaxListeners } from 'node:events';
import { canonicalHash } from '../../../protocol/canonical.ts';
import { describe, PylonError } from '../../../protocol/errors.ts';
import { inputBytes } from '../../../protocol/input-bytes.ts';
import { CHUNK_BYTES_MIN } from '../../../protocol/limits.ts';
import type { LimitName } from '../../../protocol/predict-budgets.ts';
import { RECORDS } from '../../../protocol/records.ts';
import { EXTRACTOR } from '../../../protocol/signature.ts';
import { preview } from '../../../protocol/text.ts';
import { extraBytes, type Question } from '../../chunk/question.ts';
import type { Cutting } from '../../cut/fragments.ts';
import type { Part } from '../../cut/parts.ts';
import { recordsChunkSize } from '../../cut/records-size.ts';
import { selectAtMost } from '../../cut/select.ts';
import { type Survey, survey } from '../../cut/survey.ts';
import { follow } from '../../follow.ts';
import type { FanOutRequest, FanOutResult } from '../../predict/rlm/world.ts';
import type { RunContext } from '../../run/context.ts';
import { QUORUM_REACHED } from '../../run/ending.ts';
import type { FannedOut } from '../../run/fan-out.ts';
import { encodePlan } from '../../search/plan.ts';
import { analyseQuery } from '../../search/query.ts';
import { enoughFor } from '../enough.ts';
import type { Walk } from '../strategy.ts';
import { FoundList } from './found-list.ts';

const QUESTION_CHARS_TOLD = 400;

export class Leaves {
  readonly #walk: Walk;
  readonly #found = new FoundList();

  constructor(walk: Walk) {
    this.#walk = walk;
  }

  /** One question to every chunk of the parts. @throws PylonError `input-changed` | `store-failed` */
  async ask(request: FanOutRequest, signal: AbortSignal): Promise<FanOutResult> {
    const { context, fanOut } = this.#walk;
    const ranking = this.#rankingFor(request, signal);
    const question: Question = {
      text: request.question,
      ...(this.#walk.context.question.terms === undefined ? {} : { terms: encodePlan((await ranking()).plan) }),
      ...(request.fields === undefined ? {} : { fields: request.fields }),
    };
    const bytesGiven = bytesOf(request, context);
    const cutting = this.#cutting(request);
    const key = canonicalHash([question.text, question.fields ?? null, cutting.chunkBytes, cutting.parts ?? null]);
    const { firstIndex, isKnown, endIndex } = fanOut.place(key);
    const cut: Cutting = { ...cutting, firstIndex, ...(endIndex === undefined ? {} : { endIndex }) };
    if (!isKnown)
      void context.emitter.emit({
        type: 'EnvFanOut',
        pass: fanOut.begun,
        question: preview(question.text, QUESTION_CHARS_TOLD),
        signature: (question.fields === undefined ? EXTRACTOR : RECORDS).signatureId,
        first_chunk: firstIndex,
        chunk_bytes: cut.chunkBytes,
        bytes_given: bytesGiven,
        key,
      });
    const { fanned, limit } = await this.#fanOut(question, cut, ranking, request.chunksMax, signal);
    return this.#result(fanned, limit, firstIndex, bytesGiven);
  }

  async #fanOut(
    question: Question,
    cutting: Cutting,
    ranking: Survey['ranking'],
    chunksMax: number,
    signal: AbortSignal,
  ): Promise<{ readonly fanned: FannedOut; readonly limit: LimitName | undefined }> {
    const { quorum, fanOut } = this.#walk;
    const controller = new AbortController();
    setMaxListeners(0, controller.signal); // each query in flight listens: no leak, whatever node warns of above ten
    const stop = follow(signal, (reason) => controller.abort(reason));
    const context: RunContext = { ...this.#walk.context, question, signal: controller.signal };
    try {
      const { chosen, limit } = await selectAtMost(context, cutting, ranking, chunksMax);
      const enough = await enoughFor(quorum, context, cutting);
      const onCovered = (covered: number) => {
        if (covered >= enough) controller.abort(QUORUM_REACHED);
      };
      const { signal: own } = controller;
      const pass = { question, cutting, chosen, gathering: this.#found, onCovered, signal: own };
      return { fanned: await fanOut.ask(pass), limit };
    } finally {
      stop();
    }
  }

  #result(
    { tally, stopped }: FannedOut,
    limit: LimitName | undefined,
    first: number,
    bytesGiven: number,
  ): FanOutResult {
    const { quorum, fanOut, context } = this.#walk;
    const end = fanOut.nextIndex;
    const error = this.#limited(stopped ?? tally.shortfall(quorum, context.faults.usual()), limit);
    return {
      found: this.#found.found(first, end),
      chunks: tally.loaded,
      chunksAnswered: tally.covered,
      asked: tally.asked,
      bytesGiven,
      bytesAnswered: this.#found.bytesAnswered(first, end),
      ...(error === undefined ? {} : { error: describe(error) }),
    };
  }

  /** What was not asked for want of sats or calls is told by the limit that it was. */
  #limited(fault: PylonError | undefined, limit: LimitName | undefined): PylonError | undefined {
    const { ending, thread } = this.#walk;
    if (ending.fault !== undefined) return ending.fault;
    return fault?.code === 'budget-exhausted' ? thread.budget.noteHit(limit ?? 'maxMsat') : fault;
  }

  /** Statistics of the whole input for the question; records are read off each line, whatever the rest says. */
  #rankingFor({ question, fields }: FanOutRequest, signal: AbortSignal): Survey['ranking'] {
    const { context, surveyed } = this.#walk;
    if (fields !== undefined || question === context.request.query) return surveyed.ranking;
    const { synonyms } = context;
    const analysis = analyseQuery(question, synonyms === undefined ? undefined : { synonyms });
    let ranked: ReturnType<Survey['ranking']> | undefined;
    return () => {
      ranked ??= survey(context.request.corpus, analysis, signal, true).then((whole) => whole.ranking());
      return ranked;
    };
  }

  /** The relays were found to take chunks of the run's size; where nobody is asked over one, any size will do. */
  #cutting({ chunkBytes, passages, fields }: FanOutRequest): Omit<Cutting, 'firstIndex'> {
    const { context, surveyed } = this.#walk;
    const { chunk_size: own } = context.request.config;
    const most = fields === undefined ? own : Math.max(CHUNK_BYTES_MIN, own - extraBytes({ fields }));
    const wanted = context.market === undefined ? (chunkBytes ?? own) : Math.min(chunkBytes ?? most, most);
    const size = fields === undefined ? { chunkBytes: wanted } : recordsChunkSize(fields, wanted);
    return { ...size, kindOf: surveyed.kindOf, ...(passages === undefined ? {} : { parts: inOrder(passages) }) };
  }
}

function bytesOf({ passages }: FanOutRequest, { request }: RunContext): number {
  if (passages === undefined) return inputBytes(request.corpus.files);
  return passages.reduce((sum, { startByte, endByte }) => sum + Math.max(0, endByte - startByte), 0);
}

/** @throws PylonError `internal` for parts that overlap: a byte would be asked twice */
function inOrder(passages: NonNullable<FanOutRequest['passages']>): Part[] {
  const parts = passages.map(({ file, startByte, endByte }) => ({ file, startByte, endByte }));
  parts.sort((one, other) => one.file - other.file || one.startByte - other.startByte);
  for (const [index, part] of parts.entries()) {
    const before = parts[index - 1];
    if (before?.file === part.file && before.endByte > part.startByte)
      throw new PylonError('internal', { reason: 'two parts of a fan-out overlap' });
  }
  return parts;
}
