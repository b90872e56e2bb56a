// Records without a model: what a line says literally is read off, all else is null, and what says nothing has no record.
import fc from 'fast-check';
import t from 'tap';
import { extractRecords } from '../../../node/backends/extract-records.ts';
import { type FieldSpec, recordsOutputSchema } from '../../../protocol/records.ts';

const LABEL: FieldSpec = { name: 'label', type: 'string', values: ['spam', 'ham', 'error', 'fatal error', 'C++'] };
const USER: FieldSpec = { name: 'user', type: 'string' };
const MS: FieldSpec = { name: 'ms', type: 'number' };
const OK: FieldSpec = { name: 'ok', type: 'boolean' };
const DATE: FieldSpec = { name: 'date', type: 'string' };

function read(line: string, ...fields: FieldSpec[]) {
  const { records } = extractRecords({ query: 'q', text: line, fields, max_output_chars: 9_000 });
  return records[0] === undefined ? undefined : fields.map(({ name }) => records[0]!.fields[name]);
}

t.test('a listed value that stands in the line as a word is what it says; of several nobody can tell', async (t) => {
  const table: [line: string, value: string | undefined][] = [
    ['this is spam', 'spam'],
    ['this is SPAM!', 'spam'],
    ['spam and spam', 'spam'],
    ['a fatal  error', 'fatal error'],
    ['an error, not fatal', 'error'],
    ['written in C++, they say', 'C++'],
    ['spam and ham', undefined],
    ['spammers', undefined],
    ['nothing', undefined],
  ];
  for (const [line, value] of table) t.same(read(line, LABEL)?.[0], value, line);
});

t.test('what stands under the name of a field is its value, however the line writes it', async (t) => {
  const table: [line: string, field: FieldSpec, value: unknown][] = [
    ['user=bob action=login', USER, 'bob'],
    ['user="bob smith" action=login', USER, 'bob smith'],
    ['{"user": "bob \\"b\\" smith", "ms": 3}', USER, 'bob "b" smith'],
    ["user='it\\'s'", USER, "it's"],
    ['Date: Oct 12, 2023 || User: 73421 || Instance: hello', USER, '73421'],
    ['User: Jane Doe, label: spam', USER, 'Jane Doe'],
    ['User ID: 7; rest', { name: 'user_id', type: 'string' }, '7'],
    ['userId=7', { name: 'user_id', type: 'string' }, '7'],
    ['superuser=bob', USER, undefined],
    ['the user said so', USER, undefined],
    ['ms=12.5', MS, 12.5],
    ['took ms: 1,606 in all', MS, 1606],
    ['"ms":1606,', MS, 1606],
    ['ms=12ms', MS, 12],
    ['ms=1.2.3', MS, undefined],
    ['12 ms', MS, undefined],
    ['ok=true', OK, true],
    ['"ok": false}', OK, false],
    ['ok: no', OK, false],
    ['it is ok', OK, undefined],
    ['label=ham, not spam', LABEL, 'ham'],
    ['label: other, not spam', LABEL, undefined],
  ];
  for (const [line, field, value] of table) t.same(read(line, field)?.[0], value, line);
});

t.test('dates and times are told by their form where nothing stands under their name', async (t) => {
  const [time, timestamp]: FieldSpec[] = [
    { name: 'start_time', type: 'string' },
    { name: 'timestamp', type: 'string' },
  ];
  const line = '2026-03-01T10:00:01Z gateway[17]: starting';
  t.same(read(line, DATE, time!, timestamp!), ['2026-03-01', '10:00:01Z', '2026-03-01T10:00:01Z']);
  t.same(read('On March 5, 2024 it rained', DATE), ['March 5, 2024']);
  t.same(read('Date: Oct 12, 2023 || User: 1', DATE), ['Oct 12, 2023']);
  t.equal(read('1.2.3.4 said 12345-67-890', DATE), undefined);
});

t.test('each line that says something has one record, the others none', async (t) => {
  const text = 'ms=1\r\n\r\nnothing\r\nspam ms=2\r\n';
  const { records } = extractRecords({ query: 'q', text, fields: [LABEL, MS], max_output_chars: 9_000 });
  t.same(records, [
    { line: 1, fields: { label: null, ms: 1 } },
    { line: 4, fields: { label: 'spam', ms: 2 } },
  ]);
});

t.test('any text gives what the schema allows, the same each time, in time that grows with it', async (t) => {
  const nasty = fc.constantFrom(
    '"',
    "'",
    '\\',
    'user',
    'user:',
    'user="',
    'ms=',
    ' ',
    '\t',
    '\n',
    ',',
    ': ',
    'label',
    '|',
    '9',
    '🔥',
  );
  fc.assert(
    fc.property(
      fc.array(fc.oneof(nasty, fc.string({ unit: 'binary', maxLength: 8 })), { maxLength: 200 }),
      (pieces) => {
        const input = {
          query: 'q',
          text: pieces.join(''),
          fields: [LABEL, USER, MS, OK, DATE],
          max_output_chars: 9_000,
        };
        const output = extractRecords(input);
        t.ok(recordsOutputSchema.safeParse(output).success);
        t.same(extractRecords(input), output);
      },
    ),
    { numRuns: 200 },
  );
  const awful = [
    `user: ${' '.repeat(500_000)}`,
    `user="${'\\'.repeat(500_000)}`,
    'user:'.repeat(100_000),
    `ms=${'1,'.repeat(200_000)}`,
  ];
  const began = performance.now();
  for (const text of awful)
    extractRecords({ query: 'q', text, fields: [LABEL, USER, MS, OK, DATE], max_output_chars: 9_000 });
  t.ok(performance.now() - began < 5_000);
});
