// Hashes and keys as text. Apart from events, because these two are wanted where no signature is ever looked at, and loading the curve
// takes a command twenty milliseconds.
import { hash } from 'node:crypto';

const HEX = /^[0-9a-f]+$/;

/** True for exactly `chars` lowercase hex digits. */
export function isHex(value: unknown, chars: number): value is string {
  return typeof value === 'string' && value.length === chars && HEX.test(value);
}

/** sha256 of bytes or UTF-8 text, as lowercase hex. */
export function sha256Hex(data: string | Uint8Array): string {
  return hash('sha256', data, 'hex');
}
