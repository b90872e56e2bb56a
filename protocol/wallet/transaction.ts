// A transaction as a wallet tells it (NIP-47), read from the wire and written to it.
import { z } from 'zod';
import { type Msat, ZERO_MSAT } from '../money.ts';
import { amount, hash, invoice, optional, present, seconds, words } from './fields.ts';

export const TRANSACTION_STATES = ['pending', 'settled', 'accepted', 'expired', 'failed'] as const;

/** `accepted`: a hold invoice is paid, and its money waits for the preimage. */
export type TransactionState = (typeof TRANSACTION_STATES)[number];

export interface Transaction {
  readonly type: 'incoming' | 'outgoing';
  readonly state: TransactionState;
  /** BOLT11 text; absent for keysend. */
  readonly invoice?: string;
  readonly description?: string;
  /** sha256 of a description that is kept elsewhere, hex. */
  readonly descriptionHash?: string;
  /** Hex; only once settled. */
  readonly preimage?: string;
  /** sha256 of the preimage, hex. */
  readonly paymentHash: string;
  readonly amountMsat: Msat;
  readonly feesPaidMsat: Msat;
  /** Unix seconds, as all times here. */
  readonly createdAt: number;
  readonly expiresAt?: number;
  readonly settledAt?: number;
}

const wireSchema = z.object({
  type: z.enum(['incoming', 'outgoing']),
  state: optional(z.enum(TRANSACTION_STATES)),
  invoice: optional(invoice),
  description: optional(words),
  // Some wallets write other things here; it decides nothing.
  description_hash: optional(hash).catch(undefined),
  preimage: optional(hash),
  payment_hash: hash,
  amount,
  fees_paid: optional(amount),
  created_at: seconds,
  expires_at: optional(seconds),
  settled_at: optional(seconds),
});

type Wire = z.infer<typeof wireSchema>;

/**
 * Older wallets tell no state. Then only what they prove counts as settled, and nothing ever as failed: a payment
 * that is taken for failed would be made again.
 */
function stateOf(wire: Wire): TransactionState {
  if (wire.state !== undefined) return wire.state;
  const isProven = wire.type === 'outgoing' && wire.preimage !== undefined;
  return isProven || (wire.settled_at ?? 0) > 0 ? 'settled' : 'pending';
}

/** The preimage of what is not settled is not passed on: it would be a key to money that somebody still waits for. */
function fromWire(wire: Wire): Transaction {
  const state = stateOf(wire);
  const isSettled = state === 'settled';
  return present<Transaction>({
    type: wire.type,
    state,
    invoice: wire.invoice,
    description: wire.description,
    descriptionHash: wire.description_hash,
    preimage: isSettled ? wire.preimage : undefined,
    paymentHash: wire.payment_hash,
    amountMsat: wire.amount,
    feesPaidMsat: wire.fees_paid ?? ZERO_MSAT,
    createdAt: wire.created_at,
    expiresAt: wire.expires_at,
    settledAt: isSettled ? wire.settled_at : undefined,
  });
}

/** Reads the wire's snake_case. */
export const transactionSchema = wireSchema.transform(fromWire);

/** The wire's form; what is absent is left out. */
export function transactionToWire(transaction: Transaction): Record<string, unknown> {
  return {
    type: transaction.type,
    state: transaction.state,
    invoice: transaction.invoice,
    description: transaction.description,
    description_hash: transaction.descriptionHash,
    preimage: transaction.state === 'settled' ? transaction.preimage : undefined,
    payment_hash: transaction.paymentHash,
    amount: transaction.amountMsat,
    fees_paid: transaction.feesPaidMsat,
    created_at: transaction.createdAt,
    expires_at: transaction.expiresAt,
    settled_at: transaction.settledAt,
  };
}
