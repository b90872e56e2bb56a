// The rows of the durable store. Index keys end in the inverted time and the id, so that reading
// them forwards gives NIP-01's order: newest first, then lowest id.
import { expirationOf, sha256Hex } from '../../../protocol/event.ts';
import type { Filter, Matchable } from '../../../protocol/filter.ts';

/** Hex digits that hold any safe integer. */
const TIME_CHARS = 14;

/** More index ranges than this are not read side by side; a filter that long reads a wider index. */
const RANGES_MAX = 64;

function hexTime(seconds: number): string {
  return seconds.toString(16).padStart(TIME_CHARS, '0');
}

function invertedTime(seconds: number): string {
  return hexTime(Number.MAX_SAFE_INTEGER - seconds);
}

function tagPrefix(name: string, value: string): string {
  return `g!${name}${sha256Hex(value).slice(0, 32)}!`;
}

const authorPrefix = (pubkey: string) => `a!${pubkey}!`;
const kindPrefix = (kind: number) => `k!${String(kind).padStart(5, '0')}!`;
const TIME_PREFIX = 't!';

export const bodyKey = (id: string) => `e!${id}`;
/** The current version of a replaceable event; its value is the event's id. */
export const addressKey = (address: string) => `r!${address}`;
export const deletedIdKey = (id: string, pubkey: string) => `d!${id}!${pubkey}`;
/** Its value is the `created_at` up to which versions are deleted. */
export const deletedAddressKey = (address: string) => `D!${address}`;
const expirationKey = (expiration: number, id: string) => `z!${hexTime(expiration)}${id}`;

/** All rows but the body's that an event has; their values are empty, except the address's. */
export function indexKeys(event: Matchable): string[] {
  const suffix = `${invertedTime(event.created_at)}${event.id}`;
  const keys = new Set([
    `${TIME_PREFIX}${suffix}`,
    `${kindPrefix(event.kind)}${suffix}`,
    `${authorPrefix(event.pubkey)}${suffix}`,
  ]);
  for (const [name, value] of event.tags) {
    if (name !== undefined && /^[A-Za-z]$/.test(name) && value !== undefined)
      keys.add(`${tagPrefix(name, value)}${suffix}`);
  }
  const expiration = expirationOf(event);
  if (expiration !== undefined) keys.add(expirationKey(expiration, event.id));
  return [...keys];
}

/** The narrowest index that holds every match of a filter, as prefixes to be read side by side. */
export function rangePrefixes(filter: Filter): string[] {
  const rarest = ['p', 'e']; // #e names one conversation, #p one person, other tags are shared by many
  const tags = [...filter.tags].sort(([left], [right]) => rarest.indexOf(right) - rarest.indexOf(left));
  for (const [name, values] of tags)
    if (values.size <= RANGES_MAX) return [...values].map((value) => tagPrefix(name, value));
  if (filter.authors !== undefined && filter.authors.size <= RANGES_MAX) return [...filter.authors].map(authorPrefix);
  if (filter.kinds !== undefined && filter.kinds.size <= RANGES_MAX) return [...filter.kinds].map(kindPrefix);
  return [TIME_PREFIX];
}

/** The keys of one index from `until` back to `since`, both inclusive. */
export function rangeOf(prefix: string, since = 0, until = Number.MAX_SAFE_INTEGER): { gte: string; lt: string } {
  return { gte: `${prefix}${invertedTime(until)}`, lt: `${prefix}${invertedTime(since)}~` };
}

/** Time and id of an index row. */
export function readRow(key: string, prefix: string): { id: string; createdAt: number } {
  const inverted = Number.parseInt(key.slice(prefix.length, prefix.length + TIME_CHARS), 16);
  return { id: key.slice(prefix.length + TIME_CHARS), createdAt: Number.MAX_SAFE_INTEGER - inverted };
}

/** Rows of events that expired by `nowSeconds`. */
export function expiredRange(nowSeconds: number): { gte: string; lt: string } {
  return { gte: 'z!', lt: `z!${hexTime(nowSeconds)}~` };
}

/** The id at the end of an expiration row. */
export const idOfExpirationKey = (key: string) => key.slice('z!'.length + TIME_CHARS);
