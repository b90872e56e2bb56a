// Holds one implementation of BIP-340 against another on random keys, hashes and damaged signatures.
import type { RandomBytes } from '../../protocol/keypair.ts';
import type { Schnorr } from '../../protocol/schnorr.ts';

const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

/** One bit of one byte turned. */
function damaged(bytes: Uint8Array, random: RandomBytes): Uint8Array {
  const copy = Uint8Array.from(bytes);
  const [where = 0, bit = 0] = random(2);
  copy[where % copy.length]! ^= 1 << (bit % 8);
  return copy;
}

/** What they disagree on, in words; empty when they agree everywhere. */
export function compareSchnorr(one: Schnorr, other: Schnorr, rounds: number, random: RandomBytes): string[] {
  const faults: string[] = [];
  const same = (what: string, left: unknown, right: unknown) => {
    if (left !== right) faults.push(`${what}: ${one.name} ${left}, ${other.name} ${right}`);
  };
  let peer = one.publicKey(random(32));
  for (let round = 0; round < rounds; round++) {
    const [secret, hash, auxiliary] = [random(32), random(32), random(32)];
    const key = one.publicKey(secret);
    const signature = one.sign(hash, secret, auxiliary);
    same(`key ${round}`, text(key), text(other.publicKey(secret)));
    same(`signature ${round}`, text(signature), text(other.sign(hash, secret, auxiliary)));
    same(`shared ${round}`, text(one.sharedX(secret, peer)), text(other.sharedX(secret, peer)));
    same(`sound ${round}`, one.verify(hash, key, signature), true);
    same(`sound ${round}`, one.verify(hash, key, signature), other.verify(hash, key, signature));
    const [badHash, badKey, badSignature] = [hash, key, signature].map((bytes) => damaged(bytes, random));
    same(`hash ${round}`, one.verify(badHash!, key, signature), other.verify(badHash!, key, signature));
    same(`key ${round}`, one.verify(hash, badKey!, signature), other.verify(hash, badKey!, signature));
    same(`bits ${round}`, one.verify(hash, key, badSignature!), other.verify(hash, key, badSignature!));
    same(`damage ${round}`, one.verify(hash, key, badSignature!), false);
    peer = key;
  }
  return faults;
}
