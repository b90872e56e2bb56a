// The real source of randomness: the system's. Everything else is handed a Random.
import { randomBytes } from 'node:crypto';
import type { Random } from '../conductor/ports.ts';

export function realRandom(): Random {
  return {
    bytes: (length) => new Uint8Array(randomBytes(length)),
    fraction: () => randomBytes(6).readUIntBE(0, 6) / 2 ** 48,
  };
}
