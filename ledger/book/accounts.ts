// The accounts of the book and the one way to move money between them: postings that sum to zero (I1). Accounts below
// are sources: they show as a minus what was given out of them. No other account is ever below zero.
import { PylonError } from '../../protocol/errors.ts';
import { named } from './named.ts';
import type { Rows } from './rows.ts';

/** One side of a movement: msat that an account gains, or loses when negative. */
export type Posting = readonly [account: string, msat: number];

/**
 * What a run may spend, and what became of it. I2: `limit` (a source) + available + held + settled = 0.
 * When the run is closed all four are zero.
 */
export const runAccounts = {
  limit: named('limit/'),
  available: named('available/'),
  held: named('held/'),
  settled: named('settled/'),
};

/** What is owed to providers, on its way to them, and theirs; `work` (a source) is what they did for it. */
export const WORK = 'work';
export const payableAccount = (provider: string, runId: string) => `payable/${provider}/${runId}`;
export const payablesOf = (provider: string) => `payable/${provider}/`;
export const ALL_PAYABLES = 'payable/';
export const inflightAccount = (payoutId: string) => `inflight/${payoutId}`;
export const paidAccount = (provider: string) => `paid/${provider}`;

/** What routing may cost: set aside (`routing` is the source), on its way with a payout, and really paid. */
export const ROUTING = 'routing';
export const feeReserveAccount = named('fee-reserve/');
export const feeInflightAccount = (payoutId: string) => `fee-inflight/${payoutId}`;
export const FEES = 'fees';

/** What others owe to a provider of this home for its work (`earned` is the source), what came in, and what was given up. */
export const earnedAccount = (provider: string) => `earned/${provider}`;
export const dueAccount = (provider: string, customer: string, job: string) => `due/${provider}/${customer}/${job}`;
export const duesOf = (provider: string, customer: string) => `due/${provider}/${customer}/`;
export const receivedAccount = (provider: string, customer: string) => `received/${provider}/${customer}`;
export const disputedAccount = (provider: string, customer: string) => `disputed/${provider}/${customer}`;
/** What came in before there was work for it (a source: it shows as a minus what is still to be worked for). */
export const advanceAccount = (provider: string, customer: string) => `advance/${provider}/${customer}`;

const SOURCES = /^(limit\/|earned\/|advance\/|work$|routing$)/;

export function balanceOf(rows: Rows, account: string): number {
  return rows.balance(account);
}

/** Accounts that begin so and hold money, with what they hold. */
export function balancesWithin(rows: Rows, prefix: string): Generator<Posting> {
  return rows.balancesWithin(prefix);
}

/** What all accounts that begin so hold together, without looking at each. @param folder ends with `/` */
export function balanceWithin(rows: Rows, folder: string): number {
  return rows.sumWithin(folder);
}

function unlawful(account: string, reason: string): PylonError {
  return new PylonError('internal', { value: account, reason });
}

/** Moves money. Nothing is changed when it is against a rule. @throws PylonError `internal`, naming the account */
export function post(rows: Rows, postings: readonly Posting[]): void {
  let sum = 0;
  for (const [account, msat] of postings) {
    if (!Number.isSafeInteger(msat)) throw unlawful(account, `${msat} is no whole number of msat`);
    sum += msat;
  }
  if (sum !== 0) throw unlawful(postings[0]?.[0] ?? '', `the entries of one operation sum to ${sum} msat`);
  const after = new Map<string, number>();
  for (const [account, msat] of postings) {
    const balance = (after.get(account) ?? balanceOf(rows, account)) + msat;
    after.set(account, balance);
  }
  for (const [account, balance] of after) {
    if (!Number.isSafeInteger(balance)) throw unlawful(account, 'the balance is beyond 2^53-1 msat');
    if (balance < 0 && !SOURCES.test(account)) throw unlawful(account, `the balance would be ${balance} msat`);
    if (balance > 0 && SOURCES.test(account)) throw unlawful(account, `a source would hold ${balance} msat`);
  }
  for (const [account, balance] of after) rows.setBalance(account, balance);
}
