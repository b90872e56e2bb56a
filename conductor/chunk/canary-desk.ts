// Sends canaries: a provider that is about to be asked something gets, now and then, a chunk whose answer is known, and somebody
// else gets the chunk. It is paid like any other job when the answer is right; when it is wrong, the provider's record says so.
import { setMaxListeners } from 'node:events';
import { PylonError } from '../../protocol/errors.ts';
import { clusterOf, type Offer } from '../../protocol/handler.ts';
import type { ChunkOutput } from '../../protocol/records.ts';
import type { Fragment } from '../cut/fragments.ts';
import type { MarketChoice } from '../market/choice.ts';
import type { Market } from '../ports.ts';
import type { RunContext } from '../run/context.ts';
import { type Canary, CanaryPool } from '../verify/canary.ts';
import { kindOf, kindOffered } from '../verify/kind-of-answer.ts';
import { agreeOutputs } from '../verify/output-agreement.ts';
import { Patience } from './patience.ts';
import { queryIdOf } from './query-id.ts';
import { type Question, questionHash } from './question.ts';
import { askWithSlot } from './slot.ts';
import { comparison } from './verdict.ts';
import { Voice } from './voice.ts';

/** A chunk, and what it was asked: only beside the same question does it look like any other job. */
interface KnownChunk {
  readonly fragment: Fragment;
  readonly question: Question;
  /** Of the question. */
  readonly hash: string;
}

/** What counts as the answer to a chunk, and who is said to have made it. */
interface KnownAnswer {
  readonly output: ChunkOutput;
  readonly model: string;
}

export class CanaryDesk {
  readonly #pool = new CanaryPool<KnownChunk>();
  #controller = patient();
  /** Providers that have one to answer: they are not asked anything else before. */
  readonly #asked = new Set<string>();
  #sent = 0;

  /** A chunk's answer is known for certain. @param knownTo the clusters that gave it */
  add(fragment: Fragment, question: Question, { output, model }: KnownAnswer, knownTo: readonly string[]): void {
    this.#pool.add({ fragment, question, hash: questionHash(question) }, output, kindOf(model), knownTo);
  }

  /** It answers a canary at this moment. */
  isTested(provider: string): boolean {
    return this.#asked.has(provider);
  }

  /**
   * Sends one, with the slot that was taken, where the provider's record wants it and there is one for it. The canary goes on by itself.
   * @returns false when the provider is to be asked the chunk
   */
  divert(context: RunContext, market: Market, choice: MarketChoice, offer: Offer): boolean {
    const { trust, random, looseEnds, question } = context;
    const cluster = clusterOf(offer);
    if (!trust.wantsCanary(offer.provider, random.fraction())) return false;
    const kind = kindOffered(offer);
    if (kind === undefined) return false;
    const hash = questionHash(question);
    const canary = this.#pool.draw(cluster, kind, random.fraction(), (chunk) => chunk.hash === hash);
    if (canary === undefined) return false;
    looseEnds.add(this.#send(context, market, choice, offer, canary));
    return true;
  }

  /** Nothing more is to be learnt in this fan-out: canaries that are out are withdrawn. */
  close(): void {
    this.#controller.abort(new PylonError('job-cancelled'));
    this.#controller = patient();
  }

  async #send(
    context: RunContext,
    market: Market,
    choice: MarketChoice,
    offer: Offer,
    canary: Canary<KnownChunk>,
  ): Promise<void> {
    const { fragment, question: asked } = canary.chunk;
    const { provider } = offer;
    const queryId = queryIdOf(context, fragment.index, `c${this.#sent++}`);
    const patience = Patience.until(context.clock, this.#controller.signal);
    this.#asked.add(provider);
    try {
      const job = context.pace.ask(provider, fragment.text.length);
      const question = { fragment, offer, queryId, attempt: 0, patience, job, isCanary: true };
      const outcome = await askWithSlot({ ...context, question: asked }, market, choice, question);
      if (outcome instanceof Voice) await judge(context, outcome, canary.output);
    } catch (thrown) {
      if (!(thrown instanceof PylonError && thrown.code === 'budget-exhausted')) throw thrown;
    } finally {
      this.#asked.delete(provider);
    }
  }
}

/** Each canary that is out listens: no leak, whatever node warns of above ten. */
function patient(): AbortController {
  const controller = new AbortController();
  setMaxListeners(0, controller.signal);
  return controller;
}

async function judge(context: RunContext, voice: Voice, known: ChunkOutput): Promise<void> {
  const { agrees: isRight } = agreeOutputs(voice.output, known);
  const [agreeing, dissenting] = isRight ? [[voice], []] : [[], [voice]];
  void context.emitter.emit(comparison(voice.chunk, agreeing, dissenting, 'canary'));
  context.trust.learnCanary(voice.provider, isRight);
  await (isRight ? voice.settle() : voice.reject('disagreed'));
}
