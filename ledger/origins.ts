// Runs that another home sent: whose each is, as far as it has come, and how much room it takes. The mark is what keeps them apart from
// our own: they are on no leaderboard, nobody here goes on with them or files them anew, and only their origin adds to them.
import { PylonError } from '../protocol/errors.ts';
import { lastPart, originKey, WITHIN_ORIGINS } from './store/keys.ts';
import { put, type Row, type Store } from './store/store.ts';
import { encodeValue } from './store/values.ts';

export interface Origin {
  /** Public key of the home that sent it, hex. */
  readonly key: string;
  /** Events that have come. */
  readonly next_seq: number;
  /** Of all of them (protocol/sync.ts). */
  readonly chain: string;
  /** What it was charged for. */
  readonly bytes: number;
}

export async function readOrigin(store: Store, runId: string): Promise<Origin | undefined> {
  return (await store.value(originKey(runId))) as Origin | undefined;
}

export function isForeign(store: Store, runId: string): boolean {
  return store.has(originKey(runId));
}

export function originRow(runId: string, origin: Origin): Row {
  return put(originKey(runId), encodeValue(origin));
}

/** Key → bytes that its runs take. @throws PylonError `store-corrupt` */
export async function bytesByKey(store: Store): Promise<Map<string, number>> {
  const totals = new Map<string, number>();
  for await (const key of store.keys(WITHIN_ORIGINS)) {
    const origin = await readOrigin(store, lastPart(key));
    if (origin !== undefined) totals.set(origin.key, (totals.get(origin.key) ?? 0) + origin.bytes);
  }
  return totals;
}

/** Of whoever sent it, or of this home. */
export function ownedElsewhere(runId: string): PylonError {
  const reason = 'this run belongs to this home or came from another one: only where it came from adds to it';
  return new PylonError('run-conflict', { value: runId, reason, next: 'delete it first to take it from here' });
}

/** @param origin public key */
export function notOurs(origin: string): PylonError {
  const reason = 'another home sent this run, and what is said of it there comes with it';
  return new PylonError('request-invalid', { value: origin, reason, next: 'say it there, and sync again' });
}
