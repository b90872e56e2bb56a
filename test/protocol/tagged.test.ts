// Tagged signatures: good for their tag, text and key, and for nothing else.
import { createHash } from 'node:crypto';
import { hashes, schnorr } from '@noble/secp256k1';
import fc from 'fast-check';
import t from 'tap';
import { sha256Hex } from '../../protocol/event.ts';
import { taggedHash, verifyTagged } from '../../protocol/tagged.ts';
import { seededKeys } from '../support/keys.ts';

const [one, two] = seededKeys('one', 'two');

t.test('a signature holds for its tag, text and key alone, and for another implementation', async (t) => {
  hashes.sha256 = (message) => createHash('sha256').update(message).digest();
  fc.assert(
    fc.property(fc.string(), fc.string({ minLength: 1 }), (text, tag) => {
      const signature = one!.signTagged(tag, text);
      const key = one!.publicKey;
      t.ok(verifyTagged(tag, text, key, signature));
      const tagHash = createHash('sha256').update(tag).digest();
      const hash = createHash('sha256')
        .update(Buffer.concat([tagHash, tagHash, Buffer.from(text)]))
        .digest();
      t.ok(schnorr.verify(Buffer.from(signature, 'hex'), hash, Buffer.from(key, 'hex')), 'by the book');
      t.notOk(verifyTagged(`${tag}2`, text, key, signature));
      t.notOk(verifyTagged(tag, `${text} `, key, signature));
      t.notOk(verifyTagged(tag, text, two!.publicKey, signature));
    }),
    { numRuns: 30 },
  );
});

t.test('what is signed under a tag is not signed as an event', async (t) => {
  const text = '[0,"…",1,1,[],""]';
  t.not(taggedHash('pylon/attestation/v1', text).toString('hex'), sha256Hex(text));
});

t.test('keys and signatures that are none are no signatures, and nothing is thrown', async (t) => {
  const signature = one!.signTagged('tag', 'text');
  for (const key of ['', 'x'.repeat(64), 'ff'.repeat(32), one!.publicKey.toUpperCase(), `${one!.publicKey}00`])
    t.notOk(verifyTagged('tag', 'text', key, signature), key);
  for (const bad of ['', 'x'.repeat(128), 'ff'.repeat(64), signature.slice(2), signature.toUpperCase()])
    t.notOk(verifyTagged('tag', 'text', one!.publicKey, bad), bad);
});
