// The ten methods of NIP-47 and what each is asked with: our words, and the schemas that read and write the wire's.
import { z } from 'zod';
import type { Msat } from '../money.ts';
import { amount, hash, invoice, optional, present, seconds, words } from './fields.ts';

export const WALLET_METHODS = [
  'pay_invoice',
  'pay_keysend',
  'make_invoice',
  'lookup_invoice',
  'list_transactions',
  'get_balance',
  'get_info',
  'make_hold_invoice',
  'settle_hold_invoice',
  'cancel_hold_invoice',
] as const;

export type WalletMethod = (typeof WALLET_METHODS)[number];

export function isWalletMethod(name: string): name is WalletMethod {
  return (WALLET_METHODS as readonly string[]).includes(name);
}

interface InvoiceParams {
  readonly amountMsat: Msat;
  readonly description?: string;
  /** sha256 of a description that is too long for an invoice, hex (BOLT11 `h`). */
  readonly descriptionHash?: string;
  /** Seconds from now. */
  readonly expirySeconds?: number;
}

/** What each method is asked with. */
export interface WalletParams {
  readonly pay_invoice: { readonly invoice: string; readonly amountMsat?: Msat };
  readonly pay_keysend: { readonly amountMsat: Msat; readonly pubkey: string; readonly preimage?: string };
  readonly make_invoice: InvoiceParams;
  readonly lookup_invoice: { readonly paymentHash: string } | { readonly invoice: string };
  readonly list_transactions: {
    readonly from?: number;
    readonly until?: number;
    readonly limit?: number;
    readonly offset?: number;
    readonly unpaid?: boolean;
    readonly type?: 'incoming' | 'outgoing';
  };
  readonly get_balance: Record<never, never>;
  readonly get_info: Record<never, never>;
  readonly make_hold_invoice: InvoiceParams & { readonly paymentHash: string };
  readonly settle_hold_invoice: { readonly preimage: string };
  readonly cancel_hold_invoice: { readonly paymentHash: string };
}

/** An invoice that outlives a year is a mistake of units. */
const EXPIRY_SECONDS_MAX = 31_536_000;
/** A node's key (33 bytes) or a Nostr key (32): keysend goes to either. */
const nodeKey = z.string().regex(/^([0-9a-f]{64}|0[23][0-9a-f]{64})$/, 'is not a public key');
const count = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);

const invoiceFields = {
  amount,
  description: optional(words),
  description_hash: optional(hash),
  expiry: optional(z.number().int().min(1).max(EXPIRY_SECONDS_MAX)),
};
const invoiceSchema = z.object(invoiceFields).transform((wire) =>
  present<InvoiceParams>({
    amountMsat: wire.amount,
    description: wire.description,
    descriptionHash: wire.description_hash,
    expirySeconds: wire.expiry,
  }),
);
const none = z.object({}).transform(() => ({}));

/** Reads the params of each method; what other clients add is passed over. */
export const PARAMS: { readonly [Method in WalletMethod]: z.ZodType<WalletParams[Method]> } = {
  pay_invoice: z
    .object({ invoice, amount: optional(amount) })
    .transform((wire) => present<WalletParams['pay_invoice']>({ invoice: wire.invoice, amountMsat: wire.amount })),
  pay_keysend: z
    .object({ amount, pubkey: nodeKey, preimage: optional(hash) })
    .transform(({ amount, ...wire }) =>
      present<WalletParams['pay_keysend']>({ amountMsat: amount, pubkey: wire.pubkey, preimage: wire.preimage }),
    ),
  make_invoice: invoiceSchema,
  lookup_invoice: z.union([
    z.object({ payment_hash: hash }).transform((wire) => ({ paymentHash: wire.payment_hash })),
    z.object({ invoice }),
  ]),
  list_transactions: z
    .object({
      from: optional(seconds),
      until: optional(seconds),
      limit: optional(count),
      offset: optional(count),
      unpaid: optional(z.boolean()),
      type: optional(z.enum(['incoming', 'outgoing'])),
    })
    .transform(({ from, until, limit, offset, unpaid, type }) =>
      present<WalletParams['list_transactions']>({ from, until, limit, offset, unpaid, type }),
    ),
  get_balance: none,
  get_info: none,
  make_hold_invoice: z
    .object({ ...invoiceFields, payment_hash: hash })
    .transform(({ payment_hash, ...wire }) => ({ ...invoiceSchema.parse(wire), paymentHash: payment_hash })),
  settle_hold_invoice: z.object({ preimage: hash }),
  cancel_hold_invoice: z.object({ payment_hash: hash }).transform((wire) => ({ paymentHash: wire.payment_hash })),
};

/** Our words for a param, and the wire's where they differ. */
const WIRE_NAMES: Readonly<Record<string, string>> = {
  amountMsat: 'amount',
  descriptionHash: 'description_hash',
  expirySeconds: 'expiry',
  paymentHash: 'payment_hash',
};

/** The wire's form; what is absent is left out. */
export function paramsToWire(params: WalletParams[WalletMethod]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(params).map(([name, value]) => [WIRE_NAMES[name] ?? name, value]));
}
