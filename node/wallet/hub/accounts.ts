// The hub's books: double entry in millisatoshi. Every operation's changes sum to zero; play money comes from the issuer,
// whose balance alone is negative; what waits for a preimage is with the holder.
import { PylonError } from '../../../protocol/errors.ts';
import type { Draft, Reader } from './draft.ts';
import { balanceKey, issueKey, journalKey } from './keys.ts';

/** No client can have these: their ids begin with a letter or digit. */
export const ISSUER = '@issuer';
export const HOLDER = '@held';

/** A public key, or a name somebody chose. */
const ACCOUNT_ID = /^[A-Za-z0-9][\w.:-]{0,127}$/;
const IDEMPOTENCY_KEY = /^[\w.:-]{1,128}$/;

export type BookKind = 'issue' | 'fund' | 'pay' | 'hold' | 'settle' | 'refund';

export interface Booking {
  readonly order: number;
  readonly kind: BookKind;
  /** Payment hash, or idempotency key. */
  readonly about: string;
  readonly from: string;
  readonly to: string;
  /** At least 1. */
  readonly amountMsat: number;
}

/** @throws PylonError `option-invalid` */
export function checkAccountId(account: string): string {
  if (!ACCOUNT_ID.test(account))
    throw new PylonError('option-invalid', {
      value: account,
      reason: 'an account is named by 1 to 128 letters, digits and . : _ -, a letter or digit first',
      next: 'choose another name',
    });
  return account;
}

/** Makes the account unless it is there. */
export function openAccount(draft: Draft, account: string): void {
  if (draft.get(balanceKey(account)) === undefined) draft.set(balanceKey(account), 0);
}

/** Msat; 0 for an account that is not there. */
export function balanceOf(reader: Reader, account: string): number {
  return reader.get(balanceKey(account)) ?? 0;
}

/**
 * Moves money and writes it down.
 * @throws PylonError `wallet-insufficient-balance` when it is not there; `ledger-corrupt` when the books would not hold
 */
export function post(draft: Draft, { order, kind, about, from, to, amountMsat }: Booking): void {
  if (!Number.isSafeInteger(amountMsat) || amountMsat < 1)
    throw new PylonError('ledger-corrupt', { value: String(amountMsat), reason: 'only whole msat are moved' });
  if (from !== ISSUER && balanceOf(draft, from) < amountMsat)
    throw new PylonError('wallet-insufficient-balance', {
      reason: `${amountMsat} msat are more than the balance of ${balanceOf(draft, from)} msat`,
    });
  const entries = [
    [from, -amountMsat],
    [to, amountMsat],
  ] as const;
  const before = entries.map(([account]) => balanceOf(draft, account));
  for (const [account, changeMsat] of entries) change(draft, account, changeMsat);
  assertBooked(draft, entries, before);
  draft.set(journalKey(order), [kind, about, ...entries.flat()]);
}

function change(draft: Draft, account: string, changeMsat: number): void {
  const balance = balanceOf(draft, account) + changeMsat;
  if (!Number.isSafeInteger(balance) || (balance < 0 && account !== ISSUER))
    throw new PylonError('ledger-corrupt', { value: account, reason: 'a balance would leave its bounds' });
  draft.set(balanceKey(account), balance);
}

/** I1: what came of the operation sums to zero. */
function assertBooked(
  draft: Draft,
  entries: readonly (readonly [account: string, changeMsat: number])[],
  before: readonly number[],
): void {
  const sum = entries.reduce((total, [account], at) => total + balanceOf(draft, account) - before[at]!, 0);
  if (sum !== 0)
    throw new PylonError('ledger-corrupt', {
      value: entries.map(([account]) => account).join(', '),
      reason: 'an operation does not sum to zero',
    });
}

/**
 * Issues play money, once per key.
 * @returns false when it was done before
 * @throws PylonError `ledger-conflict` when the key stands for another account or amount
 */
export function issue(
  draft: Draft,
  wanted: { account: string; amountMsat: number; idempotencyKey: string; order: number },
): boolean {
  const { account, amountMsat, idempotencyKey, order } = wanted;
  if (!IDEMPOTENCY_KEY.test(idempotencyKey))
    throw new PylonError('option-invalid', {
      value: idempotencyKey,
      reason: 'an idempotency key is 1 to 128 letters, digits and . : _ -',
      next: 'choose another key',
    });
  const done = draft.get(issueKey(idempotencyKey));
  if (done !== undefined) {
    if (done.account === account && done.amountMsat === amountMsat) return false;
    throw new PylonError('ledger-conflict', { value: idempotencyKey });
  }
  openAccount(draft, account);
  post(draft, { order, kind: 'issue', about: idempotencyKey, from: ISSUER, to: account, amountMsat });
  draft.set(issueKey(idempotencyKey), { account, amountMsat });
  return true;
}
