// Asks the chunks of the input, `fanout` at a time, and gathers what they say. A run may do it several times, each time with a
// question, parts and a chunk size of its own: market, trust, canaries, pace and money are those of the run, chunk numbers go on,
// and what an earlier fan-out was told in answer to the same question is not asked again.
import { PylonError } from '../../protocol/errors.ts';
import type { Offer } from '../../protocol/handler.ts';
import type { SpanRef } from '../../protocol/span.ts';
import { askChunk, type ChunkOutcome } from '../chunk/chunk-query.ts';
import { type Question, questionHash } from '../chunk/question.ts';
import type { ChunkAnswer } from '../chunk/voice.ts';
import { type Cutting, type Fragment, fragmentsOf } from '../cut/fragments.ts';
import { MarketChoice } from '../market/choice.ts';
import { isPrepaid } from '../stake/prepaid-hold.ts';
import { AnswersBefore } from './answer-before.ts';
import type { RunContext } from './context.ts';
import { only, repairAnswers } from './repair.ts';
import { inFlight } from './scheduler.ts';
import { Tally } from './tally.ts';

/** Where the answers of one fan-out go. */
export interface Gathering {
  add(fragment: Fragment, answer: ChunkAnswer): void;
  /** The chunk is the same as an earlier one, and has its answer. */
  same?(fragment: Fragment, as: number): void;
  /** What these said does not count any more. */
  remove(chunks: ReadonlySet<number>): void;
}

/** One fan-out. */
export interface Pass {
  readonly question: Question;
  /** `firstIndex` MUST be what `nextIndex` says. */
  readonly cutting: Cutting;
  /** Numbers of the chunks to ask; all when absent. */
  readonly chosen?: ReadonlySet<number> | undefined;
  readonly gathering: Gathering;
  /** Told how many chunks are answered, or the same as an answered one. */
  readonly onCovered?: (covered: number) => void;
  /** Ends this fan-out and not the run; the run's when absent. */
  readonly signal?: AbortSignal;
}

/** A fan-out that was begun. */
interface Begun {
  readonly pass: Pass;
  readonly context: RunContext;
  readonly tally: Tally;
  /** Numbers of its chunks: from `cutting.firstIndex` up to, but not including, this one. */
  end: number;
  /** The limit of the prediction that kept chunks from being asked. */
  stopped?: PylonError;
}

/** Numbers of the chunks of a fan-out. */
export interface FanOutPlace {
  readonly firstIndex: number;
  /** What was cut before ended below it; absent where more may be cut. */
  readonly endIndex?: number | undefined;
  /** It was begun before the run was interrupted. */
  readonly isKnown: boolean;
}

/** What a fan-out came to. */
export interface FannedOut {
  readonly tally: Tally;
  /** The limit that was reached before all chunks were asked. */
  readonly stopped: PylonError | undefined;
}

/** How far providers are believed, where their answers are checked. */
function believing({ tier, trust }: RunContext) {
  return tier.keepsRecords ? { credibilityOf: (provider: string) => trust.worth(provider) } : {};
}

function choiceOf(context: RunContext): MarketChoice | undefined {
  const { market, random, pace } = context;
  if (market === undefined) return undefined;
  const prepaid = (offer: Offer) => isPrepaid(context, offer);
  return new MarketChoice({ market, random, pace, isPrepaid: prepaid, ...believing(context) });
}

/** Each chunk that is asked is one leaf of the run's prediction. */
function mayAsk(begun: Begun): boolean {
  try {
    begun.context.thread?.budget.charge('maxSubLmCalls');
    return true;
  } catch (thrown) {
    if (!(thrown instanceof PylonError)) throw thrown;
    begun.stopped ??= thrown;
    return false;
  }
}

/** The chunk that has an answer already. */
function answerOf(earlier: readonly Begun[], key: string): number | undefined {
  for (const { tally } of earlier) {
    const chunk = tally.answerTo(key);
    if (chunk !== undefined) return chunk;
  }
  return undefined;
}

export class FanOut {
  readonly #context: RunContext;
  readonly #choice: MarketChoice | undefined;
  readonly #begun: Begun[] = [];
  /** Numbers of fan-outs that only the trace of an interrupted run knows. */
  #skipped = 0;

  constructor(context: RunContext) {
    this.#context = context;
    this.#choice = choiceOf(context);
  }

  /** Number of the first chunk of the next fan-out. */
  get nextIndex(): number {
    return this.#begun.at(-1)?.end ?? 0;
  }

  /** How many were begun. */
  get begun(): number {
    return this.#begun.length + this.#skipped;
  }

  /**
   * Where the chunks of the next one are numbered from. A run that is resumed gives a fan-out that was begun before the numbers that it
   * had, and any other one those behind all that were ever given.
   * @param key of the fan-out (EnvFanOut)
   */
  place(key: string): FanOutPlace {
    const known = this.#context.request.resumption?.known;
    if (known === undefined) return { firstIndex: this.nextIndex, isKnown: false };
    const before = known.fanOut(this.begun);
    if (before?.key === key) return { firstIndex: before.first, endIndex: before.end, isKnown: true };
    this.#skipped = Math.max(this.#skipped, known.fanOuts - this.#begun.length);
    return { firstIndex: Math.max(this.nextIndex, known.end), isKnown: false };
  }

  /**
   * Asks the selected chunks, and asks again what stands on the word of somebody who was caught. One at a time.
   * @returns what the chunks came to, whatever ended it. @throws PylonError `input-changed` | `store-failed`
   */
  async ask(pass: Pass): Promise<FannedOut> {
    const number = this.begun;
    const { signal = this.#context.signal, question } = pass;
    const context: RunContext = { ...this.#context, question, signal };
    const earlier = this.#sameQuestion(question);
    const tally = new Tally(pass.onCovered ?? (() => {}), (key) => answerOf(earlier, key));
    const begun: Begun = { pass, context, tally, end: pass.cutting.firstIndex ?? this.nextIndex };
    this.#begun.push(begun);
    try {
      await this.#askChunks(begun, number);
      if (context.tier.keepsRecords) await this.#repair(context);
    } finally {
      context.canaries?.close();
      await context.looseEnds.close();
    }
    return { tally, stopped: begun.stopped };
  }

  /** Earlier fan-outs that asked the same. */
  #sameQuestion(question: Question): readonly Begun[] {
    if (this.#begun.length === 0) return [];
    const hash = questionHash(question);
    return this.#begun.filter(({ pass }) => questionHash(pass.question) === hash);
  }

  #passOf(chunk: number): Begun | undefined {
    return this.#begun.find(({ end }) => chunk < end);
  }

  #askChunks(begun: Begun, number: number): Promise<void> {
    const { pass, context, tally } = begun;
    const { corpus, config, resumption } = context.request;
    const before = new AnswersBefore(context);
    const ask = async (fragment: Fragment) => {
      const { index: chunk, span } = fragment;
      begun.end = Math.max(begun.end, chunk + 1);
      const sameAs = tally.load(fragment);
      if (resumption?.known.span(chunk) === undefined) this.#tellLoaded(chunk, span, sameAs, number);
      if (sameAs !== undefined) return pass.gathering.same?.(fragment, sameAs);
      if (pass.chosen !== undefined && !pass.chosen.has(chunk)) return;
      // What was answered before was a leaf of the same prediction.
      if (!mayAsk(begun)) return;
      const known = await before.of(fragment);
      this.#take(begun, fragment, known ?? (await askChunk(context, this.#choice, fragment)));
    };
    return inFlight(fragmentsOf(corpus, pass.cutting), config.fanout, ask, context.signal);
  }

  #tellLoaded(chunk: number, span: SpanRef, sameAs: number | undefined, number: number): void {
    const twin = sameAs === undefined ? {} : { same_as: sameAs };
    const later = number === 0 ? {} : { pass: number };
    void this.#context.emitter.emit({ type: 'EnvLoadFragment', chunk, span, ...twin, ...later });
  }

  #take({ pass, tally }: Begun, fragment: Fragment, outcome: ChunkOutcome): void {
    tally.settle(fragment, outcome);
    if (typeof outcome === 'object') pass.gathering.add(fragment, outcome);
  }

  /** Somebody may be caught whom an earlier fan-out believed: its chunks are asked again, too, and asked what they were asked. */
  #repair(context: RunContext): Promise<void> {
    return repairAnswers(context, {
      withdraw: (chunks) => {
        for (const { pass } of this.#begun) pass.gathering.remove(chunks);
        for (const chunk of chunks) this.#passOf(chunk)?.tally.reopen(chunk);
      },
      ask: async (again) => {
        for (const begun of this.#begun) {
          const own = new Map([...again].filter(([chunk]) => this.#passOf(chunk) === begun));
          if (own.size > 0)
            await this.#askAgain({ ...begun, context: { ...begun.context, signal: context.signal } }, own);
        }
      },
    });
  }

  #askAgain(begun: Begun, again: Parameters<Parameters<typeof repairAnswers>[1]['ask']>[0]): Promise<void> {
    const { context, pass } = begun;
    const ask = async (fragment: Fragment) => {
      const how = again.get(fragment.index);
      const outcome = await askChunk(context, this.#choice, fragment, how);
      if (how?.known === undefined) return this.#take(begun, fragment, outcome);
      // It was answered before, and stays so where nobody could say more.
      if (typeof outcome !== 'object') return;
      pass.gathering.remove(new Set([fragment.index]));
      pass.gathering.add(fragment, outcome);
    };
    const { corpus, config } = context.request;
    return inFlight(only(fragmentsOf(corpus, pass.cutting), again), config.fanout, ask, context.signal);
  }
}
