// The life of a payout: planned (what is owed leaves the payables), sent (decided and written down before the wallet is
// asked, I12), and then settled, failed or unknown. Only a preimage settles; only proof that nothing was paid fails (I5, I8).
import { createHash } from 'node:crypto';
import { PylonError } from '../../protocol/errors.ts';
import { INVOICE_JOBS_MAX } from '../../protocol/limits.ts';
import {
  balanceOf,
  balancesWithin,
  FEES,
  feeInflightAccount,
  feeReserveAccount,
  inflightAccount,
  type Posting,
  paidAccount,
  payablesOf,
  post,
  ROUTING,
} from './accounts.ts';
import type { Facts, Payout, PayoutLine, PayoutState } from './entry.ts';
import { broken } from './reserve.ts';
import type { Rows } from './rows.ts';

export const payoutRow = (id: string) => `p/${id}`;
/** Which payout a payment hash belongs to: one hash pays one obligation, ever. */
export const payoutHashRow = (paymentHash: string) => `y/${paymentHash}`;

export function findPayout(rows: Rows, id: string): Payout | undefined {
  return rows.find(payoutRow(id)) as Payout | undefined;
}

/** Payouts that have not come to an end. */
export function* openPayouts(rows: Rows): Generator<Payout> {
  for (const [, payout] of rows.within(payoutRow(''))) yield payout as Payout;
}

export function isFinal(state: PayoutState): boolean {
  return state === 'settled' || state === 'failed';
}

function sumOf(postings: readonly Posting[]): number {
  return postings.reduce((sum, [, msat]) => sum + msat, 0);
}

/** @throws PylonError `internal` when there is none, or it is in no state from which this can be done */
export function payoutInState(rows: Rows, id: string, allowed: readonly PayoutState[]): Payout {
  const payout = findPayout(rows, id);
  if (payout === undefined) throw broken(id, 'there is no such payout');
  if (!allowed.includes(payout.state)) throw broken(id, `a payout that is ${payout.state} cannot become this`);
  return payout;
}

/**
 * All that is owed to a provider and not on its way yet becomes one payout, for at most as many runs as one invoice may name: the
 * rest stays owed, with its part of the routing's reserve. @throws PylonError `internal` when it is nothing
 */
export function planPayout(rows: Rows, { payout_id, provider }: Facts<'plan-payout'>, atMs: number): Posting[] {
  if (findPayout(rows, payout_id) !== undefined) throw broken(payout_id, 'there is such a payout already');
  const prefix = payablesOf(provider);
  const all = [...balancesWithin(rows, prefix)].sort(([one], [other]) => (one < other ? -1 : 1));
  const owed = all.slice(0, INVOICE_JOBS_MAX);
  const amount_msat = sumOf(owed);
  if (amount_msat === 0) throw broken(provider, 'nothing is owed to this provider');
  const reserved = balanceOf(rows, feeReserveAccount(provider));
  const fee_reserve_msat = owed.length === all.length ? reserved : Math.floor(reserved * (amount_msat / sumOf(all)));
  const lines = owed.map(([account, msat]): PayoutLine => [account.slice(prefix.length), msat]);
  const postings: Posting[] = [
    ...owed.map(([account, msat]): Posting => [account, -msat]),
    [inflightAccount(payout_id), amount_msat],
    [feeReserveAccount(provider), -fee_reserve_msat],
    [feeInflightAccount(payout_id), fee_reserve_msat],
  ];
  post(rows, postings);
  const payout: Payout = {
    id: payout_id,
    provider,
    state: 'planned',
    amount_msat,
    fee_reserve_msat,
    lines,
    created_ms: atMs,
    updated_ms: atMs,
  };
  rows.set(payoutRow(payout_id), payout);
  return postings;
}

/** One hash pays one obligation, ever (I5). @throws PylonError `invoice-refused` */
export function assertFreshHash(rows: Rows, paymentHash: string): void {
  if (rows.find(payoutHashRow(paymentHash)) !== undefined)
    throw new PylonError('invoice-refused', { value: paymentHash, reason: 'this payment hash was used before' });
}

/** The decision, whole: which invoice, and the signed request. @throws PylonError `invoice-refused` when its hash was used before */
export function sendPayout(rows: Rows, facts: Facts<'send-payout'>, atMs: number): Posting[] {
  const { payout_id, ...decision } = facts;
  const payout = payoutInState(rows, payout_id, ['planned']);
  assertFreshHash(rows, decision.payment_hash);
  rows.set(payoutRow(payout_id), { ...payout, state: 'sent', ...decision, updated_ms: atMs } satisfies Payout);
  rows.archive(payoutHashRow(decision.payment_hash), payout_id);
  return [];
}

/** Nobody can say what became of it: it keeps its money, and is looked up. */
export function doubtPayout(rows: Rows, { payout_id, reason }: Facts<'doubt-payout'>, atMs: number): Posting[] {
  const payout = payoutInState(rows, payout_id, ['sent']);
  rows.set(payoutRow(payout_id), { ...payout, state: 'unknown', reason, updated_ms: atMs } satisfies Payout);
  return [];
}

/** @throws PylonError `payment-proof-invalid` when the preimage does not hash to the invoice's payment hash */
export function settlePayout(rows: Rows, facts: Facts<'settle-payout'>, atMs: number): Posting[] {
  const { payout_id, preimage, fees_msat } = facts;
  const { request: _request, reason: _reason, ...payout } = payoutInState(rows, payout_id, ['sent', 'unknown']);
  const hash = createHash('sha256').update(Buffer.from(preimage, 'hex')).digest('hex');
  if (hash !== payout.payment_hash || !/^[0-9a-f]{64}$/.test(preimage))
    throw new PylonError('payment-proof-invalid', { value: payout_id });
  const reserved = payout.fee_reserve_msat;
  const postings: Posting[] = [
    [inflightAccount(payout_id), -payout.amount_msat],
    [paidAccount(payout.provider), payout.amount_msat],
    // A wallet that took more than was set aside has taken it: the book says so, whatever we wanted.
    [feeInflightAccount(payout_id), -reserved],
    [ROUTING, reserved - fees_msat],
    [FEES, fees_msat],
  ];
  post(rows, postings);
  const settled: Payout = { ...payout, state: 'settled', preimage, fees_msat, updated_ms: atMs };
  rows.archive(payoutRow(payout_id), settled);
  return postings;
}

/** It is certain that nothing was paid: what is owed is owed again, and may become another payout. */
export function failPayout(rows: Rows, { payout_id, reason }: Facts<'fail-payout'>, atMs: number): Posting[] {
  const { request: _request, ...payout } = payoutInState(rows, payout_id, ['planned', 'sent', 'unknown']);
  const { provider, amount_msat, fee_reserve_msat } = payout;
  if (payout.ahead !== undefined) throw broken(payout_id, 'what was paid ahead is owed to nobody');
  const postings: Posting[] = [
    [inflightAccount(payout_id), -amount_msat],
    ...payout.lines.map(([runId, msat]): Posting => [`${payablesOf(provider)}${runId}`, msat]),
    [feeInflightAccount(payout_id), -fee_reserve_msat],
    [feeReserveAccount(provider), fee_reserve_msat],
  ];
  post(rows, postings);
  rows.archive(payoutRow(payout_id), { ...payout, state: 'failed', reason, updated_ms: atMs } satisfies Payout);
  return postings;
}
