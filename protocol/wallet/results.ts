// What each method of NIP-47 answers: our words, and the schemas that read and write the wire's. An answer is a claim:
// whether a preimage hashes to what was to be paid is for the caller to check.
import { z } from 'zod';
import { TRANSACTIONS_MAX } from '../limits.ts';
import { type Msat, ZERO_MSAT } from '../money.ts';
import { amount, hash, optional, words } from './fields.ts';
import type { WalletMethod } from './methods.ts';
import { NETWORKS, type Network } from './network.ts';
import { type Transaction, transactionSchema, transactionToWire } from './transaction.ts';

export interface WalletInfo {
  readonly alias: string;
  /** Key of the node behind the wallet, hex, or empty where it tells none. */
  readonly pubkey: string;
  readonly network: Network;
  readonly methods: readonly string[];
  readonly notifications: readonly string[];
}

export interface PaymentProof {
  /** Hex; MUST hash to the invoice's payment hash, which the caller checks. */
  readonly preimage: string;
  readonly feesPaidMsat: Msat;
}

/** What each method answers. */
export interface WalletResults {
  readonly pay_invoice: PaymentProof;
  readonly pay_keysend: PaymentProof;
  readonly make_invoice: Transaction;
  readonly lookup_invoice: Transaction;
  readonly list_transactions: readonly Transaction[];
  readonly get_balance: Msat;
  readonly get_info: WalletInfo;
  readonly make_hold_invoice: Transaction;
  readonly settle_hold_invoice: Record<never, never>;
  readonly cancel_hold_invoice: Record<never, never>;
}

/** Methods and notifications a wallet may name; there are ten and three, and room for what wallets add. */
const names = z.array(z.string().max(64)).max(64);

/** Where a wallet names its network in another way, only this much is guessed: `bitcoin` is what some call the main one. */
const network = z.preprocess((value) => (value === 'bitcoin' ? 'mainnet' : value), z.enum(NETWORKS));

const proof = z
  .object({ preimage: hash, fees_paid: optional(amount) })
  .transform((wire) => ({ preimage: wire.preimage, feesPaidMsat: wire.fees_paid ?? ZERO_MSAT }));

const done = z
  .object({})
  .nullish()
  .transform(() => ({}));

/** Reads the result of each method. */
export const RESULTS: { readonly [Method in WalletMethod]: z.ZodType<WalletResults[Method]> } = {
  pay_invoice: proof,
  pay_keysend: proof,
  make_invoice: transactionSchema,
  lookup_invoice: transactionSchema,
  list_transactions: z
    .object({ transactions: z.array(transactionSchema).max(TRANSACTIONS_MAX) })
    .transform((wire) => wire.transactions),
  get_balance: z.object({ balance: amount }).transform((wire) => wire.balance),
  get_info: z
    .object({
      alias: optional(words),
      pubkey: optional(z.string().max(66)),
      network,
      methods: names,
      notifications: optional(names),
    })
    .transform((wire) => ({
      alias: wire.alias ?? '',
      pubkey: wire.pubkey ?? '',
      network: wire.network,
      methods: wire.methods,
      notifications: wire.notifications ?? [],
    })),
  make_hold_invoice: transactionSchema,
  settle_hold_invoice: done,
  cancel_hold_invoice: done,
};

function proofToWire({ preimage, feesPaidMsat }: PaymentProof) {
  return { preimage, fees_paid: feesPaidMsat };
}

/** The wire's form of each result. */
export const RESULT_TO_WIRE: {
  readonly [Method in WalletMethod]: (result: WalletResults[Method]) => Record<string, unknown>;
} = {
  pay_invoice: proofToWire,
  pay_keysend: proofToWire,
  make_invoice: transactionToWire,
  lookup_invoice: transactionToWire,
  list_transactions: (transactions) => ({ transactions: transactions.map(transactionToWire) }),
  get_balance: (balance) => ({ balance }),
  get_info: (info) => ({ ...info }),
  make_hold_invoice: transactionToWire,
  settle_hold_invoice: () => ({}),
  cancel_hold_invoice: () => ({}),
};
