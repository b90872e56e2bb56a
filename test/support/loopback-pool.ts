// A relay pool without relays: what is sent comes through the real gate of subscriptions, and what is published is kept
// and handed on at once.

import { inspect, PoolSubscription, type SubscriptionHandlers, type Verdict } from '../../node/pool/subscription.ts';
import type { HubPool } from '../../node/wallet/hub/mail.ts';
import type { VerifiedEvent } from '../../protocol/event.ts';
import { type Filter, type FilterJson, parseFilter } from '../../protocol/filter.ts';

export class LoopbackPool implements HubPool {
  /** Everything published, in order. */
  readonly published: VerifiedEvent[] = [];
  /** What became of each event sent, in order. */
  readonly verdicts: Verdict[] = [];
  readonly #nowMs: () => number;
  readonly #listeners: Set<(event: VerifiedEvent) => void>;
  #subscription: PoolSubscription | undefined;
  #fault: Error | undefined;

  /** @param after a pool whose listeners go on listening here */
  constructor(nowMs: () => number, after?: LoopbackPool) {
    this.#nowMs = nowMs;
    this.#listeners = after === undefined ? new Set() : after.#listeners;
  }

  async publish(event: VerifiedEvent): Promise<void> {
    if (this.#fault !== undefined) throw this.#fault;
    this.published.push(event);
    for (const listener of this.#listeners) listener(event);
  }

  /** From now on nothing gets through to a relay. */
  failWith(fault: Error): void {
    this.#fault = fault;
  }

  onPublished(listener: (event: VerifiedEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  subscribe(jsons: readonly FilterJson[], handlers: SubscriptionHandlers): { close(): void } {
    const filters = jsons.map((json) => parseFilter(json) as Filter);
    this.#subscription = new PoolSubscription('hub', filters, jsons, handlers);
    return {
      close: () => {
        this.#subscription = undefined;
      },
    };
  }

  onOpen(): () => void {
    return () => undefined;
  }

  relays() {
    return [{ url: 'ws://loopback', status: 'open' } as ReturnType<HubPool['relays']>[number]];
  }

  /** Delivers an event as a relay would, its signature still unchecked. */
  send(event: VerifiedEvent): void {
    const subscription = this.#subscription;
    if (subscription === undefined) return;
    const verdict = inspect(subscription, event, {
      nowSeconds: this.#nowMs() / 1_000,
      isTrusted: false,
      isKnownElsewhere: () => false,
    });
    this.verdicts.push(verdict);
    if (typeof verdict === 'string') return;
    subscription.remember(verdict.id);
    subscription.handlers.onEvent(verdict, 'ws://loopback');
  }
}
