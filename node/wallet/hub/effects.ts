// What the hub tells after an operation is on disk: answers to requests, and notifications to the connections of an
// account.
import type { PylonError } from '../../../protocol/errors.ts';
import {
  encodeWalletFailure,
  encodeWalletResult,
  type WALLET_NOTIFICATIONS,
  type WalletNotification,
} from '../../../protocol/wallet/body.ts';
import { toWalletFailure } from '../../../protocol/wallet/error-codes.ts';
import type { Draft, Reader } from './draft.ts';
import type { ClosedHold } from './holds.ts';
import { type InvoiceRow, transactionOf, type WaitingRequest } from './invoice-row.ts';
import { invoiceKey } from './keys.ts';

export type Effect =
  | { readonly kind: 'answer'; readonly to: WaitingRequest; readonly body: string }
  | { readonly kind: 'notify'; readonly account: string; readonly notification: WalletNotification };

export function answer(to: WaitingRequest, body: string): Effect {
  return { kind: 'answer', to, body };
}

export function failureBody(method: string, error: PylonError): string {
  return encodeWalletFailure(method, toWalletFailure(error));
}

/** The answer to whoever pays, as soon as there is one: undefined while a hold invoice waits. */
export function paymentBody(method: string, row: InvoiceRow | undefined): string | undefined {
  if (row?.state === 'settled') {
    const { preimage = '', feesPaidMsat } = transactionOf('', row, 'outgoing', 0);
    return encodeWalletResult(method === 'pay_keysend' ? method : 'pay_invoice', { preimage, feesPaidMsat });
  }
  if (row?.state === 'accepted') return undefined;
  return encodeWalletFailure(method, {
    code: 'PAYMENT_FAILED',
    message: 'the payment was cancelled, and its money is back',
  });
}

type NotificationType = (typeof WALLET_NOTIFICATIONS)[number];

/** Tells one side of a payment. */
function notify(type: NotificationType, paymentHash: string, row: InvoiceRow, nowSeconds: number): Effect {
  const direction = type === 'payment_sent' ? 'outgoing' : 'incoming';
  const account = direction === 'outgoing' ? row.payment!.payer : row.payee;
  const transaction = transactionOf(paymentHash, row, direction, nowSeconds);
  return { kind: 'notify', account, notification: { type, transaction } };
}

/** After money moved: the payee and the payer hear of it, of a hold invoice the payee first. */
export function tellPaid(reader: Reader, paymentHash: string, nowSeconds: number): Effect[] {
  const row = reader.get(invoiceKey(paymentHash))!;
  if (row.state === 'accepted') return [notify('hold_invoice_accepted', paymentHash, row, nowSeconds)];
  return (['payment_received', 'payment_sent'] as const).map((type) => notify(type, paymentHash, row, nowSeconds));
}

/** After a hold invoice was closed: its payers are answered; both sides hear of a payment, nobody of a refund. */
export function tellClosed(draft: Draft, closed: ClosedHold | undefined, nowSeconds: number): Effect[] {
  if (closed === undefined) return [];
  const { paymentHash, waiting } = closed;
  const row = draft.get(invoiceKey(paymentHash))!;
  const body = paymentBody('pay_invoice', row)!;
  const told = row.state === 'settled' ? tellPaid(draft, paymentHash, nowSeconds) : [];
  return [...waiting.map((to) => answer(to, body)), ...told];
}
