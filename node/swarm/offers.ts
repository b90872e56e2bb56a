// The providers on offer now, or the validators: the newest announcement of each, while it lasts and until it is withdrawn.
import type { Clock } from '../../conductor/ports.ts';
import { tagValue, type VerifiedEvent } from '../../protocol/event.ts';
import type { FilterJson } from '../../protocol/filter.ts';
import {
  HANDLER_ID,
  type HandlerId,
  type Offer,
  parseAnnouncement,
  VALIDATOR_HANDLER_ID,
} from '../../protocol/handler.ts';
import { KIND_CHUNK_REQUEST, KIND_DELETION, KIND_HANDLER } from '../../protocol/kinds.ts';
import { ANNOUNCEMENT_SECONDS, FUTURE_SECONDS_MAX } from '../../protocol/limits.ts';

/** Providers remembered, 1 KB each; a crowd of invented ones must not fill the memory. */
const PROVIDERS_MAX = 5_000;

interface Entry {
  /** Of the newest version or withdrawal: older ones change nothing. */
  readonly createdAt: number;
  readonly id: string;
  /** Absent once withdrawn. */
  readonly offer?: Offer;
}

/** The address that a provider's withdrawal names. */
export function announcementAddress(provider: string, handlerId: HandlerId): string {
  return `${KIND_HANDLER}:${provider}:${handlerId}`;
}

/** What to subscribe to: announcements that can still be in force, and their withdrawals. */
export function offerFilters(nowSeconds: number): FilterJson[] {
  const since = nowSeconds - ANNOUNCEMENT_SECONDS;
  return [
    { kinds: [KIND_HANDLER], '#k': [String(KIND_CHUNK_REQUEST)], '#d': [HANDLER_ID, VALIDATOR_HANDLER_ID], since },
    { kinds: [KIND_DELETION], '#k': [String(KIND_HANDLER)], since },
  ];
}

export class Offers {
  readonly #clock: Clock;
  readonly #handlerId: HandlerId;
  readonly #entries = new Map<string, Entry>();
  #current: readonly Offer[] | undefined;
  #nextExpiry = Number.POSITIVE_INFINITY;

  constructor(clock: Clock, handlerId: HandlerId = HANDLER_ID) {
    this.#clock = clock;
    this.#handlerId = handlerId;
  }

  get #nowSeconds(): number {
    return Math.floor(this.#clock.now() / 1_000);
  }

  /** An event of `offerFilters`. True when the offers may have changed. */
  take(event: VerifiedEvent): boolean {
    if (event.kind === KIND_DELETION) return this.#withdraw(event);
    if (tagValue(event, 'd') !== this.#handlerId) return false;
    const known = this.#entries.get(event.pubkey);
    // NIP-01: of two versions of the same second the lower id stands.
    if (
      known !== undefined &&
      (known.createdAt > event.created_at || (known.createdAt === event.created_at && known.id <= event.id))
    )
      return false;
    const offer = parseAnnouncement(event, this.#nowSeconds, this.#handlerId);
    // Far beyond its term it could not be withdrawn by letting it lapse.
    const isLasting =
      offer !== undefined && offer.expiresAt <= event.created_at + 2 * ANNOUNCEMENT_SECONDS + FUTURE_SECONDS_MAX;
    return this.#set(event, isLasting ? offer : undefined);
  }

  /** Offers in force at this moment; the same list until something changes. */
  current(): readonly Offer[] {
    const now = this.#nowSeconds;
    if (this.#current === undefined || now >= this.#nextExpiry) {
      const offers: Offer[] = [];
      for (const { offer } of this.#entries.values())
        if (offer !== undefined && offer.expiresAt > now) offers.push(offer);
      this.#nextExpiry = Math.min(Number.POSITIVE_INFINITY, ...offers.map(({ expiresAt }) => expiresAt));
      this.#current = offers;
    }
    return this.#current;
  }

  #withdraw(event: VerifiedEvent): boolean {
    const address = announcementAddress(event.pubkey, this.#handlerId);
    if (!event.tags.some((tag) => tag[0] === 'a' && tag[1] === address)) return false;
    const known = this.#entries.get(event.pubkey);
    if (known !== undefined && known.createdAt > event.created_at) return false;
    return this.#set(event, undefined);
  }

  #set(event: VerifiedEvent, offer: Offer | undefined): boolean {
    if (!this.#entries.has(event.pubkey) && this.#entries.size >= PROVIDERS_MAX && !this.#makeRoom()) return false;
    const entry = { createdAt: event.created_at, id: event.id };
    this.#entries.set(event.pubkey, offer === undefined ? entry : { ...entry, offer });
    this.#current = undefined;
    return true;
  }

  /** Forgets the oldest that is not in force. */
  #makeRoom(): boolean {
    const now = this.#nowSeconds;
    for (const [provider, { offer }] of this.#entries) {
      if (offer !== undefined && offer.expiresAt > now) continue;
      this.#entries.delete(provider);
      return true;
    }
    return false;
  }
}
