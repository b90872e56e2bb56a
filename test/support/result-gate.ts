// All gates that a result passes before it is believed, with real keys and seals and no relay between: the pool's subscription,
// the market, the binding. Tests play the providers, and whoever stands between.
import type { Ask } from '../../conductor/ports.ts';
import { bind } from '../../conductor/verify/bind.ts';
import type { RelayPool } from '../../node/pool/relay-pool.ts';
import { inspect, PoolSubscription, type SubscriptionHandlers } from '../../node/pool/subscription.ts';
import { SwarmMarket } from '../../node/swarm/market.ts';
import { canonicalHash } from '../../protocol/canonical.ts';
import { toPylonError } from '../../protocol/errors.ts';
import type { NostrEvent, VerifiedEvent } from '../../protocol/event.ts';
import { type Filter, type FilterJson, parseFilter } from '../../protocol/filter.ts';
import { encodeJobResult, parseJobBody } from '../../protocol/job.ts';
import type { KeyPair } from '../../protocol/keypair.ts';
import { ZERO_MSAT } from '../../protocol/money.ts';
import { EXTRACTOR, NO_USAGE } from '../../protocol/signature.ts';
import { seededBytes, seededKeys } from './keys.ts';
import { ANNOUNCEMENT } from './swarm.ts';
import { VirtualClock } from './virtual-clock.ts';

const LASTS_SECONDS = 600;

/** A job asked of one provider, and what became of it. */
export interface OpenJob {
  readonly ask: Ask;
  readonly provider: KeyPair;
  readonly request: VerifiedEvent;
  /** The genuine result, as its provider would seal it. */
  readonly body: string;
  /** `accepted` only when a result of it passed every gate. */
  state: 'open' | 'refused' | 'accepted';
  refusal: string;
  /** What was accepted. */
  output: unknown;
}

export class ResultGate {
  readonly clock = new VirtualClock();
  readonly #keys: KeyPair;
  readonly #random: (length: number) => Uint8Array;
  readonly #subscriptions: PoolSubscription[] = [];
  readonly #published: VerifiedEvent[] = [];
  readonly #market: SwarmMarket;
  #jobs = 0;

  constructor(seed: string) {
    this.#random = seededBytes(seed);
    [this.#keys] = seededKeys(`${seed} asker`) as [KeyPair];
    const pool = {
      urls: ['ws://gate'],
      subscribe: (jsons: readonly FilterJson[], handlers: SubscriptionHandlers) => this.#subscribe(jsons, handlers),
      publish: async (event: VerifiedEvent) => void this.#published.push(event),
      relays: () => [],
      messageBytesMax: () => 65_536,
      withdraw: () => undefined,
    } as unknown as RelayPool;
    this.#market = new SwarmMarket({ pool, keys: this.#keys, clock: this.clock });
  }

  get asker(): string {
    return this.#keys.publicKey;
  }

  get nowSeconds(): number {
    return Math.floor(this.clock.now() / 1_000);
  }

  /** Asks a provider; the job is open until something settles it. */
  open(provider: KeyPair, text = `line ${this.#jobs} of the input`): OpenJob {
    const offer = { ...ANNOUNCEMENT, provider: provider.publicKey, expiresAt: this.nowSeconds + LASTS_SECONDS };
    const request = {
      job: 'gate',
      chunk: this.#jobs++,
      attempt: 0,
      nonce: Buffer.from(this.#random(16)).toString('hex'),
      signature: EXTRACTOR.signatureId,
      text,
      query: 'What is in it?',
      span: '{}',
      maxOutputChars: 12_000,
    };
    const ask = { request, offer, bidMsat: ZERO_MSAT, expiresAtMs: this.clock.now() + LASTS_SECONDS * 1_000 };
    const options = { signal: new AbortController().signal, onSignOfLife: () => undefined };
    const reply = this.#market.ask(ask, options);
    const event = this.#published.at(-1)!;
    const body = bodyOf(event, provider);
    const job: OpenJob = { ask, provider, request: event, body, state: 'open', refusal: '', output: undefined };
    reply
      .then((told) => {
        job.output = bind(told, request, provider.publicKey, EXTRACTOR).output;
        job.state = 'accepted';
      })
      .catch((thrown: unknown) => {
        job.state = 'refused';
        job.refusal = toPylonError(thrown).message;
      });
    return job;
  }

  /** A result event by `signer` for a request, its content sealed by `sealer` for the asker. */
  result(request: NostrEvent, body: string, signer: KeyPair, sealer: KeyPair = signer): VerifiedEvent {
    return signer.sign(this.frame(request, sealer.sealFor(this.asker, body)));
  }

  frame(request: NostrEvent, content: string) {
    return encodeJobResult(content, request, ZERO_MSAT, this.nowSeconds, this.nowSeconds + LASTS_SECONDS);
  }

  /** As a relay hands it on: nothing about it is proven. */
  send(event: NostrEvent): void {
    for (const subscription of this.#subscriptions) {
      const circumstances = { nowSeconds: this.nowSeconds, isTrusted: false, isKnownElsewhere: () => false };
      const verdict = inspect(subscription, event, circumstances);
      if (typeof verdict === 'string') continue;
      subscription.remember(verdict.id);
      subscription.handlers.onEvent(verdict, 'ws://gate');
    }
  }

  #subscribe(jsons: readonly FilterJson[], handlers: SubscriptionHandlers): { close(): void } {
    const filters = jsons.map((json) => parseFilter(json) as Filter);
    this.#subscriptions.push(new PoolSubscription(`s${this.#subscriptions.length}`, filters, jsons, handlers));
    return { close: () => undefined };
  }
}

function bodyOf(request: VerifiedEvent, provider: KeyPair): string {
  const { nonce, text } = parseJobBody(provider.openFrom(request.pubkey, request.content));
  const output = { findings: [{ quote: text, score: 1 }] };
  const bound = { v: 1, request_id: request.id, nonce, provider: provider.publicKey };
  return JSON.stringify({ ...bound, output, output_hash: canonicalHash(output), usage: NO_USAGE, model: 'played' });
}
