import assert from 'node:assert/strict';
import fc from 'fast-check';
import t from 'tap';
import { stemOf, TermMatcher, tokenise } from '../../../conductor/search/tokens.ts';

const words = (text: string) => tokenise(text).map((token) => token.text);

t.test('a compound is read in parts and as a whole', async (t) => {
  t.same(words('maxOpenFiles'), ['max', 'open', 'files', 'maxopenfiles']);
  t.same(words('max_open-files'), ['max', 'open', 'files', 'maxopenfiles']);
  t.same(words('XMLParser'), ['xml', 'parser', 'xmlparser']);
  t.same(words('/var/log/eth1.log'), ['var', 'log', 'eth', '1', 'eth1', 'log']);
  t.same(words('1,000 and 3.5'), ['1', '000', '1000', 'and', '3', '5', '35']);
});

t.test('a plural of capitals stays one word', async (t) => {
  t.same(words('two URLs, HTLCs'), ['two', 'urls', 'htlcs']);
  t.same(words('HTTPServer'), ['http', 'server', 'httpserver']);
});

t.test('words of other scripts are found, and scripts without spaces go by character', async (t) => {
  t.same(words('Übergröße naïve Ошибка'), ['übergröße', 'naïve', 'ошибка']);
  t.same(words('磁盘满'), ['磁', '盘', '满']);
  t.same(words('a — b … “c”'), ['a', 'b', 'c']);
});

t.test('the scan finds every stem that tokenising and stemming finds, in the same number', async () => {
  const alphabet = fc.constantFrom(
    'fail',
    'Failed',
    'failure',
    'Port',
    'ports',
    'timeOut',
    'A',
    'bb',
    '12',
    '_',
    '-',
    '.',
    ' ',
    '\r\n',
    'é',
    '磁',
    'XML',
    's',
  );
  const stems = ['fail', 'port', 'timeout', 'xml', 'a', 'bb', '12', '磁', 'é', 'failur'];
  fc.assert(
    fc.property(fc.array(alphabet, { maxLength: 60 }), (parts) => {
      const text = parts.join('');
      const matcher = new TermMatcher(stems);
      const count = matcher.scan(text, 0, text.length);
      const tokens = tokenise(text);
      assert.equal(count, tokens.filter((token) => !token.joined).length);
      const expected = tokens.map((token) => stems.indexOf(stemOf(token.text))).filter((term) => term >= 0);
      const found = [...matcher.hitTerm.slice(0, matcher.hitCount)];
      assert.deepStrictEqual(found.sort(), expected.sort());
    }),
    { numRuns: 200 },
  );
});

t.test('a line of a megabyte is scanned without growing the hits', async (t) => {
  const matcher = new TermMatcher(['fail']);
  const text = 'fail '.repeat(200_000);
  t.equal(matcher.scan(text, 0, text.length), 200_000);
  t.ok(matcher.hitCount <= matcher.hitTerm.length);
});
