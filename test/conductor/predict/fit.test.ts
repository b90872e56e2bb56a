import fc from 'fast-check';
import t from 'tap';
import { cutQuote, fitFindings } from '../../../conductor/predict/fit.ts';
import { FINDINGS_MAX } from '../../../protocol/limits.ts';
import { findingSchema } from '../../../protocol/signature.ts';

const finding = fc.record({
  quote: fc.string({ minLength: 1, maxLength: 400, unit: 'grapheme' }),
  score: fc.double({ min: 0, max: 1, noNaN: true }),
  note: fc.string({ maxLength: 200 }),
});

t.test('findings always fit, best first, every quote the begin of what was given', (t) => {
  fc.assert(
    fc.property(fc.array(finding, { maxLength: 40 }), fc.integer({ min: 64, max: 3_000 }), (findings, room) => {
      const kept = fitFindings(findings, room);
      t.ok(JSON.stringify({ findings: kept }).length <= room);
      t.ok(kept.length <= FINDINGS_MAX);
      t.ok(kept.every(({ score }, index) => index === 0 || score <= kept[index - 1]!.score));
      t.ok(kept.every((one) => findings.some(({ quote }) => quote.startsWith(one.quote))));
      t.ok(kept.every((one) => findingSchema.safeParse(one).success));
    }),
    { numRuns: 200 },
  );
  t.end();
});

t.test('a quote is never cut inside a character', (t) => {
  t.equal(cutQuote('ab😀', 3), 'ab');
  t.equal(cutQuote('ab😀', 4), 'ab😀');
  t.end();
});
