// Whatever a stranger writes comes out as signs that can be seen, bounded.
import fc from 'fast-check';
import t from 'tap';
import { shownPart, shownText } from '../../../web/parts/shown-text.ts';

t.test('no control character and no turn of direction is left', async (t) => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      t.notMatch(shownText(text), /[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/);
    }),
    { numRuns: 300 },
  );
  t.equal(shownText('\x1b[31mred\u202egnp.exe'), '␛[31mred⟨U+202E⟩gnp.exe');
});

t.test('a text of ten million characters is shown in part, and what is missing is counted', async (t) => {
  const { text, left } = shownPart('x'.repeat(10_000_000));
  t.equal(text.length + left, 10_000_000);
  t.ok(text.length <= 200_000);
});

t.test('a cut never leaves half a character', async (t) => {
  t.equal(shownPart('a🐘b', 2).text, 'a');
});
