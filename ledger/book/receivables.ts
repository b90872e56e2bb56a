// The provider's side: what customers owe for work that was answered, the invoices they were given for it, and what
// came in. It is what the provider believes; the customer's own book says what it acknowledges.
import { msat } from '../../protocol/money.ts';
import {
  balanceOf,
  balancesWithin,
  disputedAccount,
  dueAccount,
  duesOf,
  earnedAccount,
  type Posting,
  post,
  receivedAccount,
} from './accounts.ts';
import type { Bill, Facts } from './entry.ts';
import { broken } from './reserve.ts';
import type { Rows } from './rows.ts';

const billRow = (id: string) => `i/${id}`;

export function findBill(rows: Rows, id: string): Bill | undefined {
  return rows.find(billRow(id)) as Bill | undefined;
}

/** Invoices that may still be paid. */
export function* openBills(rows: Rows): Generator<Bill> {
  for (const [, bill] of rows.within(billRow(''))) yield bill as Bill;
}

/** What a customer owes to a provider of this home, over all jobs. */
export function dueMsat(rows: Rows, provider: string, customer: string): number {
  let sum = 0;
  for (const [, amount] of balancesWithin(rows, duesOf(provider, customer))) sum += amount;
  return sum;
}

/** Work was answered: the customer owes its price. */
export function claim(rows: Rows, { provider, customer, job, amount_msat }: Facts<'claim'>): Posting[] {
  const postings: Posting[] = [
    [earnedAccount(provider), -amount_msat],
    [dueAccount(provider, customer, job), amount_msat],
  ];
  post(rows, postings);
  return postings;
}

/** An invoice was given to a customer. Nothing moves until it is paid. */
export function bill(rows: Rows, facts: Facts<'bill'>, atMs: number): Posting[] {
  const { bill_id, ...rest } = facts;
  if (findBill(rows, bill_id) !== undefined) throw broken(bill_id, 'there is such an invoice already');
  const sum = rest.lines.reduce((total, [, amount]) => total + msat(amount), 0);
  if (sum !== rest.amount_msat) throw broken(bill_id, `its lines are ${sum} msat, not ${rest.amount_msat}`);
  if (new Set(rest.lines.map(([job]) => job)).size !== rest.lines.length)
    throw broken(bill_id, 'a job stands there twice');
  rows.set(billRow(bill_id), {
    id: bill_id,
    ...rest,
    state: 'open',
    created_ms: atMs,
    updated_ms: atMs,
  } satisfies Bill);
  return [];
}

/**
 * A bill was paid, whole. Each line takes what it pays from what its job owes; what a final line leaves of it is given up,
 * as disputed. Whoever pays more than we know of has paid for work whose claim was lost, so it counts as earned.
 */
export function receive(rows: Rows, { bill_id }: Facts<'receive'>, atMs: number): Posting[] {
  const found = findBill(rows, bill_id);
  if (found === undefined) throw broken(bill_id, 'there is no such invoice');
  if (found.state === 'paid') throw broken(bill_id, 'this invoice was paid before');
  const { provider, customer } = found;
  const postings: Posting[] = [[receivedAccount(provider, customer), found.amount_msat]];
  let unexplained = found.amount_msat;
  for (const [job, paid, final] of found.lines) {
    const account = dueAccount(provider, customer, job);
    const due = balanceOf(rows, account);
    const explained = Math.min(paid, due);
    unexplained -= explained;
    if (explained > 0) postings.push([account, -explained]);
    if (final && due > explained)
      postings.push([account, explained - due], [disputedAccount(provider, customer), due - explained]);
  }
  if (unexplained > 0) postings.push([earnedAccount(provider), -unexplained]);
  post(rows, postings);
  rows.archive(billRow(bill_id), { ...found, state: 'paid', updated_ms: atMs } satisfies Bill);
  return postings;
}

/** Nobody paid it in time; what is due is still due. */
export function expireBill(rows: Rows, { bill_id }: Facts<'expire-bill'>, atMs: number): Posting[] {
  const found = findBill(rows, bill_id);
  if (found === undefined || found.state !== 'open') throw broken(bill_id, 'there is no such open invoice');
  rows.archive(billRow(bill_id), { ...found, state: 'expired', updated_ms: atMs } satisfies Bill);
  return [];
}
