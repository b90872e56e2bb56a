// A market in memory whose providers do what the test tells them: answer honestly, lie, refuse, stall.
import type { Ask, AskOptions, Backend, Clock, Market, MarketReply } from '../../conductor/ports.ts';
import { canonicalHash } from '../../protocol/canonical.ts';
import { PylonError } from '../../protocol/errors.ts';
import type { Offer } from '../../protocol/handler.ts';
import { msat } from '../../protocol/money.ts';
import { RECORDS } from '../../protocol/records.ts';
import { EXTRACTOR, NO_USAGE } from '../../protocol/signature.ts';

export interface AskedOf extends Ask, AskOptions {
  readonly requestId: string;
}

/** What a provider does with a job; returning a reply answers it, throwing refuses it. */
export type Behaviour = (asked: AskedOf, honest: () => Promise<MarketReply>) => Promise<MarketReply>;

export const honestly: Behaviour = (_asked, honest) => honest();

/** Never answers and shows no sign of life; ends when it is cancelled. */
export const silently: Behaviour = (asked) =>
  new Promise((_resolve, reject) => {
    const cancelled = () => reject(new PylonError('job-cancelled', { cause: asked.signal.reason }));
    if (asked.signal.aborted) cancelled();
    asked.signal.addEventListener('abort', cancelled, { once: true });
  });

/** Answers honestly after a while of the clock. */
export function after(clock: Clock, delayMs: number): Behaviour {
  return (asked, honest) =>
    new Promise((resolve, reject) => {
      const stop = clock.after(delayMs, () => honest().then(resolve, reject));
      asked.signal.addEventListener('abort', () => {
        stop();
        reject(new PylonError('job-cancelled'));
      });
    });
}

export function offerOf(provider: string, change: Partial<Offer> = {}): Offer {
  const limits = { max_input_bytes: 655_360, concurrency: 4, expiresAt: Number.MAX_SAFE_INTEGER };
  return {
    v: 1,
    name: provider.slice(0, 4),
    models: ['extractive'],
    signatures: [EXTRACTOR.signatureId, RECORDS.signatureId],
    base_msat: 10,
    msat_per_1k_chars: 1,
    ...limits,
    provider,
    ...change,
  };
}

export class ScriptedMarket implements Market {
  readonly asked: AskedOf[] = [];
  readonly #providers = new Map<string, { offer: Offer; behaviour: Behaviour }>();
  readonly #backend: Backend;

  constructor(backend: Backend) {
    this.#backend = backend;
  }

  provider(name: string, behaviour: Behaviour = honestly, change: Partial<Offer> = {}): this {
    const key = canonicalHash(name);
    this.#providers.set(key, { offer: offerOf(key, change), behaviour });
    return this;
  }

  offers(): readonly Offer[] {
    return [...this.#providers.values()].map(({ offer }) => offer);
  }

  ask(ask: Ask, options: AskOptions): Promise<MarketReply> {
    const requestId = canonicalHash([ask.request.nonce, ask.offer.provider]);
    const asked = { ...ask, ...options, requestId };
    this.asked.push(asked);
    return this.#providers.get(ask.offer.provider)!.behaviour(asked, () => this.#honest(asked));
  }

  async #honest({ request, offer, bidMsat, requestId }: AskedOf): Promise<MarketReply> {
    const { query, text, terms, context, maxOutputChars } = request;
    const surroundings = { ...(terms === undefined ? {} : { terms }), ...(context === undefined ? {} : { context }) };
    const input = { query, text, max_output_chars: maxOutputChars, ...surroundings };
    const live = { signal: new AbortController().signal };
    const { output } =
      request.fields === undefined
        ? await this.#backend.predict(EXTRACTOR, input, live)
        : await this.#backend.predict(RECORDS, { ...input, fields: JSON.parse(request.fields) }, live);
    const bound = { v: 1 as const, request_id: requestId, nonce: request.nonce, provider: offer.provider };
    const result = { ...bound, output, output_hash: canonicalHash(output), usage: NO_USAGE, model: this.#backend.name };
    return { requestId, provider: offer.provider, result, amountMsat: msat(bidMsat) };
  }
}
