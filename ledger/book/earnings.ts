// What the providers of this home have earned, and the invoices they gave: read from the book, never counted anew.
import { balanceOf, balancesWithin, balanceWithin, earnedAccount } from './accounts.ts';
import type { Bill } from './entry.ts';
import { ALL_BILLS, jobsRow } from './receivables.ts';
import type { Rows } from './rows.ts';

/** earned = received + due + disputed - advance: nothing is lost between them. */
export interface ProviderEarnings {
  /** Hex public key. */
  readonly provider: string;
  /** Jobs that were answered for a price. */
  readonly jobs: number;
  /** The price of all work answered. */
  readonly earned_msat: number;
  /** Came in. */
  readonly received_msat: number;
  /** Still owed by customers. */
  readonly due_msat: number;
  /** Given up, because the customer does not acknowledge it. */
  readonly disputed_msat: number;
  /** Paid, and not worked for yet. */
  readonly advance_msat: number;
}

export interface Earnings {
  /** The one that earned most first. */
  readonly providers: readonly ProviderEarnings[];
  /** Newest first. */
  readonly bills: readonly Bill[];
}

function providersOf(rows: Rows): Set<string> {
  const providers = new Set<string>();
  for (const kind of ['earned/', 'received/'])
    for (const [account] of balancesWithin(rows, kind)) providers.add(account.split('/')[1] as string);
  return providers;
}

function earningsOf(rows: Rows, provider: string): ProviderEarnings {
  const sum = (kind: string) => balanceWithin(rows, `${kind}/${provider}/`);
  return {
    provider,
    jobs: (rows.get(jobsRow(provider)) as number | undefined) ?? 0,
    earned_msat: -balanceOf(rows, earnedAccount(provider)),
    received_msat: sum('received'),
    due_msat: sum('due'),
    disputed_msat: sum('disputed'),
    advance_msat: -sum('advance'),
  };
}

/** Bills are kept for ever and found by customer: all are looked at, and only the newest remembered. */
async function newestBills(rows: Rows, limit: number): Promise<Bill[]> {
  const newestFirst = (one: Bill, other: Bill) => other.created_ms - one.created_ms || (one.id < other.id ? -1 : 1);
  let newest: Bill[] = [];
  for await (const [, bill] of rows.findWithin(ALL_BILLS)) {
    newest.push(bill as Bill);
    if (newest.length >= 2 * limit + 64) newest = newest.sort(newestFirst).slice(0, limit);
  }
  return newest.sort(newestFirst).slice(0, limit);
}

/** @param limit most bills wanted. @throws PylonError `store-corrupt` */
export async function earnings(rows: Rows, limit: number): Promise<Earnings> {
  const providers = [...providersOf(rows)].map((provider) => earningsOf(rows, provider));
  providers.sort((one, other) => other.earned_msat - one.earned_msat || (one.provider < other.provider ? -1 : 1));
  return { providers, bills: await newestBills(rows, limit) };
}
