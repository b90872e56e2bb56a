// What the relay refuses, one rule each. A policy sees an event before its signature is checked,
// because refusing must be cheaper than verifying, and answers with NIP-01's machine-readable words.
import { expirationOf, type NostrEvent, tagValue } from '../../protocol/event.ts';
import type { Filter } from '../../protocol/filter.ts';
import { KIND_AUTH } from '../../protocol/kinds.ts';
import type { RelayLimits } from './limits.ts';

/** Who is at the other end of a connection. */
export interface Peer {
  /** Public keys this connection has proven (NIP-42). */
  readonly pubkeys: ReadonlySet<string>;
  readonly address: string;
}

/**
 * A hook: undefined lets pass, a text refuses and reaches the client as it is. It begins with one of
 * NIP-01's prefixes: `blocked: pow: rate-limited: invalid: restricted: mute: error: auth-required:`.
 */
export interface Policy {
  readonly name: string;
  event?(event: NostrEvent, peer: Peer): string | undefined;
  /** For REQ and COUNT. */
  request?(filters: readonly Filter[], peer: Peer): string | undefined;
}

/** Unix milliseconds. */
export type NowMs = () => number;

const neverPublished: Policy = {
  name: 'auth events are never published',
  event: (event) => (event.kind === KIND_AUTH ? 'invalid: kind 22242 goes in an AUTH message' : undefined),
};

function notExpired(now: NowMs): Policy {
  return {
    name: 'NIP-40 expiration',
    event(event) {
      const expiration = expirationOf(event);
      return expiration !== undefined && expiration * 1_000 <= now() ? 'invalid: the event has expired' : undefined;
    },
  };
}

function notOfTheFuture(now: NowMs, secondsMax: number): Policy {
  return {
    name: 'created_at',
    event: (event) =>
      event.created_at > now() / 1_000 + secondsMax
        ? `invalid: created_at is more than ${secondsMax} seconds ahead of this relay's clock`
        : undefined,
  };
}

/** NIP-70: only its author, authenticated, may publish an event tagged `["-"]`. */
const protectedByAuthor: Policy = {
  name: 'NIP-70 protected events',
  event(event, peer) {
    if (!event.tags.some((tag) => tag[0] === '-') || peer.pubkeys.has(event.pubkey)) return undefined;
    return peer.pubkeys.size === 0
      ? 'auth-required: this event may only be published by its author'
      : 'restricted: this event may only be published by its author';
  },
};

/** Leading zero bits of a 32-byte id in hex (NIP-13). */
export function workBits(id: string): number {
  for (let index = 0; index < id.length; index += 1) {
    const digit = Number.parseInt(id[index]!, 16);
    if (digit !== 0) return index * 4 + Math.clz32(digit) - 28;
  }
  return id.length * 4;
}

function minimumWork(bitsMin: number): Policy {
  return {
    name: 'NIP-13 proof of work',
    event(event) {
      const bits = workBits(event.id);
      if (bits < bitsMin) return `pow: ${bits} bits are less than the ${bitsMin} this relay asks for`;
      const target = event.tags.find((tag) => tag[0] === 'nonce')?.[2];
      // A lucky id that aimed lower is not the work that was asked for.
      return target !== undefined && Number(target) < bitsMin
        ? `pow: the event commits to ${target.slice(0, 8)} bits, this relay asks for ${bitsMin}`
        : undefined;
    },
  };
}

/** A token bucket per connection that holds one second's worth, and two at the start. */
function messageRate(now: NowMs, perSecondMax: number): Policy {
  const buckets = new WeakMap<Peer, { tokens: number; atMs: number }>();
  const take = (peer: Peer) => {
    const atMs = now();
    const bucket = buckets.get(peer) ?? { tokens: perSecondMax * 2, atMs };
    buckets.set(peer, bucket);
    const refill = (Math.max(0, atMs - bucket.atMs) * perSecondMax) / 1_000;
    bucket.tokens = Math.min(perSecondMax * 2, bucket.tokens + refill);
    bucket.atMs = atMs;
    if (bucket.tokens < 1) return `rate-limited: at most ${perSecondMax} messages a second`;
    bucket.tokens -= 1;
    return undefined;
  };
  return { name: 'message rate', event: (_event, peer) => take(peer), request: (_filters, peer) => take(peer) };
}

/** For relays that serve known people only: every event and request needs a proven key (NIP-42). */
export function authRequired(isWelcome: (pubkey: string) => boolean = () => true): Policy {
  const check = (peer: Peer) => {
    if (peer.pubkeys.size === 0) return 'auth-required: this relay serves authenticated clients only';
    return [...peer.pubkeys].some(isWelcome) ? undefined : 'restricted: this key is not welcome here';
  };
  return { name: 'authentication', event: (_event, peer) => check(peer), request: (_filters, peer) => check(peer) };
}

/** The rules every relay of ours keeps, from its limits. */
export function standardPolicies(limits: RelayLimits, now: NowMs): Policy[] {
  const policies = [neverPublished, notExpired(now), notOfTheFuture(now, limits.futureSecondsMax), protectedByAuthor];
  if (limits.messagesPerSecondMax > 0) policies.unshift(messageRate(now, limits.messagesPerSecondMax));
  if (limits.workBitsMin > 0) policies.push(minimumWork(limits.workBitsMin));
  return policies;
}

/** The first refusal for an event, undefined when all policies let it pass. */
export function refusalOfEvent(policies: readonly Policy[], event: NostrEvent, peer: Peer): string | undefined {
  for (const policy of policies) {
    const refusal = policy.event?.(event, peer);
    if (refusal !== undefined) return refusal;
  }
  return undefined;
}

/** The first refusal for a REQ or COUNT. */
export function refusalOfRequest(
  policies: readonly Policy[],
  filters: readonly Filter[],
  peer: Peer,
): string | undefined {
  for (const policy of policies) {
    const refusal = policy.request?.(filters, peer);
    if (refusal !== undefined) return refusal;
  }
  return undefined;
}

/** NIP-42: what is wrong with an AUTH event apart from its signature. `hosts`: names this relay is reached by. */
export function authFault(
  event: NostrEvent,
  expected: { readonly challenge: string; readonly hosts: readonly string[]; readonly nowMs: number },
): string | undefined {
  if (event.kind !== KIND_AUTH) return 'the event of an AUTH message has kind 22242';
  if (Math.abs(event.created_at - expected.nowMs / 1_000) > AUTH_SECONDS)
    return 'created_at is more than ten minutes away';
  if (tagValue(event, 'challenge') !== expected.challenge) return 'the challenge is not the one of this connection';
  const relay = tagValue(event, 'relay') ?? '';
  if (!URL.canParse(relay) || !expected.hosts.includes(new URL(relay).host)) return 'the relay tag names another relay';
  return undefined;
}

/** NIP-42: an AUTH event is good for ten minutes either way. */
const AUTH_SECONDS = 600;
