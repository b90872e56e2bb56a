// What the budget of a run had come to when it was last closed: read from the entry that closed it, because nothing of a closed
// run is kept in memory.
import { PylonError } from '../../protocol/errors.ts';
import { type Msat, msat } from '../../protocol/money.ts';
import { bookEntriesKey, bookOperationKey } from '../store/keys.ts';
import type { Store } from '../store/store.ts';
import { decodeValue } from '../store/values.ts';
import { runAccounts } from './accounts.ts';
import type { Entry } from './entry.ts';
import { closingId } from './run-budgets.ts';
import type { Done } from './unsaved.ts';

export interface ClosedBudget {
  readonly limitMsat: Msat;
  /** Routing included. */
  readonly settledMsat: Msat;
  /** How often it had been opened again before. */
  readonly times: number;
}

/** The entry with this seq: a row holds those written together, under the seq of the first. */
async function entryAt(store: Store, seq: number): Promise<Entry | undefined> {
  const upTo = { gte: bookEntriesKey(0), lt: bookEntriesKey(seq + 1) };
  for await (const [key, bytes] of store.rows(upTo, { reverse: true, limit: 1 }))
    return (decodeValue(bytes, key) as Entry[]).find((entry) => entry.seq === seq);
  return undefined;
}

/** How the budget of a run was closed last. @throws PylonError `internal` when it never was, `store-corrupt` */
export async function closedBudget(store: Store, runId: string): Promise<ClosedBudget> {
  const closing = (times: number) => store.valueNow(bookOperationKey(closingId(runId, times))) as Done | undefined;
  let times = 0;
  while (closing(times + 1) !== undefined) times++;
  const done = closing(times);
  const entry = done === undefined ? undefined : await entryAt(store, done[0]);
  if (entry === undefined) throw new PylonError('internal', { value: runId, reason: 'its budget was never closed' });
  const moved = (account: string) => Math.abs(entry.postings.find(([name]) => name === account)?.[1] ?? 0);
  return {
    limitMsat: msat(moved(runAccounts.limit(runId))),
    settledMsat: msat(moved(runAccounts.settled(runId))),
    times,
  };
}
