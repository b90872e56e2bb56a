// BIP-340 signatures and the curve's shared secret. The wasm build of libsecp256k1 does the work
// (ten times faster); @noble/secp256k1 is the reference, and the fallback where wasm is not allowed.
import { createHash, createHmac } from 'node:crypto';

/** All values are raw bytes: 32-byte hash, secret, x-only public key; 64-byte signature. */
export interface Schnorr {
  readonly name: 'wasm' | 'noble';
  publicKey(secret: Uint8Array): Uint8Array;
  sign(hash: Uint8Array, secret: Uint8Array, auxiliary: Uint8Array): Uint8Array;
  /** False for anything that is not a valid signature, a point off the curve included. Never throws. */
  verify(hash: Uint8Array, publicKey: Uint8Array, signature: Uint8Array): boolean;
  /** X coordinate of secret * point, the NIP-44 shared secret. Throws when the key is not on the curve. */
  sharedX(secret: Uint8Array, publicKey: Uint8Array): Uint8Array;
}

/** An x-only key stands for the point with even y (BIP-340). */
function compressed(publicKey: Uint8Array): Uint8Array {
  const point = new Uint8Array(33);
  point[0] = 2;
  point.set(publicKey, 1);
  return point;
}

/** Public keys known to be on the curve: checking one costs a fifth of a verification, and peers are few. 1 MB at most. */
const KNOWN_KEYS_MAX = 4_096;

/** Remembers which keys passed `check`; the oldest is forgotten first. */
function remembered(check: (publicKey: Uint8Array) => boolean): (publicKey: Uint8Array) => boolean {
  const known = new Set<string>();
  return (publicKey) => {
    const name = Buffer.from(publicKey.buffer, publicKey.byteOffset, publicKey.length).toString('latin1');
    if (known.has(name)) return true;
    if (!check(publicKey)) return false;
    const [oldest] = known;
    if (known.size >= KNOWN_KEYS_MAX && oldest !== undefined) known.delete(oldest);
    known.add(name);
    return true;
  };
}

/**
 * A key off the curve must never reach the wasm functions: they throw from inside the module, which leaves its stack
 * pointer where it was. After about 3,000 such calls the stack is used up and every later call fails, good ones too.
 */
async function wasmSchnorr(): Promise<Schnorr> {
  const ecc = await import('tiny-secp256k1');
  const isOnCurve = remembered(ecc.isXOnlyPoint);
  return {
    name: 'wasm',
    publicKey: (secret) => ecc.xOnlyPointFromScalar(secret),
    sign: (hash, secret, auxiliary) => ecc.signSchnorr(hash, secret, auxiliary),
    verify(hash, publicKey, signature) {
      if (!isOnCurve(publicKey)) return false;
      try {
        return ecc.verifySchnorr(hash, publicKey, signature);
      } catch (error) {
        if (error instanceof TypeError) return false; // a wrong length, r or s out of range: refused before the module runs
        throw error;
      }
    },
    sharedX(secret, publicKey) {
      if (!isOnCurve(publicKey)) throw new RangeError('the public key is not on the curve');
      const point = ecc.pointMultiply(compressed(publicKey), secret, true);
      if (point === null) throw new RangeError('the shared point is at infinity');
      return point.subarray(1, 33);
    },
  };
}

/** The reference implementation; also what tests hold the wasm one against. */
export async function nobleSchnorr(): Promise<Schnorr> {
  const noble = await import('@noble/secp256k1');
  noble.hashes.sha256 = (message) => createHash('sha256').update(message).digest();
  noble.hashes.hmacSha256 = (key, message) => createHmac('sha256', key).update(message).digest();
  return {
    name: 'noble',
    publicKey: (secret) => noble.schnorr.getPublicKey(secret),
    sign: (hash, secret, auxiliary) => noble.schnorr.sign(hash, secret, auxiliary),
    verify: (hash, publicKey, signature) => noble.schnorr.verify(signature, hash, publicKey),
    sharedX: (secret, publicKey) => noble.getSharedSecret(secret, compressed(publicKey), true).subarray(1, 33),
  };
}

/** The implementation in use. Where the wasm module cannot be loaded it is noble: slower, same results. */
export const schnorr: Schnorr = await wasmSchnorr().catch(nobleSchnorr);
