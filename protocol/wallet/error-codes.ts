// The eleven error codes of NIP-47 and the codes they have here, both ways. What a wallet says in words is cut and
// cleaned, because it ends up in messages and logs.
import { type ErrorCode, PylonError } from '../errors.ts';
import { WALLET_TEXT_CHARS_MAX } from '../limits.ts';
import { preview } from '../text.ts';

const OURS = {
  RATE_LIMITED: 'wallet-rate-limited',
  NOT_IMPLEMENTED: 'wallet-not-implemented',
  INSUFFICIENT_BALANCE: 'wallet-insufficient-balance',
  QUOTA_EXCEEDED: 'wallet-quota-exceeded',
  RESTRICTED: 'wallet-restricted',
  UNAUTHORIZED: 'wallet-unauthorized',
  INTERNAL: 'wallet-internal',
  UNSUPPORTED_ENCRYPTION: 'wallet-unsupported-encryption',
  OTHER: 'wallet-other',
  PAYMENT_FAILED: 'wallet-payment-failed',
  NOT_FOUND: 'wallet-not-found',
} as const satisfies Record<string, ErrorCode>;

export type WalletErrorCode = keyof typeof OURS;

export const WALLET_ERROR_CODES = Object.keys(OURS) as readonly WalletErrorCode[];

const THEIRS = new Map<ErrorCode, WalletErrorCode>(WALLET_ERROR_CODES.map((code) => [OURS[code], code]));

export interface WalletFailure {
  readonly code: string;
  readonly message: string;
}

function isWalletErrorCode(code: string): code is WalletErrorCode {
  return Object.hasOwn(OURS, code);
}

/** The wallet's refusal as our error; a code it may not use counts as OTHER, and is named. */
export function fromWalletFailure({ code, message }: WalletFailure): PylonError {
  const words = preview(message.replace(/\p{Cc}/gu, ' '), WALLET_TEXT_CHARS_MAX);
  const isKnown = isWalletErrorCode(code);
  return new PylonError(isKnown ? OURS[code] : 'wallet-other', {
    ...(words === '' ? {} : { reason: `the wallet says: ${words}` }),
    ...(isKnown ? {} : { value: preview(code, 64) }),
  });
}

/**
 * Our error as a wallet tells it. What is not a wallet's own refusal is the caller's mistake (OTHER, with the reason) or
 * ours (INTERNAL, without: what went wrong inside is nobody's business outside).
 */
export function toWalletFailure(error: PylonError): WalletFailure {
  const code = THEIRS.get(error.code);
  if (code !== undefined) return { code, message: preview(error.reason, WALLET_TEXT_CHARS_MAX) };
  const isTheirs = error.code.startsWith('invoice-') || ['request-invalid', 'money-invalid'].includes(error.code);
  return isTheirs
    ? { code: 'OTHER', message: preview(error.reason, WALLET_TEXT_CHARS_MAX) }
    : { code: 'INTERNAL', message: 'something went wrong in the wallet' };
}
