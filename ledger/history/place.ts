// Where a run stands in an order: the value it is sorted by, and its id, so that no two stand in the same place. A cursor is a place, so
// that runs that come or go between two pages neither repeat nor hide another one.
import { z } from 'zod';
import { PylonError } from '../../protocol/errors.ts';
import type { RunOrder } from '../../protocol/run-list.ts';
import { isUlid } from '../../protocol/ulid.ts';
import type { Columns } from './columns.ts';

/** Characters of a question that it is sorted by. */
const SORTED_CHARS = 128;

export interface Place {
  readonly value: number | string;
  readonly id: string;
}

const placeSchema = z.tuple([
  z.enum(['created', 'cost', 'latency', 'coverage', 'status', 'query']),
  z.union([z.number(), z.string().max(SORTED_CHARS)]),
  z.string().refine(isUlid),
]);

export function encodeCursor(sort: RunOrder, { value, id }: Place): string {
  return Buffer.from(JSON.stringify([sort, value, id])).toString('base64url');
}

/** @throws PylonError `request-invalid` for what is no cursor of this order */
export function decodeCursor(sort: RunOrder, cursor: string): Place {
  const refused = (cause?: unknown) =>
    new PylonError('request-invalid', {
      value: cursor,
      reason: 'cursor: is not one of a page in this order',
      next: 'begin with the first page, without a cursor',
      cause,
    });
  let content: unknown;
  try {
    content = JSON.parse(Buffer.from(cursor, 'base64url').toString());
  } catch (thrown) {
    throw refused(thrown);
  }
  const parsed = placeSchema.safeParse(content);
  if (!parsed.success) throw refused(parsed.error);
  const [madeFor, value, id] = parsed.data;
  if (madeFor !== sort || (typeof value === 'string') !== (sort === 'query')) throw refused();
  return { value, id };
}

/** By the first characters alone, so that a cursor has room for all that counts. */
function compareTexts(left: string, right: string): number {
  const length = Math.min(SORTED_CHARS, left.length, right.length);
  for (let at = 0; at < length; at++) {
    const difference = left.charCodeAt(at) - right.charCodeAt(at);
    if (difference !== 0) return difference;
  }
  return Math.min(SORTED_CHARS, left.length) - Math.min(SORTED_CHARS, right.length);
}

function compareIds(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

/** How one order compares the runs in two slots, and a run with a place. */
export interface Comparison {
  slots(left: number, right: number): number;
  withPlace(slot: number, place: Place): number;
  placeOf(slot: number): Place;
}

const NUMBERS = {
  created: ({ createdMs }: Columns) => createdMs,
  cost: ({ costsMsat }: Columns) => costsMsat,
  latency: ({ latenciesMs }: Columns) => latenciesMs,
  coverage: ({ coverages }: Columns) => coverages,
  status: ({ statuses }: Columns) => statuses,
} as const;

export function comparisonOf(columns: Columns, sort: RunOrder): Comparison {
  const { ids, texts } = columns;
  if (sort === 'query')
    return {
      slots: (left, right) => compareTexts(texts[left]!, texts[right]!) || compareIds(ids[left]!, ids[right]!),
      withPlace: (slot, { value, id }) => compareTexts(texts[slot]!, String(value)) || compareIds(ids[slot]!, id),
      placeOf: (slot) => ({ value: texts[slot]!.slice(0, SORTED_CHARS), id: ids[slot]! }),
    };
  const column = NUMBERS[sort]; // asked for each time: a column that grew is another array
  return {
    slots(left, right) {
      const values = column(columns);
      return values[left]! - values[right]! || compareIds(ids[left]!, ids[right]!);
    },
    withPlace: (slot, { value, id }) => column(columns)[slot]! - Number(value) || compareIds(ids[slot]!, id),
    placeOf: (slot) => ({ value: column(columns)[slot]!, id: ids[slot]! }),
  };
}
