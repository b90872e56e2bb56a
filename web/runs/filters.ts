// Which runs are listed and in which order, as the address says it and as the daemon is asked. Pure.

import type { RunStatus } from '../../protocol/run.ts';
import type { RunOrder } from '../../protocol/run-list.ts';

/** As `protocol/run.ts` and `protocol/run-list.ts` have them, whose lists would bring zod along. */
export const STATUSES = ['running', 'done', 'partial', 'failed'] as const satisfies readonly RunStatus[];
export const ORDERS = [
  'created',
  'cost',
  'latency',
  'coverage',
  'status',
  'query',
] as const satisfies readonly RunOrder[];
export const METHODS = ['pylon.map_reduce', 'pylon.local'] as const;

/** Each as it was typed; empty where nothing is asked of it. */
export interface Filters {
  readonly text: string;
  readonly status: string;
  readonly method: string;
  readonly experiment: string;
  readonly since: string;
  readonly until: string;
  readonly costMin: string;
  readonly costMax: string;
}

export interface Listing extends Filters {
  readonly sort: RunOrder;
  readonly order: 'asc' | 'desc';
}

export const ALL: Listing = {
  text: '',
  status: '',
  method: '',
  experiment: '',
  since: '',
  until: '',
  costMin: '',
  costMax: '',
  sort: 'created',
  order: 'desc',
};

/** Field → its name in the address, which is also the daemon's. */
const NAMES: Readonly<Record<keyof Listing, string>> = {
  text: 'text',
  status: 'status',
  method: 'method',
  experiment: 'experiment',
  since: 'since',
  until: 'until',
  costMin: 'cost_min_sats',
  costMax: 'cost_max_sats',
  sort: 'sort',
  order: 'order',
};
const FILTER_FIELDS = Object.keys(NAMES).filter((field) => field !== 'sort' && field !== 'order') as (keyof Filters)[];
/** As the daemon takes them, but for the experiment, whose length is in `protocol/run.ts`. */
const CHARS_MAX = 256;
const MOMENT = /^([1-9]\d{0,4}[hdw]|\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d))?)$/;
const AMOUNT = /^\d{1,12}(\.\d{1,3})?$/;

/** What is wrong with a field, in words; undefined where it can be asked. */
export function faultOf(field: keyof Filters, value: string): string | undefined {
  if (value === '') return undefined;
  if (field === 'since' || field === 'until')
    return MOMENT.test(value) ? undefined : 'a span such as 24h or 7d, or a day such as 2026-11-24';
  if (field === 'costMin' || field === 'costMax') return AMOUNT.test(value) ? undefined : 'a number of sats';
  if (field === 'status')
    return STATUSES.some((status) => status === value) ? undefined : `one of ${STATUSES.join(', ')}`;
  return value.length <= CHARS_MAX ? undefined : `at most ${CHARS_MAX} characters`;
}

/** What the address asks; what it says wrongly counts as not said. */
export function listingOf(params: URLSearchParams): Listing {
  const filters = Object.fromEntries(
    FILTER_FIELDS.map((field) => {
      const value = params.get(NAMES[field]) ?? '';
      return [field, faultOf(field, value) === undefined ? value : ''];
    }),
  ) as Record<keyof Filters, string>;
  const sort = ORDERS.find((order) => order === params.get('sort')) ?? ALL.sort;
  return { ...filters, sort, order: params.get('order') === 'asc' ? 'asc' : 'desc' };
}

function paramsOf(listing: Listing, usual: Listing | undefined): URLSearchParams {
  const params = new URLSearchParams();
  for (const [field, name] of Object.entries(NAMES) as [keyof Listing, string][]) {
    const value = listing[field];
    if (value !== '' && value !== usual?.[field]) params.set(name, value);
  }
  return params;
}

/** Undoes `listingOf`; what is usual is left out. Begins with `?` unless it is empty. */
export function addressOf(listing: Listing): string {
  const text = paramsOf(listing, ALL).toString();
  return text === '' ? '' : `?${text}`;
}

/** Where a page of the answer is. @param cursor of the page before; null for the first */
export function pageOf(listing: Listing, limit: number, cursor: string | null): string {
  const params = paramsOf(listing, undefined);
  params.set('limit', String(limit));
  if (cursor !== null) params.set('cursor', cursor);
  return `/api/runs?${params}`;
}

/** The filters in use, in words. */
export function wordsOf(filters: Filters): string[] {
  const { text, status, method, experiment, since, until, costMin, costMax } = filters;
  return [
    text === '' ? '' : `“${text}”`,
    status,
    method,
    experiment === '' ? '' : `in ${experiment}`,
    since === '' ? '' : `since ${since}`,
    until === '' ? '' : `until ${until}`,
    costMin === '' ? '' : `at least ${costMin} sats`,
    costMax === '' ? '' : `at most ${costMax} sats`,
  ].filter(Boolean);
}

/** A click on a head: another column begins with what is looked for first; the same one turns round. */
export function sortedBy(listing: Listing, sort: RunOrder): Listing {
  if (listing.sort === sort) return { ...listing, order: listing.order === 'asc' ? 'desc' : 'asc' };
  return { ...listing, sort, order: sort === 'query' || sort === 'status' ? 'asc' : 'desc' };
}
