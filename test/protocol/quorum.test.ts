// The quorum: read from text and never guessed, counted exactly.
import fc from 'fast-check';
import t from 'tap';
import { parseQuorum, printQuorum, quorumTarget } from '../../protocol/quorum.ts';

t.test('all, a fraction, a count and best-effort are read and printed back', async (t) => {
  for (const text of ['all', 'best-effort', '5', '1', '9999999', '0.8', '0.000001', '0.55'])
    t.equal(printQuorum(parseQuorum(text)), text);
  t.equal(printQuorum(parseQuorum('.5')), '0.5');
});

t.test('any other quorum is refused with the text quoted', async (t) => {
  for (const text of [
    '',
    '0',
    '1.0',
    '1.5',
    '-1',
    '0.0',
    '0',
    '80%',
    'ALL',
    'most',
    '1e3',
    ' 5',
    '0.1234567',
    '99999999',
  ])
    t.throws(() => parseQuorum(text), { code: 'quorum-invalid', value: text }, JSON.stringify(text));
});

t.test('a fraction demands the smallest whole number that reaches it, exactly', async (t) => {
  t.equal(quorumTarget(parseQuorum('0.55'), 100), 55, 'not 56 for 55.00000000000001');
  t.equal(quorumTarget(parseQuorum('0.07'), 100), 7);
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 999_999 }), fc.integer({ min: 0, max: 1_000_000 }), (millionths, chunks) => {
      const target = quorumTarget({ kind: 'fraction', fraction: millionths / 1_000_000 }, chunks);
      const least = (BigInt(millionths) * BigInt(chunks) + 999_999n) / 1_000_000n;
      t.equal(BigInt(target), least);
    }),
    { numRuns: 500 },
  );
});

t.test('no quorum demands more chunks than there are, and best-effort none', async (t) => {
  t.equal(quorumTarget(parseQuorum('5'), 3), 3);
  t.equal(quorumTarget(parseQuorum('5'), 30), 5);
  t.equal(quorumTarget(parseQuorum('all'), 30), 30);
  t.equal(quorumTarget(parseQuorum('best-effort'), 30), 0);
  t.equal(quorumTarget(parseQuorum('0.8'), 0), 0);
});
