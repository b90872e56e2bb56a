import fc from 'fast-check';
import t from 'tap';
import { printCompact, printSpan } from '../../protocol/words.ts';

t.test('figures of a column are short and keep what matters', async (t) => {
  const compact = [
    [0, '0'],
    [0.0264, '0.026'],
    [7, '7'],
    [26.44, '26.4'],
    [999, '999'],
    [999.7, '1k'],
    [1_234, '1.2k'],
    [34_960, '35k'],
    [123_456, '123k'],
    [1_234_567, '1.2M'],
  ] as const;
  for (const [value, words] of compact) t.equal(printCompact(value), words);
  const spans = [
    [0, '0 ms'],
    [7.4, '7 ms'],
    [999.6, '1.0 s'],
    [3_240, '3.2 s'],
    [98_000, '98 s'],
    [720_000, '12 min'],
    [5 * 3_600_000, '5 h'],
    [9 * 86_400_000, '9 d'],
  ] as const;
  for (const [spanMs, words] of spans) t.equal(printSpan(spanMs), words);
});

t.test('no figure is wider than its column', async (t) => {
  const compact = fc.property(
    fc.double({ min: 0, max: 1e14, noNaN: true }),
    (value) => printCompact(value).length <= 6,
  );
  const span = fc.property(fc.double({ min: 0, max: 1e12, noNaN: true }), (spanMs) => printSpan(spanMs).length <= 7);
  t.doesNotThrow(() => fc.assert(compact, { numRuns: 1_000 }));
  t.doesNotThrow(() => fc.assert(span, { numRuns: 1_000 }));
});
