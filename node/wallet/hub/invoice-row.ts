// What the hub knows of one payment hash: the invoice, who is paid by it, and, once somebody paid, the payment. A hash is paid
// at most once, so one row serves both sides.
import { msat, ZERO_MSAT } from '../../../protocol/money.ts';
import type { WalletEncryption } from '../../../protocol/wallet/envelope.ts';
import type { Transaction, TransactionState } from '../../../protocol/wallet/transaction.ts';
import type { Direction } from './keys.ts';

/** A payer's request that is answered when a hold invoice is settled or cancelled. */
export interface WaitingRequest {
  readonly requestId: string;
  /** Hex. */
  readonly client: string;
  readonly encryption: WalletEncryption;
}

export interface PaymentPart {
  /** Account. */
  readonly payer: string;
  /** Key of the connection that asked for it. */
  readonly client: string;
  readonly amountMsat: number;
  /** Unix seconds. */
  readonly createdAt: number;
  readonly order: number;
  /** Of a hold invoice: from this time on (unix seconds) the money goes back. */
  readonly deadline?: number;
  readonly waiting: readonly WaitingRequest[];
}

export interface InvoiceRow {
  readonly kind: 'plain' | 'hold' | 'keysend';
  readonly state: 'pending' | 'accepted' | 'settled' | 'cancelled';
  /** Account. */
  readonly payee: string;
  /** BOLT11; empty for keysend. */
  readonly text: string;
  /** 0 when the payer is to name it. */
  readonly amountMsat: number;
  readonly description: string;
  readonly descriptionHash?: string;
  /** Hex. A secret until it is settled: it leaves the store by `transactionOf` alone. Of a hold invoice only known then. */
  readonly preimage?: string;
  /** Unix seconds. */
  readonly createdAt: number;
  readonly expiresAt: number;
  readonly order: number;
  readonly settledAt?: number;
  readonly payment?: PaymentPart;
}

function stateOf(row: InvoiceRow, direction: Direction, nowSeconds: number): TransactionState {
  if (row.state === 'cancelled') return 'failed';
  if (row.state === 'accepted') return direction === 'incoming' ? 'accepted' : 'pending';
  return row.state === 'pending' && nowSeconds >= row.expiresAt ? 'expired' : row.state;
}

/** The row as one of its two sides sees it. The preimage shows only once it is settled. */
export function transactionOf(
  paymentHash: string,
  row: InvoiceRow,
  direction: Direction,
  nowSeconds: number,
): Transaction {
  const isSettled = row.state === 'settled';
  return {
    type: direction,
    state: stateOf(row, direction, nowSeconds),
    paymentHash,
    amountMsat: msat(row.payment?.amountMsat ?? row.amountMsat),
    feesPaidMsat: ZERO_MSAT,
    createdAt: direction === 'outgoing' && row.payment !== undefined ? row.payment.createdAt : row.createdAt,
    expiresAt: row.expiresAt,
    ...(row.text === '' ? {} : { invoice: row.text }),
    ...(row.description === '' ? {} : { description: row.description }),
    ...(row.descriptionHash === undefined ? {} : { descriptionHash: row.descriptionHash }),
    ...(isSettled && row.preimage !== undefined ? { preimage: row.preimage } : {}),
    ...(row.settledAt === undefined ? {} : { settledAt: row.settledAt }),
  };
}
