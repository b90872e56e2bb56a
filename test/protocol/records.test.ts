// Fields and records as they cross a wire: bounded, named once, and of the kinds there are.
import t from 'tap';
import { RECORD_FIELDS_CHARS_MAX, RECORD_FIELDS_MAX, RECORDS_MAX } from '../../protocol/limits.ts';
import { fieldSpecsSchema, isRecords, recordsInputSchema, recordsOutputSchema } from '../../protocol/records.ts';

const LABEL = { name: 'label', type: 'string', values: ['spam', 'ham'], about: 'what it is' };

t.test('fields have names of their own, and only a string has a list of values', async (t) => {
  t.ok(fieldSpecsSchema.safeParse([LABEL, { name: 'n_1', type: 'number' }, { name: 'ok', type: 'boolean' }]).success);
  const bad: [why: string, fields: unknown][] = [
    ['none', []],
    ['the same name twice', [LABEL, { ...LABEL, type: 'string' }]],
    ['a name in capitals', [{ ...LABEL, name: 'Label' }]],
    ['a name that is none', [{ ...LABEL, name: '__proto__' }]],
    ['a type that is none', [{ ...LABEL, type: 'date' }]],
    ['a list of no values', [{ ...LABEL, values: [] }]],
    ['values of a number', [{ name: 'n', type: 'number', values: ['1'] }]],
    ['too many', Array.from({ length: RECORD_FIELDS_MAX + 1 }, (_, n) => ({ name: `n${n}`, type: 'number' }))],
    [
      'too long together',
      Array.from({ length: RECORD_FIELDS_MAX }, (_, n) => ({ name: `n${n}`, type: 'number', about: 'x'.repeat(512) })),
    ],
  ];
  for (const [why, fields] of bad) t.notOk(fieldSpecsSchema.safeParse(fields).success, why);
  t.ok(JSON.stringify(bad.at(-1)![1]).length > RECORD_FIELDS_CHARS_MAX);
});

t.test('records are at most as many as a chunk has lines, of values that are no objects', async (t) => {
  const record = { line: 1, fields: { label: 'spam', n: 1.5, ok: true, none: null } };
  t.ok(recordsOutputSchema.safeParse({ records: [record] }).success);
  const bad: unknown[] = [
    { records: [{ ...record, line: 0 }] },
    { records: [{ ...record, line: 1.5 }] },
    { records: [{ ...record, fields: { label: {} } }] },
    { records: [{ ...record, fields: { label: ['spam'] } }] },
    { records: [{ ...record, fields: { ['x'.repeat(33)]: 1 } }] },
    { records: [{ ...record, fields: { label: 'x'.repeat(1_025) } }] },
    { records: Array.from({ length: RECORDS_MAX + 1 }, (_, at) => ({ ...record, line: at + 1 })) },
    { findings: [] },
  ];
  for (const output of bad) t.notOk(recordsOutputSchema.safeParse(output).success, JSON.stringify(output).slice(0, 80));
});

t.test('a question without fields is none for records, and an answer tells which kind it is', async (t) => {
  const input = { query: 'which?', text: 'a', max_output_chars: 64 };
  t.notOk(recordsInputSchema.safeParse(input).success);
  t.ok(recordsInputSchema.safeParse({ ...input, fields: [LABEL] }).success);
  t.ok(isRecords({ records: [] }));
  t.notOk(isRecords({ findings: [] }));
});
