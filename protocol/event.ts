// A Nostr event (NIP-01): its shape, its id, and the two gates it passes on arrival: structure
// first (cheap, bounded), signature second. Only `verifyEvent` and `signEvent` make a VerifiedEvent.
import { PylonError } from './errors.ts';
import { isHex, sha256Hex } from './hex.ts';
import { KIND_MAX, TAGS_MAX } from './limits.ts';
import { schnorr } from './schnorr.ts';

export { isHex, sha256Hex };

export interface EventTemplate {
  readonly created_at: number;
  readonly kind: number;
  readonly tags: readonly (readonly string[])[];
  readonly content: string;
}

export interface NostrEvent extends EventTemplate {
  readonly id: string;
  readonly pubkey: string;
  readonly sig: string;
}

declare const verifiedBrand: unique symbol;

/** An event whose id is the hash of its body and whose signature holds. */
export type VerifiedEvent = NostrEvent & { readonly [verifiedBrand]: true };

/** NIP-01: the id is the sha256 of the JSON array [0, pubkey, created_at, kind, tags, content]. */
export function eventId(event: EventTemplate & { readonly pubkey: string }): string {
  return sha256Hex(JSON.stringify([0, event.pubkey, event.created_at, event.kind, event.tags, event.content]));
}

function tagsAreSound(tags: unknown): boolean {
  if (!Array.isArray(tags) || tags.length > TAGS_MAX) return false;
  for (const tag of tags) {
    if (!Array.isArray(tag)) return false;
    for (const item of tag) if (typeof item !== 'string') return false;
  }
  return true;
}

/** What is wrong with a value that should be an event, or undefined when its structure is sound. */
export function structuralFault(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'an event is a JSON object';
  const event = value as Record<string, unknown>;
  if (!isHex(event.id, 64)) return 'id is not 64 lowercase hex digits';
  if (!isHex(event.pubkey, 64)) return 'pubkey is not 64 lowercase hex digits';
  if (!isHex(event.sig, 128)) return 'sig is not 128 lowercase hex digits';
  if (!Number.isSafeInteger(event.created_at) || (event.created_at as number) < 0)
    return 'created_at is not a unix time in seconds';
  if (!Number.isInteger(event.kind) || (event.kind as number) < 0 || (event.kind as number) > KIND_MAX)
    return 'kind is not 0 to 65535';
  if (!tagsAreSound(event.tags)) return 'tags is not a list of lists of strings';
  if (typeof event.content !== 'string') return 'content is not a string';
  return undefined;
}

/** @throws PylonError `event-invalid` when the structure is not an event's. The signature is not looked at. */
export function parseEvent(value: unknown): NostrEvent {
  const fault = structuralFault(value);
  if (fault !== undefined) throw new PylonError('event-invalid', { reason: fault });
  return value as NostrEvent;
}

/** The event when its id and signature hold, undefined otherwise. Costs about 0.2 ms: check everything cheap first. */
export function verifyEvent(event: NostrEvent): VerifiedEvent | undefined {
  if (eventId(event) !== event.id) return undefined;
  const holds = schnorr.verify(
    Buffer.from(event.id, 'hex'),
    Buffer.from(event.pubkey, 'hex'),
    Buffer.from(event.sig, 'hex'),
  );
  return holds ? (event as VerifiedEvent) : undefined;
}

/**
 * For an event that this same process has already verified (the embedded relay's). Never call it
 * for anything that crossed a process boundary.
 */
export function verifiedElsewhereInThisProcess(event: NostrEvent): VerifiedEvent {
  return event as VerifiedEvent;
}

/** First value of the first tag with this name. */
export function tagValue(event: Pick<EventTemplate, 'tags'>, name: string): string | undefined {
  for (const tag of event.tags) if (tag[0] === name) return tag[1];
  return undefined;
}

/** NIP-40: the event is void from this unix time on; undefined when it says nothing or nonsense. */
export function expirationOf(event: Pick<EventTemplate, 'tags'>): number | undefined {
  const text = tagValue(event, 'expiration');
  if (text === undefined || !/^\d{1,15}$/.test(text)) return undefined;
  return Number(text);
}
