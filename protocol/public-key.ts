// Public keys as people write them: npub (NIP-19) or hex. Inside the program they are hex.
import { bech32, hex } from '@scure/base';
import { PylonError } from './errors.ts';
import { isHex } from './hex.ts';

/** `npub`, the separator, 52 letters for 32 bytes and 6 of checksum. */
const NPUB_CHARS = 63;

/** @returns 64 lowercase hex digits. @throws PylonError `public-key-invalid` */
export function parsePublicKey(text: string): string {
  if (text.startsWith('nsec1'))
    throw new PylonError('public-key-invalid', {
      reason: 'this is a secret key; it is not used, and not repeated here',
    });
  if (isHex(text, 64)) return text;
  try {
    const { prefix, words } = bech32.decode(text as `${string}1${string}`, NPUB_CHARS);
    const bytes = bech32.fromWords(words);
    if (prefix === 'npub' && bytes.length === 32) return hex.encode(bytes);
  } catch (cause) {
    throw new PylonError('public-key-invalid', { value: text, cause });
  }
  throw new PylonError('public-key-invalid', { value: text });
}

/** @param publicKey 64 lowercase hex digits */
export function printNpub(publicKey: string): string {
  return bech32.encode('npub', bech32.toWords(hex.decode(publicKey)), NPUB_CHARS);
}
