// Paying inside the hub: an invoice by its payer, a hold invoice into the holder's hands, a keysend without invoice. The same
// payer paying the same invoice again changes nothing and hears the same.
import { PylonError } from '../../../protocol/errors.ts';
import { sha256Hex } from '../../../protocol/event.ts';
import { HOLDER, post } from './accounts.ts';
import { authorised, spend } from './connections.ts';
import type { Draft } from './draft.ts';
import type { InvoiceRow, PaymentPart, WaitingRequest } from './invoice-row.ts';
import { amountToPay, hashOfText, noLongerUnpaid } from './invoices.ts';
import { dutyKey, heldKey, historyKey, invoiceKey, nodeKey } from './keys.ts';
import { WAITING_MAX } from './limits.ts';
import type { Moment } from './moment.ts';

function failed(reason: string): PylonError {
  return new PylonError('wallet-payment-failed', { reason });
}

/**
 * Pays an invoice made here, or joins those who wait for it. Its row tells what came of it.
 * @returns the payment hash, and whether money moved now
 * @throws PylonError `wallet-payment-failed`: somebody else's invoice, expired, cancelled, paid by another, or one's own;
 *   `wallet-insufficient-balance`, `wallet-quota-exceeded`, `wallet-unauthorized`, `request-invalid`, `invoice-invalid`
 */
export function payInvoice(
  draft: Draft,
  wanted: { invoice: string; amountMsat?: number },
  request: WaitingRequest,
  moment: Moment,
): { paymentHash: string; isNew: boolean } {
  const payer = authorised(draft, request.client).account;
  const paymentHash = hashOfText(draft, wanted.invoice);
  const row = draft.get(invoiceKey(paymentHash))!;
  if (row.payment !== undefined) {
    checkSame(row, row.payment, payer, wanted.amountMsat);
    if (row.state === 'accepted') joinWaiting(draft, paymentHash, row, row.payment, request);
    return { paymentHash, isNew: false };
  }
  if (row.state === 'cancelled') throw failed('the invoice was cancelled');
  // Money that stays where it is proves nothing, and would count as spent.
  if (row.payee === payer) throw failed('an account does not pay itself');
  if (moment.nowSeconds >= row.expiresAt) throw failed('the invoice has expired');
  const amountMsat = amountToPay(row, wanted.amountMsat);
  spend(draft, request.client, amountMsat);
  noLongerUnpaid(draft, row.payee);
  const payment = { payer, client: request.client, amountMsat, createdAt: moment.nowSeconds, order: moment.order() };
  if (row.kind === 'hold') hold(draft, paymentHash, row, { ...payment, waiting: [request] }, moment);
  else settle(draft, paymentHash, { ...row, payment: { ...payment, waiting: [] } }, payer, moment);
  draft.set(historyKey('all', { account: payer, order: payment.order, direction: 'outgoing', paymentHash }), '');
  return { paymentHash, isNew: true };
}

function checkSame(row: InvoiceRow, payment: PaymentPart, payer: string, namedMsat: number | undefined): void {
  if (payment.payer !== payer) throw failed('somebody else paid this invoice');
  if (row.state === 'cancelled') throw failed('the payment was cancelled, and its money is back');
  if (namedMsat !== undefined && namedMsat !== payment.amountMsat)
    throw new PylonError('request-invalid', { reason: `the invoice was paid, with ${payment.amountMsat} msat` });
}

/** One more request to be answered when the hold invoice is. */
function joinWaiting(
  draft: Draft,
  paymentHash: string,
  row: InvoiceRow,
  payment: PaymentPart,
  request: WaitingRequest,
): void {
  if (payment.waiting.length >= WAITING_MAX)
    throw new PylonError('wallet-rate-limited', { reason: 'too many requests wait for this payment' });
  const waiting = [...payment.waiting, request];
  draft.set(invoiceKey(paymentHash), { ...row, payment: { ...payment, waiting } });
}

function hold(
  draft: Draft,
  paymentHash: string,
  row: InvoiceRow,
  payment: PaymentPart,
  { nowSeconds, limits }: Moment,
): void {
  const { payer, amountMsat, order } = payment;
  const deadline = nowSeconds + limits.holdSeconds;
  post(draft, { order, kind: 'hold', about: paymentHash, from: payer, to: HOLDER, amountMsat });
  draft.set(invoiceKey(paymentHash), { ...row, state: 'accepted', payment: { ...payment, deadline } });
  draft.set(heldKey(paymentHash), amountMsat);
  draft.set(dutyKey(deadline, 'hold', paymentHash), '');
  noteMoved(draft, paymentHash, row, payment);
}

/** Gives the money to the payee, from the payer or from the holder, and closes the invoice. */
export function settle(draft: Draft, paymentHash: string, row: InvoiceRow, from: string, moment: Moment): void {
  const payment = row.payment!;
  post(draft, {
    order: from === HOLDER ? moment.order() : payment.order,
    kind: from === HOLDER ? 'settle' : 'pay',
    about: paymentHash,
    from,
    to: row.payee,
    amountMsat: payment.amountMsat,
  });
  const settled = { state: 'settled', settledAt: moment.nowSeconds, payment: { ...payment, waiting: [] } } as const;
  draft.set(invoiceKey(paymentHash), { ...row, ...settled });
  if (from !== HOLDER) noteMoved(draft, paymentHash, row, payment);
}

/** Both sides' lists of transactions in which money moved. */
function noteMoved(draft: Draft, paymentHash: string, row: InvoiceRow, { payer, order }: PaymentPart): void {
  draft.set(historyKey('moved', { account: row.payee, order: row.order, direction: 'incoming', paymentHash }), '');
  draft.set(historyKey('moved', { account: payer, order, direction: 'outgoing', paymentHash }), '');
}

/**
 * Pays an account by its node's key, without invoice.
 * @param wanted.preimage hex; the same one again is the same payment
 * @throws PylonError `wallet-payment-failed` for a key that is nobody's here, one's own, or a preimage that served another
 *   payment; `wallet-insufficient-balance`, `wallet-quota-exceeded`, `wallet-unauthorized`, `request-invalid`
 */
export function payKeysend(
  draft: Draft,
  wanted: { amountMsat: number; pubkey: string; preimage: string },
  client: string,
  moment: Moment,
): { paymentHash: string; isNew: boolean } {
  const { amountMsat, pubkey, preimage } = wanted;
  const payer = authorised(draft, client).account;
  const payee = draft.get(nodeKey(pubkey.slice(-64)));
  if (payee === undefined) throw failed('there is no route: no account here has this key');
  if (payee === payer) throw failed('an account does not pay itself');
  if (amountMsat < 1) throw new PylonError('request-invalid', { reason: 'a payment is of at least 1 msat' });
  const paymentHash = sha256Hex(Buffer.from(preimage, 'hex'));
  const known = draft.get(invoiceKey(paymentHash));
  if (known !== undefined) {
    const isSame = known.kind === 'keysend' && known.payee === payee && known.payment?.payer === payer;
    if (isSame && known.amountMsat === amountMsat) return { paymentHash, isNew: false };
    throw failed('this preimage served another payment');
  }
  spend(draft, client, amountMsat);
  const { nowSeconds } = moment;
  const order = moment.order();
  const payment: PaymentPart = { payer, client, amountMsat, createdAt: nowSeconds, order, waiting: [] };
  const row: InvoiceRow = {
    kind: 'keysend',
    state: 'pending',
    payee,
    text: '',
    amountMsat,
    description: '',
    preimage,
    createdAt: nowSeconds,
    expiresAt: nowSeconds,
    order,
    payment,
  };
  settle(draft, paymentHash, row, payer, moment);
  draft.set(historyKey('all', { account: payee, order, direction: 'incoming', paymentHash }), '');
  draft.set(historyKey('all', { account: payer, order, direction: 'outgoing', paymentHash }), '');
  return { paymentHash, isNew: true };
}
