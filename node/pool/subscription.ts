// One subscription over all relays of the pool, and the gate its events pass: structure, filters, known id,
// time, the subscriber's own check, and only then the signature, which costs more than all the rest.
import {
  eventId,
  type NostrEvent,
  structuralFault,
  type VerifiedEvent,
  verifiedElsewhereInThisProcess,
  verifyEvent,
} from '../../protocol/event.ts';
import { type Filter, type FilterJson, matches } from '../../protocol/filter.ts';
import { FUTURE_SECONDS_MAX } from '../../protocol/limits.ts';
import { RecentIds } from '../relay/recent-ids.ts';
import type { RelayStats } from './relay-stats.ts';

export interface SubscriptionHandlers {
  /** Each event once, whatever relay it came from, after its signature held. */
  onEvent(event: VerifiedEvent, url: string): void;
  /**
   * Asked before the signature is verified: false drops the event unseen. Nothing in it is proven yet, so it MUST
   * NOT change anything because of it.
   */
  wants?(event: NostrEvent): boolean;
  /** A relay has sent all it had stored; again after each reconnect. */
  onEose?(url: string): void;
  /** A relay refuses the subscription for good. */
  onClosed?(url: string, reason: string): void;
}

/** Ids remembered per subscription: the events of a busy overlap after a cut. About 120 bytes each. */
const KNOWN_IDS_MAX = 40_000;

export class PoolSubscription {
  readonly id: string;
  readonly filters: readonly Filter[];
  readonly jsons: readonly FilterJson[];
  readonly handlers: SubscriptionHandlers;
  readonly #known = new RecentIds(KNOWN_IDS_MAX);

  constructor(id: string, filters: readonly Filter[], jsons: readonly FilterJson[], handlers: SubscriptionHandlers) {
    this.id = id;
    this.filters = filters;
    this.jsons = jsons;
    this.handlers = handlers;
  }

  /** An event with this id was verified here. */
  knows(id: string): boolean {
    return this.#known.has(id);
  }

  remember(id: string): void {
    this.#known.add(id);
  }

  isAskedFor(event: NostrEvent): boolean {
    for (const filter of this.filters) if (matches(filter, event)) return true;
    return false;
  }
}

/** What became of an event: a counter's name, or the event itself. */
export type Verdict = VerifiedEvent | 'invalid' | 'unasked' | 'duplicate' | 'future' | 'unwanted' | 'forged';

/** Verdicts that an honest relay does not earn. */
export const OFFENCES: ReadonlySet<keyof RelayStats> = new Set(['invalid', 'unasked', 'forged', 'future']);

export interface Circumstances {
  readonly nowSeconds: number;
  /** The relay is part of this process and has verified the event already. */
  readonly isTrusted: boolean;
  /** Another subscription has verified an event with this id. */
  readonly isKnownElsewhere: (id: string) => boolean;
}

export function inspect(subscription: PoolSubscription, value: unknown, circumstances: Circumstances): Verdict {
  if (structuralFault(value) !== undefined) return 'invalid';
  const event = value as NostrEvent;
  if (!subscription.isAskedFor(event)) return 'unasked';
  if (subscription.knows(event.id)) return 'duplicate';
  if (event.created_at > circumstances.nowSeconds + FUTURE_SECONDS_MAX) return 'future';
  if (subscription.handlers.wants?.(event) === false) return 'unwanted';
  if (circumstances.isTrusted) return verifiedElsewhereInThisProcess(event);
  // The id commits to everything but the signature: a body that hashes to a verified id needs no second one.
  if (circumstances.isKnownElsewhere(event.id) && eventId(event) === event.id)
    return verifiedElsewhereInThisProcess(event);
  return verifyEvent(event) ?? 'forged';
}
