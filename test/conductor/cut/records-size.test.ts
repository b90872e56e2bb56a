// However the input is, a record of every line of a chunk fits in one answer.
import fc from 'fast-check';
import t from 'tap';
import { fragmentsOf } from '../../../conductor/cut/fragments.ts';
import { recordsCharsMax, recordsChunkSize } from '../../../conductor/cut/records-size.ts';
import { canonicalJson } from '../../../protocol/canonical.ts';
import { OUTPUT_CHARS_MAX, RECORDS_MAX } from '../../../protocol/limits.ts';
import type { FieldSpec } from '../../../protocol/records.ts';
import { textCorpus } from '../../support/text-corpus.ts';

const LABEL: FieldSpec = { name: 'label', type: 'string', values: ['spam', 'ham', 'something long'] };
const field: fc.Arbitrary<FieldSpec> = fc.oneof(
  fc.constant(LABEL),
  fc.constant<FieldSpec>({ name: 'amount', type: 'number' }),
  fc.constant<FieldSpec>({ name: 'ok', type: 'boolean' }),
  fc.constant<FieldSpec>({ name: 'user', type: 'string' }),
);

/** The longest that the line can say: the longest value, the line itself where it is copied. */
function longest(fields: readonly FieldSpec[], line: string) {
  const [copied] = fields.filter(({ type, values }) => type === 'string' && values === undefined);
  const value = ({ name, type, values }: FieldSpec) => {
    if (type === 'number') return -123_456.789;
    if (type === 'boolean') return false;
    if (values !== undefined) return values.at(-1)!;
    return name === copied?.name ? line.slice(0, 1_024) : '';
  };
  return Object.fromEntries(fields.map((one) => [one.name, value(one)]));
}

t.test('a record of every line fits, with the shortest lines and the largest chunks', async (t) => {
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(field, { selector: ({ name }) => name, minLength: 1 }),
      fc.constantFrom(1_024, 16_000, 64_000, 524_288),
      fc.constantFrom(1, 2, 5, 20, 120, 900),
      async (fields, chunkBytes, lineChars) => {
        const size = recordsChunkSize(fields, chunkBytes);
        t.ok(size.chunkBytes <= chunkBytes && size.linesMax >= 1 && size.linesMax <= RECORDS_MAX);
        const text = `${'x'.repeat(lineChars)}\n`.repeat(Math.ceil(200_000 / (lineChars + 1)));
        let lines = 0;
        for await (const fragment of fragmentsOf(textCorpus({ 'in.log': text }), {
          ...size,
          kindOf: () => 'log' as const,
        })) {
          const own = fragment.text.split('\n').slice(0, -1);
          lines += own.length;
          t.ok(own.length <= size.linesMax);
          const records = own.map((line, at) => ({ line: at + 1, fields: longest(fields, line) }));
          const chars = canonicalJson({ records }).length;
          t.ok(chars <= OUTPUT_CHARS_MAX, `${chars}`);
          t.ok(chars <= recordsCharsMax(fragment.textBytes, fields));
        }
        t.equal(lines, text.split('\n').length - 1);
      },
    ),
    { numRuns: 40 },
  );
});

t.test('chunks stay as large as they were where the answer fits', async (t) => {
  t.equal(recordsChunkSize([LABEL], 16_000).chunkBytes, 16_000);
  t.ok(recordsChunkSize([LABEL], 64_000).linesMax > 1_000);
  t.same(recordsChunkSize([{ name: 'user', type: 'string' }], 64_000).chunkBytes, 32_760);
});
