// The real source of randomness: the system's, fetched in blocks because most requests are for a few bytes.
import { randomFillSync } from 'node:crypto';
import type { Random } from '../conductor/ports.ts';

const BLOCK_BYTES = 8_192;

export function realRandom(): Random {
  const block = Buffer.alloc(BLOCK_BYTES);
  let used = BLOCK_BYTES;
  /** Bytes handed out are wiped from the block: a key must not stand in memory twice. */
  const bytes = (length: number): Uint8Array => {
    if (length > BLOCK_BYTES) return randomFillSync(new Uint8Array(length));
    if (used + length > BLOCK_BYTES) {
      randomFillSync(block);
      used = 0;
    }
    const taken = Uint8Array.prototype.slice.call(block, used, used + length);
    block.fill(0, used, used + length);
    used += length;
    return taken;
  };
  return {
    bytes,
    fraction: () => Buffer.from(bytes(6)).readUIntBE(0, 6) / 2 ** 48,
  };
}
