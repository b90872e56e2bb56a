// Sends canaries: a provider that is about to be asked something gets, now and then, a chunk whose answer is known, and somebody
// else gets the chunk. It is paid like any other job when the answer is right; when it is wrong, the provider's record says so.
import { setMaxListeners } from 'node:events';
import { PylonError } from '../../protocol/errors.ts';
import { clusterOf, type Offer } from '../../protocol/handler.ts';
import type { ExtractorOutput } from '../../protocol/signature.ts';
import type { Fragment } from '../cut/fragments.ts';
import type { MarketChoice } from '../market/choice.ts';
import type { Market } from '../ports.ts';
import type { RunContext } from '../run/context.ts';
import { agree } from '../verify/agreement.ts';
import { type Canary, CanaryPool } from '../verify/canary.ts';
import { kindOf, kindOffered } from '../verify/kind-of-answer.ts';
import { queryIdOf } from './query-id.ts';
import type { Question } from './question.ts';
import { askWithSlot } from './slot.ts';
import { comparison } from './verdict.ts';
import { Voice } from './voice.ts';

/** A chunk, and what it was asked. */
interface KnownChunk {
  readonly fragment: Fragment;
  readonly question: Question;
}

export class CanaryDesk {
  readonly #pool = new CanaryPool<KnownChunk>();
  #controller = patient();
  /** Providers that have one to answer: they are not asked anything else before. */
  readonly #asked = new Set<string>();
  #sent = 0;

  /** A chunk's answer is known for certain. @param knownTo the clusters that gave it */
  add(chunk: KnownChunk, { output, model }: Voice, knownTo: readonly string[]): void {
    this.#pool.add(chunk, output, kindOf(model), knownTo);
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
    const { trust, random, looseEnds } = context;
    const cluster = clusterOf(offer);
    if (!trust.wantsCanary(offer.provider, random.fraction())) return false;
    const kind = kindOffered(offer);
    const canary = kind === undefined ? undefined : this.#pool.draw(cluster, kind, random.fraction());
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
    const { signal } = this.#controller;
    this.#asked.add(provider);
    try {
      const job = context.pace.ask(provider, fragment.text.length);
      const question = { fragment, offer, queryId, attempt: 0, signal, job, isCanary: true };
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

async function judge(context: RunContext, voice: Voice, known: ExtractorOutput): Promise<void> {
  const { agrees: isRight } = agree(voice.output, known);
  const [agreeing, dissenting] = isRight ? [[voice], []] : [[], [voice]];
  void context.emitter.emit(comparison(voice.chunk, agreeing, dissenting, 'canary'));
  context.trust.learnCanary(voice.provider, isRight);
  await (isRight ? voice.settle() : voice.reject('disagreed'));
}
