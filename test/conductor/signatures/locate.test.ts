import fc from 'fast-check';
import t from 'tap';
import { QuoteLocator } from '../../../conductor/signatures/locate.ts';

const TEXT = 'alpha\r\n  the disk\tis  full\r\nbeta < |x|>\nthe disk is full\nomega';

function found(text: string, quote: string, line?: number): string | undefined {
  const place = new QuoteLocator(text).find(quote, line);
  return place && text.slice(place.start, place.end);
}

t.test('any stretch of a text is found in it, exactly, whatever became of its white space', (t) => {
  const text = fc.array(fc.constantFrom('a', 'b', 'ab', ' ', '\n', '\r\n', '\t', '😀', '文'), {
    minLength: 1,
    maxLength: 60,
  });
  fc.assert(
    fc.property(text, fc.nat(), fc.nat(), (parts, from, length) => {
      const whole = parts.join('');
      const start = from % whole.length;
      const quote = whole.slice(start, start + 1 + (length % 20));
      if (quote.trim() === '') return;
      t.equal(found(whole, quote), quote);
      const folded = found(whole, quote.replace(/\s+/g, ' '));
      t.equal(folded?.replace(/\s/g, ''), quote.replace(/\s/g, ''));
      t.ok(folded !== undefined && whole.includes(folded));
    }),
    { numRuns: 300 },
  );
  t.end();
});

t.test('of equal quotes the one on the line named is meant, else the nearest', (t) => {
  const text = 'x hit\nhit\nnothing\nhit\n';
  const lineOf = (line?: number) => {
    const locator = new QuoteLocator(text);
    return locator.lineAt(locator.find('hit', line)?.start ?? -1);
  };
  t.same([undefined, 1, 2, 3, 4, 99].map(lineOf), [1, 1, 2, 2, 4, 4]);
  t.end();
});

t.test('line numbers, dots and folded white space are forgiven, other words are not', (t) => {
  t.equal(found(TEXT, 'the disk is full', 2), 'the disk\tis  full');
  t.equal(found(TEXT, 'the disk is full', 4), 'the disk is full');
  t.equal(found(TEXT, '1| alpha\n2|   the disk is'), 'alpha\r\n  the disk\tis');
  t.equal(found(TEXT, '...disk is full\nomega…'), 'disk is full\nomega');
  t.equal(found(TEXT, 'beta <|x|>'), 'beta < |x|>');
  t.equal(found(TEXT, 'the disk is empty'), undefined);
  t.equal(found(TEXT, ' \n '), undefined);
  t.equal(found('', 'x'), undefined);
  t.end();
});

t.test('lines and spans are those of a citation', (t) => {
  const locator = new QuoteLocator(TEXT);
  t.equal(locator.lines, 5);
  t.equal(locator.lineAt(TEXT.indexOf('beta')), 3);
  const { start, end } = locator.span(1, 2);
  t.equal(TEXT.slice(start, end), 'alpha\r\n  the disk\tis  full');
  t.equal(new QuoteLocator('one\n').lines, 1);
  t.end();
});
