// What a query's work is worth once it passed: at most what was set aside for it, owed to the provider who did it.
import { feeReserveAccount, type Posting, payableAccount, post, ROUTING, runAccounts, WORK } from './accounts.ts';
import type { Facts } from './entry.ts';
import { assertRunBalances, feeOn, findRun, resolveHold } from './reserve.ts';
import type { Rows } from './rows.ts';

/**
 * Posts what the provider claims, but never more than was agreed (I4): a lying claim cannot raise the bill. What
 * routing may cost for it stays set aside; the rest of the hold is available again.
 */
export function settle(rows: Rows, facts: Facts<'settle'>): Posting[] {
  const { run_id, query_id, provider, claimed_msat } = facts;
  const fee_ppm = findRun(rows, run_id)?.fee_ppm ?? 0;
  const hold = resolveHold(rows, run_id, query_id);
  const owed = Math.min(claimed_msat, hold.price_msat);
  const fee = Math.min(feeOn(owed, fee_ppm), hold.fee_msat);
  const held = hold.price_msat + hold.fee_msat;
  const postings: Posting[] = [
    [runAccounts.held(run_id), -held],
    [runAccounts.settled(run_id), owed + fee],
    [runAccounts.available(run_id), held - owed - fee],
    [WORK, -owed],
    [payableAccount(provider, run_id), owed],
    [ROUTING, -fee],
    [feeReserveAccount(provider), fee],
  ];
  post(rows, postings);
  assertRunBalances(rows, run_id);
  return postings;
}
