// A value is taken only where it is one of its field, in the one spelling of its field.
import fc from 'fast-check';
import t from 'tap';
import { readFields, readValue } from '../../../conductor/verify/record-values.ts';
import { type FieldSpec, recordValueSchema } from '../../../protocol/records.ts';

const field = (type: FieldSpec['type'], values?: string[]): FieldSpec => ({
  name: 'f',
  type,
  ...(values ? { values } : {}),
});
const label = field('string', ['Spam', 'not spam', 'C', 'C++']);

t.test('a listed value is recognised whatever its case, white space and edges, and nothing else is', async (t) => {
  const read = (raw: unknown) => readValue(label, raw);
  for (const raw of ['Spam', 'spam', ' SPAM\n', '"spam"', 'spam.', '**Spam**']) t.equal(read(raw), 'Spam', raw);
  for (const raw of ['NOT  SPAM', 'not\u00a0spam']) t.equal(read(raw), 'not spam');
  t.same([read('c'), read('C++')], ['C', 'C++']);
  for (const raw of ['', 'spa', 'spam spam', 'eggs', null, undefined, {}, ['Spam'], 7]) t.equal(read(raw), null);
  t.equal(readValue(field('string', ['7']), 7), '7');
});

t.test('numbers are read as people and models write them', async (t) => {
  const table: [raw: unknown, value: number | null][] = [
    [7, 7],
    ['7', 7],
    [' -7.50 ', -7.5],
    ['1,606', 1606],
    ['1606.0', 1606],
    ['$12.50', 12.5],
    ['12 ms', 12],
    ['50%', 50],
    ['1e3', 1000],
    ['1.2.3', null],
    ['seven', null],
    ['7 of 9', null],
    ['', null],
    [true, null],
    [Number.NaN, null],
    [Number.POSITIVE_INFINITY, null],
    ['9'.repeat(2_000), null],
  ];
  for (const [raw, value] of table) t.equal(readValue(field('number'), raw), value, JSON.stringify(raw).slice(0, 40));
});

t.test('flags are true and false, in words too', async (t) => {
  const table: [raw: unknown, value: boolean | null][] = [
    [true, true],
    ['False', false],
    [' yes', true],
    ['no', false],
    ['maybe', null],
    [1, null],
    [null, null],
  ];
  for (const [raw, value] of table) t.equal(readValue(field('boolean'), raw), value, JSON.stringify(raw));
});

t.test('text is trimmed, composed, cut between characters, and never empty', async (t) => {
  const read = (raw: unknown) => readValue(field('string'), raw);
  t.equal(read('  cafe\u0301 '), 'caf\u00e9');
  t.equal(read(12.5), '12.5');
  t.equal(read(' \t'), null);
  const long = read(`${'x'.repeat(1_023)}🔥🔥`) as string;
  t.equal(long, 'x'.repeat(1_023));
  t.equal(read('a\ud800b'), 'a\ufffdb');
});

t.test('all the fields come back, and no other, whatever was given', async (t) => {
  const fields: FieldSpec[] = [
    { ...label, name: 'label' },
    { name: 'n', type: 'number' },
  ];
  t.same(readFields(fields, { label: 'spam', extra: 1 }), { label: 'Spam', n: null });
  t.same(readFields(fields, Object.create({ n: 1 })), { label: null, n: null }, 'nothing inherited');
  fc.assert(
    fc.property(fc.dictionary(fc.constantFrom('label', 'n', 'toString', 'x'), fc.anything()), (given) => {
      const read = readFields(fields, given);
      t.same(Object.keys(read), ['label', 'n']);
      for (const value of Object.values(read)) t.ok(recordValueSchema.safeParse(value).success);
    }),
    { numRuns: 300 },
  );
});
