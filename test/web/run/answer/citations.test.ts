// The marks of an answer: those that name a citation are links, everything else stays the text it is.
import fc from 'fast-check';
import t from 'tap';
import { citationOf, piecesOf } from '../../../../web/run/answer/citations.ts';

t.test('the pieces of any answer are that answer', async (t) => {
  const words = fc
    .array(
      fc.oneof(
        fc.string(),
        fc.nat(30).map((n) => `[${n}]`),
      ),
    )
    .map((parts) => parts.join(''));
  fc.assert(
    fc.property(words, fc.nat(20), (output, count) => {
      const pieces = piecesOf(output, count);
      const again = pieces.map((piece) => ('text' in piece ? piece.text : `[${piece.citation}]`)).join('');
      // `[007]` names citation 7 and is written back without its zeros.
      t.equal(
        again,
        output.replace(/\[0+(\d+)\]/g, (mark, digits) =>
          Number(digits) >= 1 && Number(digits) <= count && mark.length <= 6 ? `[${Number(digits)}]` : mark,
        ),
      );
      for (const piece of pieces) if ('citation' in piece) t.ok(piece.citation >= 1 && piece.citation <= count);
    }),
    { numRuns: 200 },
  );
});

t.test('a number that no citation has is text', async (t) => {
  t.same(piecesOf('array[3] is set [1].', 1), [{ text: 'array[3] is set ' }, { citation: 1 }, { text: '.' }]);
});

t.test('an address names a citation only in its own form', async (t) => {
  t.equal(citationOf('#citation-12'), 12);
  for (const hash of ['', '#citation-', '#citation-1x', '#q=1', '#citation-99999'])
    t.equal(citationOf(hash), undefined);
});
