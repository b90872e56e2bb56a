// Subscription filters (NIP-01): parsing a hostile one within bounds, and matching events against it.
import { isHex, type NostrEvent } from './event.ts';
import { KIND_MAX } from './limits.ts';

/** A parsed filter. Sets, because matching is the hot path; `limit` bounds only the stored phase. */
export interface Filter {
  readonly ids?: ReadonlySet<string>;
  readonly authors?: ReadonlySet<string>;
  readonly kinds?: ReadonlySet<number>;
  readonly since?: number;
  readonly until?: number;
  readonly limit?: number;
  /** Single-letter tag name → values, one of which must be present. */
  readonly tags: readonly (readonly [name: string, values: ReadonlySet<string>])[];
}

/** A filter as it stands in JSON. */
export interface FilterJson {
  ids?: string[];
  authors?: string[];
  kinds?: number[];
  since?: number;
  until?: number;
  limit?: number;
  [tag: `#${string}`]: string[];
}

/** Most values in one list of a filter; a request for more is refused (NIP-11 does not name this one). */
export const FILTER_VALUES_MAX = 2_500;

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

function isTime(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function stringSet(value: unknown, accepts: (item: unknown) => boolean): Set<string> | undefined {
  if (!Array.isArray(value) || value.length > FILTER_VALUES_MAX || !value.every(accepts)) return undefined;
  return new Set(value as string[]);
}

const isId = (item: unknown) => isHex(item, 64);
const isText = (item: unknown) => typeof item === 'string';

/** Reads one key into the filter; returns what is wrong with it, if anything. */
function readKey(
  filter: Mutable<Filter>,
  tags: [string, ReadonlySet<string>][],
  key: string,
  value: unknown,
): string | undefined {
  if (key === 'ids' || key === 'authors') {
    const set = stringSet(value, isId);
    if (set === undefined) return `${key} is not a list of 64-digit lowercase hex strings`;
    filter[key] = set;
  } else if (key === 'kinds') {
    const sound =
      Array.isArray(value) &&
      value.length <= FILTER_VALUES_MAX &&
      value.every((kind) => Number.isInteger(kind) && kind >= 0 && kind <= KIND_MAX);
    if (!sound) return 'kinds is not a list of integers from 0 to 65535';
    filter.kinds = new Set(value as number[]);
  } else if (key === 'since' || key === 'until' || key === 'limit') {
    if (!isTime(value)) return `${key} is not a non-negative integer`;
    filter[key] = value;
  } else if (/^#[A-Za-z]$/.test(key)) {
    const set = stringSet(value, key === '#e' || key === '#p' ? isId : isText);
    if (set === undefined)
      return `${key} is not a list of ${key === '#e' || key === '#p' ? '64-digit lowercase hex ' : ''}strings`;
    tags.push([key.slice(1), set]);
  }
  return undefined; // unknown keys are ignored, as other relays do
}

/** A parsed filter, or a sentence that says what is wrong with it. */
export function parseFilter(value: unknown): Filter | string {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'a filter is a JSON object';
  const tags: [string, ReadonlySet<string>][] = [];
  const filter: Mutable<Filter> = { tags };
  for (const [key, part] of Object.entries(value)) {
    const fault = readKey(filter, tags, key, part);
    if (fault !== undefined) return fault;
  }
  return filter;
}

/** What matching looks at: a store may keep just this beside an event's bytes. */
export type Matchable = Pick<NostrEvent, 'id' | 'pubkey' | 'created_at' | 'kind' | 'tags'>;

function hasTag(event: Matchable, name: string, values: ReadonlySet<string>): boolean {
  for (const tag of event.tags) if (tag[0] === name && tag[1] !== undefined && values.has(tag[1])) return true;
  return false;
}

/** NIP-01 matching: every condition named must hold. */
export function matches(filter: Filter, event: Matchable): boolean {
  if (filter.kinds !== undefined && !filter.kinds.has(event.kind)) return false;
  if (filter.ids !== undefined && !filter.ids.has(event.id)) return false;
  if (filter.authors !== undefined && !filter.authors.has(event.pubkey)) return false;
  if (filter.since !== undefined && event.created_at < filter.since) return false;
  if (filter.until !== undefined && event.created_at > filter.until) return false;
  for (const [name, values] of filter.tags) if (!hasTag(event, name, values)) return false;
  return true;
}
