// NIP-04: both directions with nostr-tools, and everything that must not open.
import fc from 'fast-check';
import * as reference from 'nostr-tools/nip04';
import t from 'tap';
import { KeyPair } from '../../protocol/keypair.ts';
import { SEALED_PLAINTEXT_BYTES_MAX } from '../../protocol/limits.ts';
import { legacyKey, legacyOpen, legacySeal } from '../../protocol/nip04.ts';
import { seededBytes, seededKeys } from '../support/keys.ts';

const REFUSED = { code: 'seal-invalid' };
const [alice, bob] = seededKeys('alice', 'bob') as [KeyPair, KeyPair];

t.test('what one seals the other opens, and nostr-tools agrees both ways', async (t) => {
  const secret = seededBytes('legacy')(32);
  const carol = new KeyPair(secret, seededBytes('carol'));
  for (const text of ['a', 'héllo 🚀', '{"method":"get_info"}', 'x'.repeat(1_000)]) {
    t.equal(reference.decrypt(secret, bob.publicKey, carol.legacySealFor(bob.publicKey, text)), text);
    t.equal(carol.legacyOpenFrom(bob.publicKey, reference.encrypt(secret, bob.publicKey, text)), text);
    t.equal(bob.legacyOpenFrom(carol.publicKey, carol.legacySealFor(bob.publicKey, text)), text);
  }
});

t.test('any text comes back whole', async () => {
  const key = legacyKey(seededBytes('one')(32), alice.publicKey);
  const text = fc.string({ unit: 'grapheme', maxLength: 300 });
  fc.assert(
    fc.property(text, fc.uint8Array({ minLength: 16, maxLength: 16 }), (text, iv) => {
      return legacyOpen(key, legacySeal(key, text, iv)) === text;
    }),
  );
});

t.test('what is not NIP-04, or is for somebody else, does not open', async (t) => {
  const sealed = alice.legacySealFor(bob.publicKey, 'a secret of some length');
  const [ciphertext = '', iv = ''] = sealed.split('?iv=');
  for (const payload of [
    '',
    ciphertext,
    `${ciphertext}?iv=`,
    `${ciphertext}?iv=${iv.slice(4)}`,
    `?iv=${iv}`,
    `${ciphertext.slice(0, -4)}?iv=${iv}`,
    `%${ciphertext}?iv=${iv}`,
    `${sealed}?iv=${iv}`,
    alice.sealFor(bob.publicKey, 'of a newer kind'),
    'A'.repeat(2_000_000),
  ]) {
    t.throws(() => bob.legacyOpenFrom(alice.publicKey, payload), REFUSED);
  }
  t.throws(() => bob.legacyOpenFrom('00'.repeat(32), sealed), REFUSED, 'a key off the curve');
  t.throws(() => bob.legacyOpenFrom('nobody', sealed), REFUSED, 'no key at all');
});

t.test('a text too long to be sealed is refused', async (t) => {
  t.throws(() => alice.legacySealFor(bob.publicKey, 'a'.repeat(SEALED_PLAINTEXT_BYTES_MAX + 1)), REFUSED);
});
