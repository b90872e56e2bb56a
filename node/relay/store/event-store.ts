// What the relay asks of a store of events. Two keep to it: memory (one-shot runs, bounded) and
// LevelDB (durable). test/node/relay/store/conformance.ts is the contract in executable form.
import { isHex, sha256Hex, tagValue, type VerifiedEvent } from '../../../protocol/event.ts';
import type { Filter, Matchable } from '../../../protocol/filter.ts';
import { isAddressable, isReplaceable } from '../../../protocol/kinds.ts';

/** An event on its way out: its place in the order, and its JSON exactly as it arrived. */
export interface Stored {
  readonly id: string;
  readonly createdAt: number;
  /** The event's JSON bytes; undefined when the store let go of them after the query began. */
  readonly raw: Uint8Array | undefined;
}

/**
 * `stored` · `duplicate`: it is here already · `outdated`: a newer version of a replaceable event is
 * here (ties keep the lowest id) · `deleted`: its author asked for its deletion (NIP-09).
 */
export type PutOutcome = 'stored' | 'duplicate' | 'outdated' | 'deleted';

export interface StoreStats {
  /** Events whose bodies can be served; for a durable store those put since it was opened. */
  readonly events: number;
  /** Bytes those bodies and their index take, as the store counts them; 0 where it does not bound them. */
  readonly bytes: number;
  /** Events given up before they expired or were deleted, because the store was full. */
  readonly evicted: number;
}

/**
 * MUST hold: `put` decides at once and in call order; a query that begins after a put sees it; queries
 * yield newest first (`created_at` descending, then lowest id), never an expired event (NIP-40), never
 * one that was deleted; a deletion request stays and is served; the put event is verified and not ephemeral.
 */
export interface EventStore {
  /** True when the body is here. */
  has(id: string): boolean;
  /** True when its author asked for the deletion of this event. */
  isDeleted(event: Matchable): boolean;
  /** @throws when the disk does; the event is then not stored. */
  put(event: VerifiedEvent, raw: Uint8Array, nowSeconds: number): PutOutcome;
  /** Settles once everything put so far is durable; undefined when it already is. Rejects when the write failed. */
  flushed(): Promise<void> | undefined;
  /** At most `limit` events for one filter, whose own `limit` is not looked at. */
  query(filter: Filter, nowSeconds: number, limit: number): Iterable<Stored> | AsyncIterable<Stored>;
  readonly stats: StoreStats;
  close(): Promise<void>;
}

/** Long `d` values stand in by their hash, so that an address is a short key whatever a stranger sends. */
function address(kind: number | string, pubkey: string, d: string): string {
  return `${kind}:${pubkey}:${d.length > 64 ? `#${sha256Hex(d)}` : d}`;
}

/** The slot that a replaceable or addressable event occupies, `kind:pubkey:d`; undefined for all others. */
export function addressOf(event: Matchable): string | undefined {
  if (isReplaceable(event.kind)) return address(event.kind, event.pubkey, '');
  if (isAddressable(event.kind)) return address(event.kind, event.pubkey, tagValue(event, 'd') ?? '');
  return undefined;
}

/** True when `left` comes out of a query before `right`. */
export function precedes(
  left: { readonly created_at: number; readonly id: string },
  right: { readonly created_at: number; readonly id: string },
): boolean {
  return left.created_at > right.created_at || (left.created_at === right.created_at && left.id < right.id);
}

/** `kind:pubkey:d`, where only the `d` may hold further colons. */
const ADDRESS = /^(\d{1,5}):([0-9a-f]{64}):(.*)$/s;

/** What a deletion request names (NIP-09): event ids, and addresses of its own author; others' are not its to delete. */
export function deletionTargets(request: Matchable): { ids: string[]; addresses: string[] } {
  const ids: string[] = [];
  const addresses: string[] = [];
  for (const [name, value] of request.tags) {
    if (name === 'e' && isHex(value, 64)) ids.push(value);
    if (name !== 'a' || value === undefined) continue;
    const [, kind, pubkey, d] = ADDRESS.exec(value) ?? [];
    if (kind !== undefined && pubkey === request.pubkey) addresses.push(address(Number(kind), pubkey, d ?? ''));
  }
  return { ids, addresses };
}
