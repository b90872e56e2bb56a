// Payouts decided before their query was answered: the price waits in a hold invoice on a hash of ours and is taken with the
// preimage that we reveal once the answer was accepted; or it is prepaid. One operation turns a hold into such a payout.
import { feeInflightAccount, inflightAccount, type Posting, post, ROUTING, runAccounts, WORK } from './accounts.ts';
import type { Facts, PaidAhead, Payout } from './entry.ts';
import { assertFreshHash, findPayout, openPayouts, payoutHashRow, payoutInState, payoutRow } from './payout.ts';
import { assertRunBalances, broken, findRun, resolveHold } from './reserve.ts';
import type { Rows } from './rows.ts';

/** What waits in escrow and nobody but us can let go: whatever a wallet says of it, it cannot have been taken. */
export function isSealedInEscrow({ ahead }: Payout): boolean {
  return ahead?.escrow?.is_revealed === false;
}

/** Payouts ahead of which it is not known yet whether they were taken or came back. */
export function* openPayoutsAhead(rows: Rows): Generator<Payout & { readonly ahead: PaidAhead }> {
  for (const payout of openPayouts(rows)) if (payout.ahead !== undefined) yield { ...payout, ahead: payout.ahead };
}

/** The run that a payout ahead pays for: it has one line. */
export function runPaidAhead({ lines }: Payout): string {
  return lines[0]?.[0] ?? '';
}

/**
 * The decision, whole, and the hold that pays for it: what the query held is settled for its run, and on its way. The price is
 * the one that was held, so an invoice for more is paid by nobody (I4); the hold is gone, so there is no second payout (I5).
 * @throws PylonError `invoice-refused` when the hash was used before, `internal` when nothing is held
 */
function payAhead(rows: Rows, facts: Facts<'prepay-payout'>, escrow: PaidAhead['escrow'], atMs: number): Posting[] {
  const { payout_id, run_id, query_id, provider, invoice, payment_hash, request, void_at, wallet } = facts;
  if (findPayout(rows, payout_id) !== undefined) throw broken(payout_id, 'there is such a payout already');
  assertFreshHash(rows, payment_hash);
  const { price_msat: amount_msat, fee_msat: fee_reserve_msat } = resolveHold(rows, run_id, query_id);
  const postings: Posting[] = [
    [runAccounts.held(run_id), -amount_msat - fee_reserve_msat],
    [runAccounts.settled(run_id), amount_msat + fee_reserve_msat],
    [WORK, -amount_msat],
    [inflightAccount(payout_id), amount_msat],
    [ROUTING, -fee_reserve_msat],
    [feeInflightAccount(payout_id), fee_reserve_msat],
  ];
  post(rows, postings);
  assertRunBalances(rows, run_id);
  rows.set(payoutRow(payout_id), {
    id: payout_id,
    provider,
    state: 'sent',
    amount_msat,
    fee_reserve_msat,
    lines: [[run_id, amount_msat]],
    ahead: escrow === undefined ? { query_id } : { query_id, escrow },
    invoice,
    payment_hash,
    request,
    void_at,
    wallet,
    created_ms: atMs,
    updated_ms: atMs,
  } satisfies Payout);
  rows.archive(payoutHashRow(payment_hash), payout_id);
  return postings;
}

/** Written down before the wallet is asked to pay the hold invoice (I12). */
export function escrowPayout(rows: Rows, facts: Facts<'escrow-payout'>, atMs: number): Posting[] {
  return payAhead(rows, facts, { request_id: facts.request_id, is_revealed: false }, atMs);
}

/** Written down before the wallet is asked to pay (I12). Once it has paid, only the provider's word stands for the work. */
export function prepayPayout(rows: Rows, facts: Facts<'prepay-payout'>, atMs: number): Posting[] {
  return payAhead(rows, facts, undefined, atMs);
}

/** The answer was accepted: the preimage may be told from now on, and the provider can take the money. Only a run that goes on accepts. */
export function revealPayout(rows: Rows, { payout_id }: Facts<'reveal-payout'>, atMs: number): Posting[] {
  const payout = payoutInState(rows, payout_id, ['sent', 'unknown']);
  const { ahead } = payout;
  if (ahead?.escrow === undefined || ahead.escrow.is_revealed)
    throw broken(payout_id, 'nothing waits in escrow that was not revealed yet');
  if (findRun(rows, runPaidAhead(payout)) === undefined) throw broken(payout_id, 'its run accepts nothing any more');
  const revealed = { ...ahead, escrow: { ...ahead.escrow, is_revealed: true } };
  rows.set(payoutRow(payout_id), { ...payout, ahead: revealed, updated_ms: atMs } satisfies Payout);
  return [];
}

/** It is certain that nothing was paid, or ever will be: nothing is owed, and a run that goes on may spend it again. */
export function returnPayout(rows: Rows, { payout_id, reason }: Facts<'return-payout'>, atMs: number): Posting[] {
  const { request: _request, ...payout } = payoutInState(rows, payout_id, ['sent', 'unknown']);
  if (payout.ahead === undefined) throw broken(payout_id, 'it pays for accepted work, which stays owed');
  const { amount_msat, fee_reserve_msat } = payout;
  const runId = runPaidAhead(payout);
  const isOpen = findRun(rows, runId) !== undefined;
  const whole = amount_msat + fee_reserve_msat;
  const forRun: Posting[] = [
    [runAccounts.settled(runId), -whole],
    [runAccounts.available(runId), whole],
  ];
  const postings: Posting[] = [
    [inflightAccount(payout_id), -amount_msat],
    [WORK, amount_msat],
    [feeInflightAccount(payout_id), -fee_reserve_msat],
    [ROUTING, fee_reserve_msat],
    ...(isOpen ? forRun : []),
  ];
  post(rows, postings);
  if (isOpen) assertRunBalances(rows, runId);
  rows.archive(payoutRow(payout_id), { ...payout, state: 'failed', reason, updated_ms: atMs } satisfies Payout);
  return postings;
}
