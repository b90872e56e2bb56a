import fc from 'fast-check';
import t from 'tap';
import { printable, printableJson, printableLine } from '../../../node/cli/printable.ts';

t.test('colours, titles and cursor moves of a stranger never reach the terminal', async (t) => {
  t.equal(printable('\x1b[31mred\x1b[0m'), 'red');
  t.equal(printable('\x1b]0;you are owned\x07text'), 'text');
  t.equal(printable('\x1b]8;;http://evil\x1b\\link\x1b]8;;\x1b\\'), 'link');
  t.equal(printable('\x9b2Jcleared'), 'cleared');
  t.equal(printable('\x1bPq#0;2;0;0;0\x1b\\sixel'), 'sixel');
  t.equal(printable('\x1bcreset'), 'reset');
});

t.test('other control characters are shown, not obeyed', async (t) => {
  t.equal(printable('over\rwritten'), 'over\\u{d}written');
  t.equal(printable('bell\x07'), 'bell\\u{7}');
  t.equal(printable('a\u202eb'), 'a\\u{202e}b');
  t.equal(printable('tab\tand\r\nline'), 'tab\tand\nline');
  t.equal(printableLine('two\r\nlines\there'), 'two lines here');
});

t.test('whatever comes in, nothing that a terminal obeys comes out', async (t) => {
  const bytes = fc.string({
    unit: fc.constantFrom('\x1b', '[', ']', 'm', '\x07', '\x9b', '0', ';', 'a', '\\', 'P', '\r', '\u202e'),
  });
  fc.assert(
    fc.property(bytes, (text) => {
      const safe = printable(text);
      return !/[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e]/.test(safe);
    }),
  );
  t.pass('holds');
});

t.test('a JSON document keeps its meaning and loses its controls', async (t) => {
  const value = { text: '\x1b[31m \x9b2J \u202e é 漢' };
  const json = printableJson(value);
  t.same(JSON.parse(json), value);
  t.notMatch(json, /[\x00-\x1f\x7f-\x9f\u202e]/);
});
