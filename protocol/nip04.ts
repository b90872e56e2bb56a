// NIP-04: AES-256-CBC under the bare shared x coordinate. It has no MAC and hides no length, so it is spoken only to
// wallets that offer nothing else (NIP-47); everything of our own is NIP-44 (seal.ts).
import { createCipheriv, createDecipheriv } from 'node:crypto';
import { PylonError } from './errors.ts';
import { isHex } from './event.ts';
import { SEALED_PLAINTEXT_BYTES_MAX } from './limits.ts';
import { schnorr } from './schnorr.ts';

const CIPHER = 'aes-256-cbc';
const BLOCK_BYTES = 16;
/** Base64 of the longest text, padded to a whole block, then `?iv=` and 24 characters. */
const PAYLOAD_CHARS_MAX = Math.ceil((SEALED_PLAINTEXT_BYTES_MAX + BLOCK_BYTES) / 3) * 4 + 28;
const PAYLOAD = /^([A-Za-z0-9+/]+={0,2})\?iv=([A-Za-z0-9+/]{22}==)$/;

/** The key of two identities: the x coordinate of their shared point, unhashed. @throws PylonError `seal-invalid` */
export function legacyKey(secret: Uint8Array, peerPublicKey: string): Uint8Array {
  const refused = (cause?: unknown) =>
    new PylonError('seal-invalid', { value: peerPublicKey, reason: 'the peer key is not on the curve', cause });
  if (!isHex(peerPublicKey, 64)) throw refused();
  try {
    return schnorr.sharedX(secret, Buffer.from(peerPublicKey, 'hex'));
  } catch (cause) {
    throw refused(cause);
  }
}

/** @param iv 16 fresh random bytes. @throws PylonError `seal-invalid` when the text is too long */
export function legacySeal(key: Uint8Array, text: string, iv: Uint8Array): string {
  const bytes = Buffer.byteLength(text);
  if (bytes > SEALED_PLAINTEXT_BYTES_MAX) {
    throw new PylonError('seal-invalid', { value: `${bytes} bytes`, reason: 'the text is too long to be sealed' });
  }
  const cipher = createCipheriv(CIPHER, key, iv);
  const ciphertext = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return `${ciphertext.toString('base64')}?iv=${Buffer.from(iv).toString('base64')}`;
}

/** @throws PylonError `seal-invalid` */
export function legacyOpen(key: Uint8Array, payload: string): string {
  if (payload.length > PAYLOAD_CHARS_MAX) {
    throw new PylonError('seal-invalid', {
      value: `${payload.length} characters`,
      reason: 'the payload has an impossible length',
    });
  }
  const [, ciphertext, iv] = PAYLOAD.exec(payload) ?? [];
  if (ciphertext === undefined || iv === undefined)
    throw new PylonError('seal-invalid', { reason: 'the payload is not NIP-04' });
  try {
    const decipher = createDecipheriv(CIPHER, key, Buffer.from(iv, 'base64'));
    const bytes = Buffer.concat([decipher.update(Buffer.from(ciphertext, 'base64')), decipher.final()]);
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new PylonError('seal-invalid', { reason: 'the NIP-04 payload does not open', cause });
  }
}
