// Run ids: ULIDs (26 characters, Crockford base32): 48 bits of time, then 80 random bits, so that
// the newest run sorts last and an id can be shortened to a prefix.

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const ULID = /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/;

/** @param timeMs unix milliseconds @param random at least 10 random bytes */
export function ulid(timeMs: number, random: Uint8Array): string {
  let time = timeMs;
  let head = '';
  for (let digit = 0; digit < 10; digit++) {
    head = ALPHABET[time % 32] + head;
    time = Math.floor(time / 32);
  }
  let bits = 0n;
  for (const byte of random.subarray(0, 10)) bits = (bits << 8n) | BigInt(byte);
  let tail = '';
  for (let digit = 0; digit < 16; digit++) {
    tail = ALPHABET[Number(bits & 31n)] + tail;
    bits >>= 5n;
  }
  return head + tail;
}

/** True for a whole, canonical ULID. */
export function isUlid(text: string): boolean {
  return ULID.test(text);
}
