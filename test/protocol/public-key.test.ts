// Public keys as people write them: read exactly or refused, and a secret one is never repeated.
import fc from 'fast-check';
import { npubEncode, nsecEncode } from 'nostr-tools/nip19';
import t from 'tap';
import { PylonError } from '../../protocol/errors.ts';
import { parsePublicKey, printNpub } from '../../protocol/public-key.ts';

const KEY = 'ab'.repeat(32);

t.test('npub and hex read as the same key, and print as another implementation prints them', async (t) => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (bytes) => {
      const key = Buffer.from(bytes).toString('hex');
      t.equal(printNpub(key), npubEncode(key));
      t.equal(parsePublicKey(printNpub(key)), key);
      t.equal(parsePublicKey(key), key);
    }),
  );
});

t.test('anything else is refused with the text quoted', async (t) => {
  const npub = printNpub(KEY);
  const flipped = `${npub.slice(0, -1)}${npub.endsWith('q') ? 'p' : 'q'}`;
  for (const text of ['', 'npub1', 'npub1x', KEY.toUpperCase(), KEY.slice(1), flipped, `${npub} `, `${npub}q`, 'me'])
    t.throws(() => parsePublicKey(text), { code: 'public-key-invalid', value: text }, text);
});

t.test('a secret key is refused and not repeated in the message', async (t) => {
  const nsec = nsecEncode(Buffer.from(KEY, 'hex'));
  try {
    parsePublicKey(nsec);
    t.fail('it was taken');
  } catch (thrown) {
    t.ok(thrown instanceof PylonError);
    t.notMatch(JSON.stringify([(thrown as PylonError).message, (thrown as PylonError).value]), nsec);
  }
});
