// BOLT11 invoices: read, checked against what is owed, and made (for play money). The package below costs about 60 ms
// to load, so nothing that every command needs may import this file: `await import()` it where an invoice is at hand.
import bolt11 from 'bolt11';
import { PylonError } from './errors.ts';
import { isHex } from './event.ts';
import { INVOICE_CHARS_MAX, INVOICE_DESCRIPTION_BYTES_MAX } from './limits.ts';
import { type Msat, msat } from './money.ts';
import type { Network } from './wallet/network.ts';

export interface Invoice {
  /** As it was read, in lower case. */
  readonly text: string;
  /** sha256 of the preimage, hex. */
  readonly paymentHash: string;
  /** Undefined when the payer is to name it. */
  readonly amountMsat: Msat | undefined;
  readonly network: Network;
  /** Key of the node that is paid (33 bytes, hex), recovered from the signature. */
  readonly payee: string;
  /** Unix seconds. */
  readonly createdAt: number;
  /** Unix seconds; from then on it must not be paid. */
  readonly expiresAt: number;
  /** Empty where the invoice gives only a hash of it. */
  readonly description: string;
}

/** BOLT11 `x`: an hour where the invoice says nothing. */
const EXPIRY_SECONDS_DEFAULT = 3_600;
/** Past every clock (the year 9999), and far inside what a Date can hold. */
const UNIX_SECONDS_MAX = 253_402_300_799;

interface Coin {
  readonly network: Network;
  readonly bech32: string;
  readonly pubKeyHash: number;
  readonly scriptHash: number;
  readonly validWitnessVersions: number[];
}

const TEST_ADDRESSES = { pubKeyHash: 0x6f, scriptHash: 0xc4, validWitnessVersions: [0, 1] };
/** Prefixes of BOLT11 and the address versions of each network, for the fallback field. The package knows no signet. */
const COINS: readonly Coin[] = [
  { network: 'mainnet', bech32: 'bc', pubKeyHash: 0x00, scriptHash: 0x05, validWitnessVersions: [0, 1] },
  { network: 'testnet', bech32: 'tb', ...TEST_ADDRESSES },
  { network: 'signet', bech32: 'tbs', ...TEST_ADDRESSES },
  { network: 'regtest', bech32: 'bcrt', ...TEST_ADDRESSES },
];
/** `ln`, the network, perhaps an amount; then the last `1` of the text separates (bech32). */
const PREFIX = /^ln(bcrt|bc|tbs|tb)(\d+[munp]?)?$/;

function invalid(reason: string, cause?: unknown): PylonError {
  return new PylonError('invoice-invalid', { reason, ...(cause === undefined ? {} : { cause }) });
}

function coinOf(text: string): Coin {
  const [, bech32] = PREFIX.exec(text.slice(0, text.lastIndexOf('1'))) ?? [];
  const coin = COINS.find((coin) => coin.bech32 === bech32);
  if (coin === undefined) throw invalid('the invoice does not begin as a BOLT11 invoice of a known network');
  return coin;
}

/** The one value of a field. BOLT11 readers differ on repeated fields: such an invoice pays who knows whom. */
function single(tags: readonly { tagName: string; data: unknown }[], name: string): unknown {
  const found = tags.filter(({ tagName }) => tagName === name);
  if (found.length > 1) throw invalid(`the invoice has more than one ${name.replaceAll('_', ' ')}`);
  return found[0]?.data;
}

function amountOf(millisatoshis: string | null | undefined): Msat | undefined {
  if (millisatoshis === null || millisatoshis === undefined) return undefined;
  const amount = Number(millisatoshis);
  if (!Number.isSafeInteger(amount) || amount < 1) throw invalid('the invoice names an impossible amount');
  return msat(amount);
}

function secondsOf(value: unknown, fallback: number): number {
  if (value === undefined) return fallback;
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0)
    throw invalid('the invoice has an impossible expiry');
  return value;
}

/**
 * Reads a BOLT11 invoice of mainnet, testnet, signet or regtest; its checksum and signature hold.
 * @throws PylonError `invoice-invalid`
 */
export function decodeInvoice(invoice: string): Invoice {
  const bare = invoice.trim().replace(/^lightning:/i, '');
  if (bare.length > INVOICE_CHARS_MAX) throw invalid('the invoice is too long');
  const text = bare.toLowerCase();
  if (bare !== text && bare !== bare.toUpperCase()) throw invalid('the invoice mixes upper and lower case');
  const coin = coinOf(text);
  let decoded: ReturnType<typeof bolt11.decode>;
  try {
    decoded = bolt11.decode(text, { ...coin });
  } catch (cause) {
    throw invalid('the invoice cannot be read', cause);
  }
  const { tags, timestamp = 0, payeeNodeKey = '' } = decoded;
  const paymentHash = single(tags, 'payment_hash');
  if (!isHex(paymentHash, 64)) throw invalid('the invoice has no payment hash');
  const features = single(tags, 'feature_bits') as { extra_bits?: { has_required?: boolean } } | undefined;
  if (features?.extra_bits?.has_required) throw invalid('the invoice needs a feature that is not known here');
  const expirySeconds = secondsOf(single(tags, 'expire_time'), EXPIRY_SECONDS_DEFAULT);
  const description = single(tags, 'description');
  return {
    text,
    paymentHash,
    amountMsat: amountOf(decoded.millisatoshis),
    network: coin.network,
    payee: payeeNodeKey,
    createdAt: timestamp,
    expiresAt: Math.min(timestamp + expirySeconds, UNIX_SECONDS_MAX),
    description: typeof description === 'string' ? description : '',
  };
}

export interface InvoiceParts {
  readonly network: Network;
  /** Absent when the payer is to name it. */
  readonly amountMsat?: Msat;
  /** Hex. */
  readonly paymentHash: string;
  /** 32 fresh random bytes, hex: shows the payee that the payer has the invoice (BOLT11 `s`). */
  readonly paymentSecret: string;
  readonly description?: string;
  /** sha256 of a longer description, hex; then the description itself is left out (BOLT11 `h`). */
  readonly descriptionHash?: string;
  /** Unix seconds. */
  readonly createdAt: number;
  readonly expirySeconds: number;
}

/**
 * Makes and signs an invoice; 1 msat is exact.
 * @param secretKey of the node that is paid, 32 bytes
 * @throws PylonError `invoice-invalid` when a part is none
 */
export function encodeInvoice(parts: InvoiceParts, secretKey: Uint8Array): string {
  const { description = '' } = parts;
  if (!isHex(parts.paymentHash, 64) || !isHex(parts.paymentSecret, 64))
    throw invalid('payment hash and payment secret are 64 lowercase hex digits');
  if (parts.descriptionHash !== undefined && !isHex(parts.descriptionHash, 64))
    throw invalid('the hash of a description is 64 lowercase hex digits');
  if (parts.amountMsat === 0) throw invalid('an invoice is for at least 1 msat');
  if (parts.descriptionHash === undefined && Buffer.byteLength(description) > INVOICE_DESCRIPTION_BYTES_MAX)
    throw invalid(`a description in an invoice has at most ${INVOICE_DESCRIPTION_BYTES_MAX} bytes`);
  const coin = COINS.find(({ network }) => network === parts.network);
  try {
    const unsigned = bolt11.encode({
      network: { ...(coin as Coin) },
      ...(parts.amountMsat === undefined ? {} : { millisatoshis: String(parts.amountMsat) }),
      timestamp: parts.createdAt,
      tags: [
        { tagName: 'payment_hash', data: parts.paymentHash },
        { tagName: 'payment_secret', data: parts.paymentSecret },
        parts.descriptionHash === undefined
          ? { tagName: 'description', data: description }
          : { tagName: 'purpose_commit_hash', data: parts.descriptionHash },
        { tagName: 'expire_time', data: parts.expirySeconds },
        // BOLT11: 18 blocks is what a reader assumes too, but not every reader does.
        { tagName: 'min_final_cltv_expiry', data: 18 },
      ],
    });
    return bolt11.sign(unsigned, Buffer.from(secretKey)).paymentRequest as string;
  } catch (cause) {
    throw invalid('the invoice cannot be made', cause);
  }
}

export interface Obligation {
  readonly amountMsat: Msat;
  readonly network: Network;
  readonly nowSeconds: number;
  /** How long it must still hold, so that the payment can arrive in time. */
  readonly secondsLeftMin: number;
}

/** Is this an invoice for exactly what is owed? @throws PylonError `invoice-refused` | `invoice-expired`, naming what differs */
export function checkInvoice(invoice: Invoice, owed: Obligation): void {
  const refused = (reason: string) => new PylonError('invoice-refused', { reason });
  if (invoice.network !== owed.network)
    throw refused(`the invoice is for ${invoice.network}, but the wallet is on ${owed.network}`);
  if (invoice.amountMsat === undefined) throw refused('the invoice names no amount');
  if (invoice.amountMsat !== owed.amountMsat)
    throw refused(`the invoice is for ${invoice.amountMsat} msat, but ${owed.amountMsat} msat are owed`);
  const secondsLeft = invoice.expiresAt - owed.nowSeconds;
  if (secondsLeft < owed.secondsLeftMin) {
    const reason =
      secondsLeft <= 0
        ? `the invoice expired ${-secondsLeft} s ago`
        : `the invoice holds for ${secondsLeft} s only, and a payment may take ${owed.secondsLeftMin} s`;
    throw new PylonError('invoice-expired', { reason });
  }
}
