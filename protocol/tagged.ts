// Signatures over what is not an event: a hash under a tag of its own (BIP-340, "tagged hashes"), so that nothing signed under one tag
// can pass for an event or for anything under another.
import { createHash } from 'node:crypto';
import { isHex } from './hex.ts';
import { schnorr } from './schnorr.ts';

/** sha256(sha256(tag) || sha256(tag) || text), 32 bytes. */
export function taggedHash(tag: string, text: string): Buffer {
  const tagHash = createHash('sha256').update(tag).digest();
  return createHash('sha256').update(tagHash).update(tagHash).update(text).digest();
}

/** @param publicKey and @param signature hex. False for anything that is not a valid signature; never throws */
export function verifyTagged(tag: string, text: string, publicKey: string, signature: string): boolean {
  if (!isHex(publicKey, 64) || !isHex(signature, 128)) return false;
  return schnorr.verify(taggedHash(tag, text), Buffer.from(publicKey, 'hex'), Buffer.from(signature, 'hex'));
}
