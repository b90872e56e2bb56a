// Hold invoices after they were paid: settled by whoever has the preimage, cancelled by the payee, or given back when
// their time is up.
import { PylonError } from '../../../protocol/errors.ts';
import { sha256Hex } from '../../../protocol/event.ts';
import { HOLDER, post } from './accounts.ts';
import { unspend } from './connections.ts';
import type { Draft } from './draft.ts';
import type { InvoiceRow, WaitingRequest } from './invoice-row.ts';
import { heldKey, historyKey, invoiceKey } from './keys.ts';
import type { Moment } from './moment.ts';
import { settle } from './payments.ts';

/** A hold invoice that was closed. */
export interface ClosedHold {
  readonly paymentHash: string;
  /** Who is to be answered now. */
  readonly waiting: readonly WaitingRequest[];
}

/** A hold invoice that pays `account`. @throws PylonError `wallet-not-found` */
function ownHold(draft: Draft, account: string, paymentHash: string): InvoiceRow {
  const row = draft.get(invoiceKey(paymentHash));
  if (row === undefined || row.kind !== 'hold' || row.payee !== account)
    throw new PylonError('wallet-not-found', { reason: 'there is no such hold invoice' });
  return row;
}

/**
 * The payee takes the money that waits. Doing it again changes nothing.
 * @returns undefined when no money moved now
 * @throws PylonError `wallet-not-found`; `request-invalid` when nobody has paid, it was cancelled, or its time is up
 */
export function settleHold(draft: Draft, account: string, preimage: string, moment: Moment): ClosedHold | undefined {
  const paymentHash = sha256Hex(Buffer.from(preimage, 'hex'));
  const row = ownHold(draft, account, paymentHash);
  if (row.state === 'settled') return undefined;
  if (row.state !== 'accepted')
    throw new PylonError('request-invalid', {
      reason: row.state === 'pending' ? 'nobody has paid this hold invoice' : 'this hold invoice was cancelled',
    });
  if (moment.nowSeconds >= row.payment!.deadline!)
    throw new PylonError('request-invalid', { reason: 'the time to settle this hold invoice is up' });
  settle(draft, paymentHash, { ...row, preimage }, HOLDER, moment);
  draft.delete(heldKey(paymentHash));
  return { paymentHash, waiting: row.payment!.waiting };
}

/**
 * The payee gives the money back, or will not have it. Doing it again changes nothing.
 * @returns undefined when no money moved now
 * @throws PylonError `wallet-not-found`; `request-invalid` when it was settled
 */
export function cancelHold(draft: Draft, account: string, paymentHash: string, moment: Moment): ClosedHold | undefined {
  const row = ownHold(draft, account, paymentHash);
  if (row.state === 'settled')
    throw new PylonError('request-invalid', { reason: 'this hold invoice was settled already' });
  if (row.state === 'pending') draft.set(invoiceKey(paymentHash), { ...row, state: 'cancelled' });
  return row.state === 'accepted' ? giveBack(draft, paymentHash, row, moment) : undefined;
}

/** Gives the money back when its time is up; undefined when it was settled or cancelled in time. */
export function expireHold(draft: Draft, paymentHash: string, moment: Moment): ClosedHold | undefined {
  const row = draft.get(invoiceKey(paymentHash));
  const isDue = row?.state === 'accepted' && moment.nowSeconds >= row.payment!.deadline!;
  return isDue ? giveBack(draft, paymentHash, row, moment) : undefined;
}

function giveBack(draft: Draft, paymentHash: string, row: InvoiceRow, moment: Moment): ClosedHold {
  const { waiting } = row.payment!;
  const { payer, client, amountMsat, order } = row.payment!;
  const { payee: account } = row;
  post(draft, { order: moment.order(), kind: 'refund', about: paymentHash, from: HOLDER, to: payer, amountMsat });
  unspend(draft, client, amountMsat);
  draft.set(invoiceKey(paymentHash), { ...row, state: 'cancelled', payment: { ...row.payment!, waiting: [] } });
  draft.delete(heldKey(paymentHash));
  draft.delete(historyKey('moved', { account, order: row.order, direction: 'incoming', paymentHash }));
  draft.delete(historyKey('moved', { account: payer, order, direction: 'outgoing', paymentHash }));
  return { paymentHash, waiting };
}
