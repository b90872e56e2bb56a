// Previews: bounded in what a person counts as characters, and always sound UTF-8.
import fc from 'fast-check';
import t from 'tap';
import { inert, preview } from '../../protocol/text.ts';

t.test('short text passes, long text is cut with an ellipsis on a whole character', async (t) => {
  t.equal(preview('short', 10), 'short');
  t.equal(preview('exactly te', 10), 'exactly te');
  t.equal(preview('more than ten', 10), 'more than…');
  t.equal(preview('漢字かな交じり文を短く切る', 5), '漢字かな…');
  t.equal(preview('🙈🙉🙊🙈🙉🙊', 4), '🙈🙉🙊…');
  t.equal(preview('🙈'.repeat(10), 10), '🙈'.repeat(10));
});

t.test('lines and runs of white space become one space', async (t) => {
  t.equal(preview('  one\n\ttwo\r\n  three ', 40), 'one two three');
});

t.test('half a character is never passed on', async (t) => {
  t.equal(preview('a\ud800b', 10), 'a\ufffdb');
  t.equal(preview('ab\ud83d', 10), 'ab');
  t.equal(preview(`a${' '.repeat(20)}🙈 and more`, 10), 'a…', 'the window ends inside the pair');
});

t.test('in a file nothing acts: neither on a terminal nor on the direction of reading', async (t) => {
  t.equal(
    inert('\x1b[2J\x9b31m\x07 \u202egnp \u2066x\u2069 a\rb \ud800 \0'),
    '\ufffd[2J\ufffd31m\ufffd \ufffdgnp \ufffdx\ufffd a\ufffdb \ufffd \ufffd',
  );
  t.equal(inert('שלום\té 🙈\r\n漢\n'), 'שלום\té 🙈\r\n漢\n', 'letters, tabs and line ends stay');
});

t.test('any text gives a bounded preview that survives UTF-8', async () => {
  const units = fc.string({ unit: fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)) });
  const text = fc.oneof(units, fc.string({ unit: 'grapheme' }), fc.string({ unit: 'binary', maxLength: 300 }));
  fc.assert(
    fc.property(text, fc.integer({ min: 1, max: 50 }), (text, charsMax) => {
      const cut = preview(text, charsMax);
      // Random text must not become the name of an assertion: `#` and `{` mean something in TAP.
      return Array.from(cut).length <= charsMax && Buffer.from(cut, 'utf8').toString('utf8') === cut;
    }),
    { numRuns: 500 },
  );
});
