// What one provider did for one model in one hour, as a row of the store: counts, money, latencies. Rows of the same
// provider add up, in any order, so a range of time is the sum of its hours and a recount gives the same.
import { PylonError } from '../../protocol/errors.ts';
import { wellFormed } from '../../protocol/text.ts';
import { decodeValue, encodeValue } from '../store/values.ts';

export interface Rollup {
  asked: number;
  answered: number;
  failed: number;
  timeouts: number;
  cancelled: number;
  /** Answers that were found to be wrong. */
  rejected: number;
  settledMsat: number;
  /** When it first and last returned something; 0 when it never did. */
  firstMs: number;
  lastMs: number;
  /** As announced when it was asked last, at `nameMs`; empty when not known. */
  name: string;
  nameMs: number;
  /** Bucket (latency-buckets.ts) → answers. */
  readonly latencies: Map<number, number>;
}

export function emptyRollup(): Rollup {
  const counts = { asked: 0, answered: 0, failed: 0, timeouts: 0, cancelled: 0, rejected: 0 };
  return { ...counts, settledMsat: 0, firstMs: 0, lastMs: 0, name: '', nameMs: 0, latencies: new Map() };
}

/** Money that adds up to more than can be counted exactly stays at the most that can. */
export function sumMsat(left: number, right: number): number {
  return Math.min(left + right, Number.MAX_SAFE_INTEGER);
}

/** The provider returned something at this time. */
export function sawAt(rollup: Pick<Rollup, 'firstMs' | 'lastMs'>, atMs: number): void {
  if (rollup.firstMs === 0 || atMs < rollup.firstMs) rollup.firstMs = atMs;
  if (atMs > rollup.lastMs) rollup.lastMs = atMs;
}

/** The latest name counts; of two at the same moment the greater, so that the order of adding does not matter. */
export function namedAt(rollup: Pick<Rollup, 'name' | 'nameMs'>, name: string, nameMs: number): void {
  if (name === '' || nameMs < rollup.nameMs) return;
  const known = name === rollup.name ? name : wellFormed(name);
  if (nameMs === rollup.nameMs && known <= rollup.name) return;
  rollup.name = known;
  rollup.nameMs = nameMs;
}

/** Adds `more` to `sum`, which is changed. */
export function addRollup(sum: Rollup, more: Rollup): void {
  sum.asked += more.asked;
  sum.answered += more.answered;
  sum.failed += more.failed;
  sum.timeouts += more.timeouts;
  sum.cancelled += more.cancelled;
  sum.rejected += more.rejected;
  sum.settledMsat = sumMsat(sum.settledMsat, more.settledMsat);
  if (more.lastMs > 0) {
    sawAt(sum, more.firstMs);
    sawAt(sum, more.lastMs);
  }
  namedAt(sum, more.name, more.nameMs);
  for (const [bucket, answers] of more.latencies) {
    const left = (sum.latencies.get(bucket) ?? 0) + answers;
    if (left === 0) sum.latencies.delete(bucket);
    else sum.latencies.set(bucket, left);
  }
}

/** What takes a rollup off a sum that it is part of. When it was first and last seen, and its name, are facts that stay. */
export function negated(rollup: Rollup): Rollup {
  const { asked, answered, failed, timeouts, cancelled, rejected, settledMsat, latencies } = rollup;
  return {
    ...emptyRollup(),
    asked: -asked,
    answered: -answered,
    failed: -failed,
    timeouts: -timeouts,
    cancelled: -cancelled,
    rejected: -rejected,
    settledMsat: -settledMsat,
    latencies: new Map([...latencies].map(([bucket, answers]) => [bucket, -answers])),
  };
}

/** Nothing is left of what was counted. */
export function isNothing(rollup: Rollup): boolean {
  const { asked, answered, failed, timeouts, cancelled, rejected, settledMsat } = rollup;
  return [asked, answered, failed, timeouts, cancelled, rejected, settledMsat].every((count) => count === 0);
}

/** Where each figure is in a stored row; from `latencies` on bucket and answers take turns. */
export const FLAT = {
  asked: 0,
  answered: 1,
  failed: 2,
  timeouts: 3,
  cancelled: 4,
  rejected: 5,
  settledMsat: 6,
  firstMs: 7,
  lastMs: 8,
  name: 9,
  nameMs: 10,
  latencies: 11,
} as const;

/** A row as it is stored: one list, which is read far more often than it is changed. */
export type FlatRollup = readonly [
  asked: number,
  answered: number,
  failed: number,
  timeouts: number,
  cancelled: number,
  rejected: number,
  settledMsat: number,
  firstMs: number,
  lastMs: number,
  name: string,
  nameMs: number,
  ...latencies: number[],
];

export function flatten(rollup: Rollup): FlatRollup {
  const { asked, answered, failed, timeouts, cancelled, rejected, settledMsat } = rollup;
  const { firstMs, lastMs, name, nameMs } = rollup;
  const latencies: number[] = [];
  for (const [bucket, answers] of rollup.latencies) latencies.push(bucket, answers);
  const counts = [asked, answered, failed, timeouts, cancelled, rejected] as const;
  return [...counts, settledMsat, firstMs, lastMs, name, nameMs, ...latencies];
}

export function encodeRollup(rollup: Rollup): Uint8Array {
  return encodeValue(flatten(rollup));
}

/** @param key named in the error. @throws PylonError `store-corrupt` */
export function decodeFlat(bytes: Uint8Array, key: string): FlatRollup {
  return toFlat(decodeValue(bytes, key), key);
}

function toFlat(value: unknown, key: string): FlatRollup {
  if (Array.isArray(value) && value.length >= FLAT.latencies && (value.length - FLAT.latencies) % 2 === 0)
    return value as unknown as FlatRollup;
  throw new PylonError('store-corrupt', { value: key, reason: 'a row of the leaderboard holds something else' });
}

/** What a row's value holds, to be added to. @throws PylonError `store-corrupt` */
export function toRollup(value: unknown, key: string): Rollup {
  const flat = toFlat(value, key);
  const [asked, answered, failed, timeouts, cancelled, rejected, settledMsat, firstMs, lastMs, name, nameMs] = flat;
  const latencies = new Map<number, number>();
  for (let at = FLAT.latencies; at < flat.length; at += 2) latencies.set(flat[at] as number, flat[at + 1] as number);
  const counts = { asked, answered, failed, timeouts, cancelled, rejected };
  return { ...counts, settledMsat, firstMs, lastMs, name, nameMs, latencies };
}
