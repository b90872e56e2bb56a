// What a run demands: verification tier, read from text and never guessed.
import fc from 'fast-check';
import { nsecEncode } from 'nostr-tools/nip19';
import t from 'tap';
import { parseVerification, printVerification } from '../../protocol/policy.ts';
import { printNpub } from '../../protocol/public-key.ts';

const NPUB = printNpub('ab'.repeat(32));

t.test('every verification tier is read and printed back', async (t) => {
  for (const text of [
    'none',
    'credibility',
    'redundancy:2of3',
    'objective',
    'objective:a schema:1.json',
    `validated:${NPUB}`,
  ])
    t.equal(printVerification(parseVerification(text)), text);
  t.same(parseVerification('redundancy:2-of-3'), { kind: 'redundancy', n: 2, m: 3 });
  t.same(parseVerification(`validated:${'ab'.repeat(32)}`), parseVerification(`validated:${NPUB}`));
  const digit = fc.integer({ min: 1, max: 9 });
  fc.assert(
    fc.property(digit, digit, (n, m) => {
      const text = `redundancy:${n}of${m}`;
      if (n > m) t.throws(() => parseVerification(text), { code: 'verification-invalid', value: text });
      else t.equal(printVerification(parseVerification(text)), text);
    }),
  );
});

t.test('any other tier is refused with the text quoted and the right spelling named', async (t) => {
  const refused = (text: string, words: RegExp) =>
    t.throws(() => parseVerification(text), { code: 'verification-invalid', value: text, message: words }, text);
  refused('redundancy:5of3', /5 of 3 cannot agree.*redundancy:3of5/);
  for (const text of [
    'redundancy',
    'redundancy:',
    'redundancy:2',
    'redundancy:0of3',
    'redundancy:2of10',
    'redundancy:2 of 3',
  ])
    refused(text, /n-of-m.*redundancy:2of3/);
  for (const text of ['validated', 'validated:']) refused(text, /does not name the key.*pylon validator/);
  for (const text of ['validated:npub1x', `validated:${NPUB}q`, 'validated:me']) refused(text, /not a public key/);
  for (const text of ['objective:', 'objective: ']) refused(text, /schema file/);
  for (const text of ['', 'None', 'redundancyx', 'strict', 'none ', 'none:1', 'credibility:2'])
    refused(text, /unknown/);
});

t.test('a secret key where the validator is named is not repeated', async (t) => {
  const nsec = nsecEncode(Buffer.from('ab'.repeat(32), 'hex'));
  t.throws(() => parseVerification(`validated:${nsec}`), { code: 'verification-invalid', value: 'validated:nsec1…' });
});
