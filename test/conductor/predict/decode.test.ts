import fc from 'fast-check';
import t from 'tap';
import { decode } from '../../../conductor/predict/decode.ts';
import { readLenientJson } from '../../../conductor/predict/lenient-json.ts';

const anything = (value: unknown) => ({ output: value });
const withAnswer = (value: unknown) =>
  typeof value === 'object' && value !== null && 'answer' in value ? { output: value.answer } : { fault: 'no answer' };

t.test('whatever is valid JSON is read as JSON.parse reads it', (t) => {
  fc.assert(
    fc.property(
      fc.dictionary(
        fc.string().filter((key) => key !== '__proto__'),
        fc.jsonValue({ maxDepth: 3 }),
      ),
      (value) => {
        const read = decode(JSON.stringify(value), anything);
        t.same('output' in read && JSON.stringify(read.output), JSON.stringify(JSON.parse(JSON.stringify(value))));
      },
    ),
    { numRuns: 200 },
  );
  t.end();
});

t.test('the lenient reader agrees with JSON.parse on plain values, pretty-printed or not', (t) => {
  const plain = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      fc.stringMatching(/^[\w .\\/\n\t-]*$/),
      fc.integer(),
      fc.boolean(),
      fc.constant(null),
      tie('list'),
      tie('object'),
    ),
    list: fc.array(tie('value'), { maxLength: 4 }),
    object: fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), tie('value'), { maxKeys: 4 }),
  }));
  fc.assert(
    fc.property(plain.object, fc.constantFrom(undefined, 2), (value, indent) => {
      const text = JSON.stringify(value, undefined, indent);
      t.same(
        JSON.parse(JSON.stringify(readLenientJson(text))),
        JSON.parse(JSON.stringify({ value, end: text.length, complete: true })),
      );
    }),
    { numRuns: 300 },
  );
  t.end();
});

t.test('any text at all is read without throwing, and never as more than it holds', (t) => {
  const pieces = fc.constantFrom(
    '{',
    '}',
    '[',
    ']',
    '"',
    "'",
    ':',
    ',',
    '\\',
    '/',
    '//',
    '/*',
    '\n',
    'true',
    '12',
    'answer',
    '\ud83d',
    '…',
    ' ',
  );
  fc.assert(
    fc.property(fc.array(fc.oneof(pieces, fc.string()), { maxLength: 60 }), (parts) => {
      const text = parts.join('');
      const read = decode(text, withAnswer);
      t.ok('output' in read || typeof read.fault === 'string');
    }),
    { numRuns: 500 },
  );
  t.end();
});

t.test('an answer is found wherever the model put it', (t) => {
  const told = {
    plain: '{"answer":"yes"}',
    fenced: '```json\n{"answer":"yes"}\n```',
    'with prose round it': 'Of course {as asked}: {"answer":"yes"} I hope {that} helps.',
    'after thinking': '<think>maybe {"answer":"no"}?</think>\n{"answer":"yes"}',
    'wrapped once more': '{"result":{"answer":"yes"}}',
    'after an echo of another form': '{"form":"x"}\n{"answer":"yes"}',
    'with trailing commas and comments': '{"answer":"yes", // sure\n "citations":[1,2,],}',
    'with single quotes and bare keys': "{answer: 'yes', sure: True}",
    'with the first of two': '{"answer":"yes"}\n\nQuestion: more?\n{"answer":"no"}',
    'cut off behind it': 'Here: {"answer":"yes","citations":[1, 2',
    'with a byte order mark': '\ufeff{"answer":"yes"}',
  };
  for (const [kind, text] of Object.entries(told)) t.same(decode(text, withAnswer), { output: 'yes' }, kind);
  t.end();
});

t.test('strings survive what models forget to escape', (t) => {
  const read = (text: string) => decode(text, withAnswer);
  t.same(read('{"answer":"he said "stop" twice","n":1}'), { output: 'he said "stop" twice' });
  t.same(read('{"answer":"one\ntwo\tthree"}'), { output: 'one\ntwo\tthree' });
  t.same(read('{"answer":"C:\\Users\\dev","n":1,}'), { output: 'C:\\Users\\dev' });
  t.same(read('{"answer":"\\u00e9\\ud83d\\ude00 \\d+",}'), { output: 'é😀 \\d+' });
  t.end();
});

t.test('half an answer is not taken for a whole one', (t) => {
  t.same(decode('{"answer":"the disk is not', withAnswer), {
    fault: 'there is no JSON object in the answer, or it is broken',
  });
  t.same(decode('{"form":1}', withAnswer), { fault: 'no answer' });
  t.same(decode(' \n ', withAnswer), { fault: 'the answer is empty' });
  t.same(decode('I cannot help with that.', withAnswer), {
    fault: 'there is no JSON object in the answer, or it is broken',
  });
  t.end();
});

t.test('texts made to be slow or deep are read in bounded time', (t) => {
  const evil = [
    '{'.repeat(65_536),
    '['.repeat(65_536),
    '{"a":'.repeat(13_000),
    '" '.repeat(32_000),
    `{"form":"${'" '.repeat(32_000)}`,
    '{/*'.repeat(20_000),
    `{"a":${' '.repeat(65_000)}`,
  ];
  for (const text of evil) t.ok('fault' in decode(text, withAnswer));
  t.end();
});

t.test('a key that would change the prototype is left out', (t) => {
  const read = decode('{"__proto__":{"answer":"no"},}', withAnswer);
  t.ok('fault' in read);
  t.end();
});
