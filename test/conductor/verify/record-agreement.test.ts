// Records are compared by what they say of each line: whoever is called the first, and in whatever order they came.
import fc from 'fast-check';
import t from 'tap';
import { agreeRecords, isCloseEnough, mergeRecords, voteByLine } from '../../../conductor/verify/record-agreement.ts';
import { canonicalJson } from '../../../protocol/canonical.ts';
import { type RecordsOutput, recordsOutputSchema } from '../../../protocol/records.ts';

const value = fc.oneof(
  fc.constantFrom('spam', 'ham', 'Spam', 'eggs ', ''),
  fc.integer({ min: 0, max: 3 }),
  fc.boolean(),
  fc.constant(null),
);
const output: fc.Arbitrary<RecordsOutput> = fc
  .uniqueArray(
    fc.record({
      line: fc.integer({ min: 1, max: 12 }),
      fields: fc.record({ label: value, n: value }, { noNullPrototype: true }),
    }),
    { selector: ({ line }) => line, maxLength: 12 },
  )
  .map((records) => ({ records }));
const one = (fields: Record<string, string | number | boolean | null>): RecordsOutput => ({
  records: [{ line: 1, fields }],
});

t.test('comparing is symmetric, and everything agrees with itself', async (t) => {
  fc.assert(
    fc.property(output, output, (left, right) => {
      const [there, back] = [agreeRecords(left, right), agreeRecords(right, left)];
      t.match(there, { agrees: back.agrees, score: back.score });
      t.ok(there.agrees ? there.score >= 0.5 : there.score < 0.5);
      t.match(agreeRecords(left, left), { agrees: true, score: 1 });
    }),
    { numRuns: 300 },
  );
});

t.test(
  'the same value in another spelling is the same; another value, another type, null and nothing are not',
  async (t) => {
    const same: [RecordsOutput, RecordsOutput][] = [
      [one({ label: 'caf\u00e9' }), one({ label: 'cafe\u0301' })],
      [one({ label: 'a  b' }), one({ label: 'a b ' })],
      [one({ label: '1,606' }), one({ label: '1606.0' })],
      [one({ label: 'March 5, 2024' }), one({ label: '2024-03-05' })],
      [one({ a: 1, b: 'x' }), one({ b: 'x', a: 1 })],
      [{ records: [] }, { records: [] }],
    ];
    for (const [left, right] of same) t.ok(agreeRecords(left, right).agrees, canonicalJson([left, right]));
    const different: [RecordsOutput, RecordsOutput][] = [
      [one({ label: 'spam' }), one({ label: 'ham' })],
      [one({ label: '1' }), one({ label: 1 })],
      [one({ label: 'true' }), one({ label: true })],
      [one({ label: null }), one({ label: 'null' })],
      [one({ label: null }), { records: [] }],
      [one({ label: 'spam' }), { records: [{ line: 2, fields: { label: 'spam' } }] }],
      [one({ label: 'spam' }), one({ label: 'spam', n: null })],
    ];
    for (const [left, right] of different) t.notOk(agreeRecords(left, right).agrees, canonicalJson([left, right]));
  },
);

t.test('a fifth of the lines may differ, and of three or four lines one', async (t) => {
  const table: [same: number, lines: number, isEnough: boolean][] = [
    [0, 0, true],
    [0, 1, false],
    [1, 2, false],
    [2, 3, true],
    [1, 3, false],
    [3, 4, true],
    [4, 5, true],
    [3, 5, false],
    [8, 10, true],
    [7, 10, false],
    [80, 100, true],
    [79, 100, false],
  ];
  for (const [same, lines, isEnough] of table) t.equal(isCloseEnough(same, lines), isEnough, `${same} of ${lines}`);
});

t.test('what is put together does not depend on the order of the answers, and satisfies the schema', async (t) => {
  const shuffled = fc.array(output, { minLength: 1, maxLength: 5 }).chain((outputs) =>
    fc.tuple(
      fc.constant(outputs),
      fc.shuffledSubarray(
        outputs.map((_, at) => at),
        { minLength: outputs.length },
      ),
    ),
  );
  const merged = (outputs: readonly RecordsOutput[]) => {
    const votes = voteByLine(outputs);
    const chosen = votes.map(({ sides: [first, second] }) =>
      first!.voices.length > (second?.voices.length ?? 0) ? 0 : undefined,
    );
    return mergeRecords(votes, chosen, outputs.length);
  };
  fc.assert(
    fc.property(shuffled, ([outputs, order]) => {
      const straight = merged(outputs);
      const mixed = merged(order.map((at) => outputs[at]!));
      t.equal(canonicalJson(mixed.output), canonicalJson(straight.output));
      t.match(mixed, { lines: straight.lines, dropped: straight.dropped });
      t.same(
        mixed.same,
        order.map((at) => straight.same[at]),
      );
      t.ok(recordsOutputSchema.safeParse(straight.output).success);
    }),
    { numRuns: 300 },
  );
});

t.test('of spellings of the same value the commonest stands, and to say nothing is a vote', async (t) => {
  const outputs = [one({ n: '1606' }), one({ n: '1,606' }), one({ n: '1606' }), { records: [] }];
  const [vote] = voteByLine(outputs);
  t.same(
    vote?.sides.map(({ voices }) => voices),
    [[0, 1, 2], [3]],
  );
  t.same(vote?.sides[0]?.record, { line: 1, fields: { n: '1606' } });
  t.equal(vote?.sides[1]?.record, undefined);
  const silent = mergeRecords([vote!], [1], 4);
  t.match(silent, { output: { records: [] }, lines: 1, dropped: 0, same: [0, 0, 0, 1] });
});

t.test('of two records of one line the first counts', async (t) => {
  const twice: RecordsOutput = { records: [...one({ label: 'a' }).records, ...one({ label: 'b' }).records] };
  t.match(agreeRecords(twice, one({ label: 'a' })), { agrees: true, score: 1 });
});
