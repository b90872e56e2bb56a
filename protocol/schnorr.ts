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

async function wasmSchnorr(): Promise<Schnorr> {
  const ecc = await import('tiny-secp256k1');
  return {
    name: 'wasm',
    publicKey: (secret) => ecc.xOnlyPointFromScalar(secret),
    sign: (hash, secret, auxiliary) => ecc.signSchnorr(hash, secret, auxiliary),
    verify(hash, publicKey, signature) {
      try {
        return ecc.verifySchnorr(hash, publicKey, signature);
      } catch {
        return false; // it throws for what can never verify: a key off the curve, r or s out of range
      }
    },
    sharedX(secret, publicKey) {
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
