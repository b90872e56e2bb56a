// What an interrupted run knows already when it goes on: which chunks were cut and which of them were answered, by its trace. An
// answer counts when it was accepted and its work is owed or was free; what came in and was not settled is asked again, unpaid.
import { PylonError } from '../../protocol/errors.ts';
import { sha256Hex } from '../../protocol/event.ts';
import type { RunState } from '../../protocol/fold.ts';
import type { Msat } from '../../protocol/money.ts';
import { EXTRACTOR } from '../../protocol/signature.ts';
import { printSpan, type SpanRef } from '../../protocol/span.ts';
import type { TraceEvent } from '../../protocol/trace.ts';
import type { Corpus } from '../ports.ts';
import { ground } from '../verify/grounded.ts';
import { type Cutting, type Fragment, fragmentsOf } from './fragments.ts';
import type { ChunkAnswer } from './sub-query.ts';

/** An answer by the name of its payload, and who is said to have made it. */
interface KnownAnswer {
  readonly outputHash: string;
  readonly model: string;
}

interface AskedQuery {
  readonly chunk: number;
  readonly isFree: boolean;
  isSettled: boolean;
  answer: KnownAnswer | undefined;
}

/** What the trace says of the chunks. Feed it every event, in order. */
export class KnownChunks {
  readonly #spans = new Map<number, SpanRef>();
  readonly #queries = new Map<string, AskedQuery>();
  readonly #answers = new Map<number, KnownAnswer>();
  #model = '';

  observe(event: TraceEvent): void {
    switch (event.type) {
      case 'RunInit':
        this.#model = event.config.model;
        break;
      case 'EnvLoadFragment':
        this.#spans.set(event.chunk, event.span);
        break;
      case 'SubQuerySubmit': {
        const { chunk, price_msat } = event;
        this.#queries.set(event.query_id, { chunk, isFree: price_msat === 0, isSettled: false, answer: undefined });
        break;
      }
      case 'SubQueryReturn':
        this.#return(event);
        break;
      case 'BudgetSettle':
        this.#settle(event.query_id);
        break;
    }
  }

  /** How many chunks were answered. */
  get answered(): number {
    return this.#answers.size;
  }

  /** The place of a chunk, where it was cut before. */
  span(chunk: number): SpanRef | undefined {
    return this.#spans.get(chunk);
  }

  answer(chunk: number): KnownAnswer | undefined {
    return this.#answers.get(chunk);
  }

  /** Numbers of the chunks that were answered. */
  get chunks(): IterableIterator<number> {
    return this.#answers.keys();
  }

  /** How many chunks were cut, from the first on. */
  get cut(): number {
    return this.#spans.size;
  }

  #return({ query_id, ok, output_hash, model }: Extract<TraceEvent, { type: 'SubQueryReturn' }>): void {
    const query = this.#queries.get(query_id);
    if (query === undefined || !ok || output_hash === undefined) return;
    query.answer = { outputHash: output_hash, model: model ?? this.#model };
    this.#accept(query);
  }

  #settle(queryId: string): void {
    const query = this.#queries.get(queryId);
    if (query === undefined) return;
    query.isSettled = true;
    this.#accept(query);
  }

  /** The first that counts is the chunk's answer, and stays it. */
  #accept({ chunk, isFree, isSettled, answer }: AskedQuery): void {
    if (answer !== undefined && (isFree || isSettled) && !this.#answers.has(chunk)) this.#answers.set(chunk, answer);
  }
}

/** An interrupted run that goes on. */
export interface Resumption {
  /** The fold of its trace so far. */
  readonly state: RunState;
  readonly known: KnownChunks;
  /** What it may spend in all, and what of it had been settled by then. */
  readonly limitMsat: Msat;
  readonly settledMsat: Msat;
  /** How often it was resumed, this time included. */
  readonly times: number;
  /** A payload by its sha256; undefined when it is not kept, or damaged. */
  payload(hash: string): Promise<Uint8Array | undefined>;
  /** The trace is opened again. RunResume MUST be the next thing that is committed for it. */
  takeUp(): void;
}

function changed(value: string): PylonError {
  return new PylonError('input-changed', {
    value,
    reason: 'the input is not what it was when the run began',
    next: 'bring it back as it was, or ask again for a new run',
  });
}

/** Only the very same input is asked further. @throws PylonError `input-changed` */
export function checkFiles({ state }: Resumption, corpus: Corpus): void {
  for (const [index, { path, bytes }] of state.inputs.entries()) {
    const now = corpus.files[index];
    if (now === undefined || now.path !== path || now.bytes !== bytes) throw changed(path);
  }
  const more = corpus.files[state.inputs.length];
  if (more !== undefined) throw changed(more.path);
}

/**
 * The same bytes cut the same way: what was answered is still the answer to that chunk.
 * @param inputHash of the input as it is now. @throws PylonError `input-changed`
 */
export async function checkInput(
  { state, known }: Resumption,
  corpus: Corpus,
  cutting: Cutting,
  inputHash: string,
): Promise<void> {
  if (state.input_hash !== undefined && state.input_hash !== inputHash) throw changed(corpus.files[0]?.path ?? '');
  let left = known.cut;
  if (left === 0) return;
  for await (const { index, span } of fragmentsOf(corpus, cutting)) {
    const before = known.span(index);
    if (before !== undefined) {
      const isSame = before.content_hash === span.content_hash && before.start_byte === span.start_byte;
      if (!isSame || before.path !== span.path) throw changed(printSpan(span));
      left--;
    }
    if (left === 0) return;
  }
  throw changed('its end');
}

/**
 * The answer that a chunk has already, read back and held against its text like any other.
 * @returns `lost` when there was one and it cannot be read any more, undefined when there was none
 */
export async function answerOf(
  { known, payload }: Resumption,
  fragment: Fragment,
): Promise<ChunkAnswer | 'lost' | undefined> {
  const answer = known.answer(fragment.index);
  if (answer === undefined) return undefined;
  const bytes = await payload(answer.outputHash);
  if (bytes === undefined || sha256Hex(bytes) !== answer.outputHash) return 'lost';
  const output = readOutput(bytes);
  if (output === undefined) return 'lost';
  return { findings: ground(output.findings, fragment).grounded, model: answer.model };
}

function readOutput(bytes: Uint8Array) {
  try {
    return EXTRACTOR.output.safeParse(JSON.parse(Buffer.from(bytes).toString())).data;
  } catch {
    return undefined; // a payload that is no JSON is no answer: the chunk is asked of this machine
  }
}
