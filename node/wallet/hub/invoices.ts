// Invoices of the hub: made and signed before the operation that keeps them, found again by their text, and taken out
// when nobody paid them.
import type { Random } from '../../../conductor/ports.ts';
import { PylonError } from '../../../protocol/errors.ts';
import { sha256Hex } from '../../../protocol/event.ts';
import { type Msat, msat } from '../../../protocol/money.ts';
import type { InvoiceWanted } from '../port.ts';
import type { Draft, Reader } from './draft.ts';
import type { InvoiceRow } from './invoice-row.ts';
import { dutyKey, historyKey, invoiceKey, invoiceTextKey, unpaidKey } from './keys.ts';
import { EXPIRY_SECONDS_DEFAULT, type HubLimits } from './limits.ts';
import type { Moment } from './moment.ts';

/** A hold invoice is on the payee's hash; of any other the hub makes the preimage. */
export type HubInvoiceWanted = InvoiceWanted & { readonly paymentHash?: string };

export interface MadeInvoice {
  readonly paymentHash: string;
  readonly text: string;
  readonly kind: 'plain' | 'hold';
  readonly preimage?: string;
  /** 0 when the payer is to name it. */
  readonly amountMsat: Msat;
  readonly description: string;
  readonly descriptionHash?: string;
  /** Unix seconds. */
  readonly createdAt: number;
  readonly expiresAt: number;
}

export interface InvoiceMaker {
  readonly random: Random;
  /** Of the hub's node: signs every invoice. */
  readonly nodeSecret: Uint8Array;
  readonly limits: HubLimits;
}

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

/** @throws PylonError `request-invalid` | `invoice-invalid` */
export async function makeInvoice(
  wanted: HubInvoiceWanted,
  nowSeconds: number,
  { random, nodeSecret, limits }: InvoiceMaker,
): Promise<MadeInvoice> {
  const { amountMsat, description = '', descriptionHash, expirySeconds = EXPIRY_SECONDS_DEFAULT } = wanted;
  if (expirySeconds > limits.expirySecondsMax)
    throw new PylonError('request-invalid', { reason: `an invoice lives at most ${limits.expirySecondsMax} s here` });
  const preimage = wanted.paymentHash === undefined ? random.bytes(32) : undefined;
  const paymentHash = preimage === undefined ? wanted.paymentHash! : sha256Hex(preimage);
  const { encodeInvoice } = await import('../../../protocol/invoice.ts');
  const hashed = descriptionHash === undefined ? {} : { descriptionHash };
  const parts = {
    ...hashed,
    network: 'regtest',
    paymentHash,
    paymentSecret: hex(random.bytes(32)),
    description,
    createdAt: nowSeconds,
    expirySeconds,
  } as const;
  return {
    paymentHash,
    text: encodeInvoice(amountMsat === 0 ? parts : { ...parts, amountMsat }, nodeSecret),
    kind: preimage === undefined ? 'hold' : 'plain',
    ...(preimage === undefined ? {} : { preimage: hex(preimage) }),
    amountMsat,
    description,
    ...hashed,
    createdAt: nowSeconds,
    expiresAt: nowSeconds + expirySeconds,
  };
}

/** Keeps an invoice that pays `account`. @throws PylonError `request-invalid` | `wallet-rate-limited` */
export function keepInvoice(draft: Draft, account: string, invoice: MadeInvoice, moment: Moment): InvoiceRow {
  const { paymentHash, ...made } = invoice;
  const { limits } = moment;
  if (draft.get(invoiceKey(paymentHash)) !== undefined)
    throw new PylonError('request-invalid', { reason: 'this payment hash has an invoice already' });
  const unpaid = draft.get(unpaidKey(account)) ?? 0;
  if (unpaid >= limits.unpaidInvoicesMax)
    throw new PylonError('wallet-rate-limited', { reason: `${unpaid} invoices wait to be paid already` });
  const row: InvoiceRow = { ...made, state: 'pending', payee: account, order: moment.order() };
  draft.set(unpaidKey(account), unpaid + 1);
  draft.set(invoiceKey(paymentHash), row);
  draft.set(invoiceTextKey(sha256Hex(invoice.text)), paymentHash);
  draft.set(historyKey('all', { account, order: row.order, direction: 'incoming', paymentHash }), '');
  draft.set(dutyKey(invoice.expiresAt + limits.unpaidKeptSeconds, 'unpaid', paymentHash), '');
  return row;
}

/** It is paid now, or gone. */
export function noLongerUnpaid(draft: Draft, account: string): void {
  draft.set(unpaidKey(account), (draft.get(unpaidKey(account)) ?? 1) - 1);
}

/** Takes out an invoice that nobody ever paid; one that somebody did stays for good. */
export function dropUnpaid(draft: Draft, paymentHash: string): void {
  const row = draft.get(invoiceKey(paymentHash));
  if (row === undefined || row.payment !== undefined) return;
  noLongerUnpaid(draft, row.payee);
  draft.delete(invoiceKey(paymentHash));
  draft.delete(invoiceTextKey(sha256Hex(row.text)));
  draft.delete(historyKey('all', { account: row.payee, order: row.order, direction: 'incoming', paymentHash }));
}

/** A text that may well be an invoice: a prefix of BOLT11, and enough letters of bech32 for a signature and a hash. */
const BOLT11 = /^ln(bcrt|bc|tbs|tb)(\d+[munp]?)?1[02-9ac-hj-np-z]{160,}$/;

/**
 * The payment hash of an invoice made here, by its text alone: nothing is decoded, because what the hub made it knows.
 * @throws PylonError `wallet-payment-failed` for somebody else's invoice, `invoice-invalid` for what is none
 */
export function hashOfText(reader: Reader, invoice: string): string {
  const text = invoice
    .trim()
    .replace(/^lightning:/i, '')
    .toLowerCase();
  const paymentHash = reader.get(invoiceTextKey(sha256Hex(text)));
  if (paymentHash !== undefined) return paymentHash;
  if (!BOLT11.test(text)) throw new PylonError('invoice-invalid');
  throw new PylonError('wallet-payment-failed', {
    reason: 'there is no route: this hub moves play money between those it knows, and made no such invoice',
  });
}

/** The amount to pay. @throws PylonError `request-invalid` when none is named, or another than the invoice's */
export function amountToPay(row: InvoiceRow, namedMsat: number | undefined): Msat {
  if (row.amountMsat === 0 && (namedMsat === undefined || namedMsat === 0))
    throw new PylonError('request-invalid', { reason: 'the invoice names no amount, so the payment has to' });
  if (row.amountMsat !== 0 && namedMsat !== undefined && namedMsat !== row.amountMsat)
    throw new PylonError('request-invalid', {
      reason: `the invoice is for ${row.amountMsat} msat, the payment names ${namedMsat} msat`,
    });
  return msat(row.amountMsat === 0 ? namedMsat! : row.amountMsat);
}
