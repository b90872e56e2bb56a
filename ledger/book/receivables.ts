// The provider's side: what customers owe for work that was answered, the invoices they were given for it, and what
// came in. It is what the provider believes; the customer's own book says what it acknowledges.
import { msat } from '../../protocol/money.ts';
import {
  advanceAccount,
  balanceOf,
  balancesWithin,
  balanceWithin,
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

export const ALL_BILLS = 'i/';
const billRow = (id: string) => `${ALL_BILLS}${id}`;
/** Which bill a payment hash belongs to. */
const hashRow = (paymentHash: string) => `k/${paymentHash}`;
/** How many jobs a provider has been owed for. */
export const jobsRow = (provider: string) => `n/${provider}`;

export function findBill(rows: Rows, id: string): Bill | undefined {
  return rows.find(billRow(id)) as Bill | undefined;
}

/** Also one that was paid or has expired. */
export function findBillByHash(rows: Rows, paymentHash: string): Bill | undefined {
  const id = rows.find(hashRow(paymentHash));
  return typeof id === 'string' ? findBill(rows, id) : undefined;
}

/** Invoices that may still be paid, whose ids begin so. */
export function* openBills(rows: Rows, idPrefix: string): Generator<Bill> {
  for (const [, bill] of rows.within(billRow(idPrefix))) yield bill as Bill;
}

/** How a customer stands with a provider of this home. */
export interface Standing {
  /** Owed for work that was answered, over all jobs. */
  readonly dueMsat: number;
  /** Paid before there was work for it. */
  readonly advanceMsat: number;
  /** All that was ever paid. */
  readonly receivedMsat: number;
  /** Claimed, and given up because the customer does not acknowledge it. */
  readonly disputedMsat: number;
}

export function standingOf(rows: Rows, provider: string, customer: string): Standing {
  return {
    dueMsat: balanceWithin(rows, duesOf(provider, customer)),
    advanceMsat: -balanceOf(rows, advanceAccount(provider, customer)),
    receivedMsat: balanceOf(rows, receivedAccount(provider, customer)),
    disputedMsat: balanceOf(rows, disputedAccount(provider, customer)),
  };
}

function moved(rows: Rows, postings: readonly Posting[]): Posting[] {
  const moving = postings.filter(([, msat]) => msat !== 0);
  post(rows, moving);
  return moving;
}

/** Work was answered: the customer owes its price, as far as it was not paid in advance. */
export function claim(rows: Rows, { provider, customer, job, amount_msat }: Facts<'claim'>): Posting[] {
  const advance = -balanceOf(rows, advanceAccount(provider, customer));
  const covered = Math.min(advance, amount_msat);
  const postings = moved(rows, [
    [earnedAccount(provider), -amount_msat],
    [advanceAccount(provider, customer), covered],
    [dueAccount(provider, customer, job), amount_msat - covered],
  ]);
  countJob(rows, provider);
  return postings;
}

function countJob(rows: Rows, provider: string): void {
  rows.set(jobsRow(provider), ((rows.get(jobsRow(provider)) as number | undefined) ?? 0) + 1);
}

/**
 * An invoice was given to a customer. Nothing moves until it is paid. Lines say which jobs it is for; what they leave of the
 * amount is paid on account.
 */
export function bill(rows: Rows, facts: Facts<'bill'>, atMs: number): Posting[] {
  const { bill_id, ...rest } = facts;
  if (findBill(rows, bill_id) !== undefined) throw broken(bill_id, 'there is such an invoice already');
  if (rows.find(hashRow(rest.payment_hash)) !== undefined)
    throw broken(bill_id, 'its payment hash belongs to another invoice');
  const sum = rest.lines.reduce((total, [, amount]) => total + msat(amount), 0);
  if (sum > rest.amount_msat) throw broken(bill_id, `its lines are ${sum} msat, more than ${rest.amount_msat}`);
  if (new Set(rest.lines.map(([job]) => job)).size !== rest.lines.length)
    throw broken(bill_id, 'a job stands there twice');
  rows.set(billRow(bill_id), {
    id: bill_id,
    ...rest,
    state: 'open',
    created_ms: atMs,
    updated_ms: atMs,
  } satisfies Bill);
  rows.archive(hashRow(rest.payment_hash), bill_id);
  return [];
}

/** Money that waited in escrow was taken: the work is earned and paid in one, and touches nothing that is owed. */
function receiveFromEscrow(rows: Rows, { provider, customer, amount_msat }: Bill): Posting[] {
  const postings = moved(rows, [
    [earnedAccount(provider), -amount_msat],
    [receivedAccount(provider, customer), amount_msat],
  ]);
  countJob(rows, provider);
  return postings;
}

/** A bill was paid, whole. */
export function receive(rows: Rows, { bill_id }: Facts<'receive'>, atMs: number): Posting[] {
  const found = findBill(rows, bill_id);
  if (found === undefined) throw broken(bill_id, 'there is no such invoice');
  if (found.state === 'paid') throw broken(bill_id, 'this invoice was paid before');
  const moving = found.escrow === undefined ? receiveForDues(rows, found) : receiveFromEscrow(rows, found);
  rows.archive(billRow(bill_id), { ...found, state: 'paid', updated_ms: atMs } satisfies Bill);
  return moving;
}

/**
 * Each line takes what it pays from what its job owes; what a final line leaves of it is given up, as disputed. What no line
 * explains pays the other jobs, the first named first, and what is left then is an advance.
 */
function receiveForDues(rows: Rows, { provider, customer, amount_msat, lines }: Bill): Posting[] {
  const inOrder = [...balancesWithin(rows, duesOf(provider, customer))].sort(([one], [other]) =>
    one < other ? -1 : 1,
  );
  const dues = new Map(inOrder);
  const postings: Posting[] = [[receivedAccount(provider, customer), amount_msat]];
  let left = amount_msat;
  for (const [job, msat, final] of lines) {
    const account = dueAccount(provider, customer, job);
    const due = dues.get(account) ?? 0;
    const paid = Math.min(msat, due);
    const givenUp = final ? due - paid : 0;
    postings.push([account, -paid - givenUp], [disputedAccount(provider, customer), givenUp]);
    dues.set(account, due - paid - givenUp);
    left -= paid;
  }
  for (const [account, due] of dues) {
    const paid = Math.min(left, due);
    postings.push([account, -paid]);
    left -= paid;
  }
  postings.push([advanceAccount(provider, customer), -left]);
  return moved(rows, postings);
}

/** Nobody paid it in time; what is due is still due. */
export function expireBill(rows: Rows, { bill_id }: Facts<'expire-bill'>, atMs: number): Posting[] {
  const found = findBill(rows, bill_id);
  if (found === undefined || found.state !== 'open') throw broken(bill_id, 'there is no such open invoice');
  rows.archive(billRow(bill_id), { ...found, state: 'expired', updated_ms: atMs } satisfies Bill);
  return [];
}
