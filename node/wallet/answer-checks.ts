// Is the wallet's answer about what was asked? A transaction that is another's, or a preimage that is not its own, must
// not reach the ledger: both would prove a payment that was not made.
import { PylonError } from '../../protocol/errors.ts';
import { sha256Hex } from '../../protocol/event.ts';
import type { Transaction } from './port.ts';

/** True when the preimage (hex) is that of the payment hash (hex). */
export function isPreimageOf(preimage: string, paymentHash: string): boolean {
  return sha256Hex(Buffer.from(preimage, 'hex')) === paymentHash;
}

function invalid(reason: string): PylonError {
  return new PylonError('wallet-response-invalid', { reason });
}

interface Expected {
  readonly paymentHash?: string;
  readonly invoice?: string;
  readonly amountMsat?: number;
}

/** The transaction, when it fits what was asked. @throws PylonError `wallet-response-invalid`, naming what differs */
export function checkedTransaction(transaction: Transaction, expected: Expected): Transaction {
  const { paymentHash, invoice, amountMsat } = expected;
  if (paymentHash !== undefined && transaction.paymentHash !== paymentHash.toLowerCase())
    throw invalid('the wallet answered with a transaction of another payment hash');
  if (invoice !== undefined && transaction.invoice !== undefined && !isSameInvoice(transaction.invoice, invoice))
    throw invalid('the wallet answered with a transaction of another invoice');
  if (amountMsat !== undefined && transaction.amountMsat !== amountMsat)
    throw invalid('the wallet answered with a transaction of another amount');
  if (transaction.preimage !== undefined && !isPreimageOf(transaction.preimage, transaction.paymentHash))
    throw invalid('the preimage the wallet gives is not that of the payment hash');
  return transaction;
}

/** An invoice the wallet made on request. @throws PylonError `wallet-response-invalid` */
export function checkedInvoice(transaction: Transaction, expected: Expected): Transaction {
  if (transaction.invoice === undefined) throw invalid('the wallet made no invoice');
  if (transaction.type !== 'incoming') throw invalid('the wallet made an invoice that it would pay itself');
  return checkedTransaction(transaction, expected);
}

/** For lists: one false preimage must not hide all the rest, but is not passed on either. */
export function withoutFalsePreimage(transaction: Transaction): Transaction {
  const { preimage, ...rest } = transaction;
  return preimage === undefined || isPreimageOf(preimage, transaction.paymentHash) ? transaction : rest;
}

function isSameInvoice(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
