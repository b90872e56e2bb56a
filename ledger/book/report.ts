// The book as people read it: sums, budgets, what is owed to whom, payouts, and every movement of one run. Pure reading.
import type { EntryReport, LedgerReport, PayoutReport } from '../../protocol/money-report.ts';
import { bookRowKey, bookRowOf, type KeyRange } from '../store/keys.ts';
import type { Store } from '../store/store.ts';
import { decodeValue } from '../store/values.ts';
import { balanceOf, balancesWithin, balanceWithin, FEES, inflightAccount, runAccounts } from './accounts.ts';
import type { Book } from './book.ts';
import type { Entry, PaidAhead, Payout } from './entry.ts';
import { openPayouts } from './payout.ts';
import { readEntries } from './refold.ts';
import { findRun, openRunsOf } from './reserve.ts';
import type { Rows } from './rows.ts';

const iso = (atMs: number) => new Date(atMs).toISOString();

function aheadReport({ query_id, escrow }: PaidAhead): PayoutReport['ahead'] {
  return { query_id, by: escrow === undefined ? 'prepayment' : 'escrow' };
}

export function payoutReport(payout: Payout): PayoutReport {
  return {
    id: payout.id,
    provider: payout.provider,
    state: payout.state,
    amount_msat: payout.amount_msat,
    fees_msat: payout.fees_msat ?? 0,
    runs: payout.lines.map(([run_id, amount_msat]) => ({ run_id, amount_msat })),
    ...(payout.ahead === undefined ? {} : { ahead: aheadReport(payout.ahead) }),
    payment_hash: payout.payment_hash ?? null,
    preimage: payout.preimage ?? null,
    reason: payout.reason ?? null,
    created_at: iso(payout.created_ms),
    updated_at: iso(payout.updated_ms),
  };
}

/** Rows that begin so, in the store. */
function storedRows(prefix: string): KeyRange {
  const gte = bookRowKey(prefix);
  return { gte, lt: `${gte}~` };
}

/** Payouts, newest first (their ids are ULIDs); at most `limit`. @param runId only those that pay for this run */
export async function payoutsOf(
  book: Book,
  store: Store | undefined,
  limit: number,
  runId?: string,
): Promise<Payout[]> {
  const wanted = (payout: Payout) => runId === undefined || payout.lines.some(([run]) => run === runId);
  const found = new Map<string, Payout>();
  for (const payout of openPayouts(book.rows)) if (wanted(payout)) found.set(payout.id, payout);
  for (const [row, value] of book.rows.all())
    if (row.startsWith('p/') && wanted(value as Payout)) found.set((value as Payout).id, value as Payout);
  if (store !== undefined) {
    let taken = 0;
    for await (const [key, bytes] of store.rows(storedRows('p/'), { reverse: true })) {
      const payout = decodeValue(bytes, key) as Payout;
      if (!wanted(payout) || found.has(bookRowOf(key).slice('p/'.length))) continue;
      found.set(payout.id, payout);
      taken++;
      if (taken >= limit) break;
    }
  }
  const newestFirst = [...found.values()].sort((one, other) => (one.id < other.id ? 1 : -1));
  return newestFirst.slice(0, limit);
}

function concerns({ facts, postings }: Entry, runId: string, payouts: ReadonlySet<string>): boolean {
  if ('run_id' in facts) return facts.run_id === runId;
  if ('payout_id' in facts && payouts.has(facts.payout_id)) return true;
  return postings.some(([account]) => account.startsWith('payable/') && account.endsWith(`/${runId}`));
}

/** Every entry that concerns a run, oldest first. Reads the whole journal. */
export async function movementsOf(store: Store, runId: string): Promise<EntryReport[]> {
  const movements: EntryReport[] = [];
  const payouts = new Set<string>();
  for await (const entry of readEntries(store)) {
    if (!concerns(entry, runId, payouts)) continue;
    if ('payout_id' in entry.facts) payouts.add(entry.facts.payout_id);
    movements.push({
      seq: entry.seq,
      id: entry.id,
      kind: entry.kind,
      at: iso(entry.at_ms),
      postings: entry.postings.map(([account, amount_msat]) => ({ account, amount_msat })),
    });
  }
  return movements;
}

function providersOf(rows: Rows): LedgerReport['providers'] {
  const providers = new Map<string, { owed_msat: number; inflight_msat: number; paid_msat: number }>();
  const of = (provider: string) => {
    const known = providers.get(provider) ?? { owed_msat: 0, inflight_msat: 0, paid_msat: 0 };
    providers.set(provider, known);
    return known;
  };
  for (const [account, msat] of balancesWithin(rows, 'payable/')) of(account.split('/')[1] ?? '').owed_msat += msat;
  for (const [account, msat] of balancesWithin(rows, 'paid/')) of(account.slice('paid/'.length)).paid_msat += msat;
  for (const { provider, amount_msat } of openPayouts(rows)) of(provider).inflight_msat += amount_msat;
  return [...providers].map(([provider, sums]) => ({ provider, ...sums }));
}

/** Everything but movements and payouts. */
export function reportOf(book: Book): Omit<LedgerReport, 'payouts' | 'movements'> {
  const { rows } = book;
  const { available, held, settled } = runAccounts;
  return {
    entries: book.latestSeq,
    owed_msat: balanceWithin(rows, 'payable/'),
    inflight_msat: balanceWithin(rows, inflightAccount('')),
    paid_msat: balanceWithin(rows, 'paid/'),
    fees_msat: balanceOf(rows, FEES),
    held_msat: balanceWithin(rows, held('')),
    runs: [...openRunsOf(rows)].map((run_id) => ({
      run_id,
      limit_msat: findRun(rows, run_id)?.limit_msat ?? 0,
      available_msat: balanceOf(rows, available(run_id)),
      held_msat: balanceOf(rows, held(run_id)),
      settled_msat: balanceOf(rows, settled(run_id)),
    })),
    providers: providersOf(rows),
  };
}
