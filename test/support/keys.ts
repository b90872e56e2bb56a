// Identities for tests: the same seed gives the same keys and signatures in every run.
import { createHash } from 'node:crypto';
import { KeyPair, type RandomBytes } from '../../protocol/keypair.ts';

/** Unlimited bytes that depend on the seed alone. */
export function seededBytes(seed: string): RandomBytes {
  let counter = 0;
  return (length) => {
    const bytes = Buffer.alloc(length);
    for (let at = 0; at < length; at += 32) {
      counter += 1;
      createHash('sha256').update(`${seed}:${counter}`).digest().copy(bytes, at);
    }
    return bytes;
  };
}

/** One identity for each seed. */
export function seededKeys(...seeds: (number | string)[]): KeyPair[] {
  return seeds.map((seed) => KeyPair.generate(seededBytes(`keys ${seed}`)));
}
