import fc from 'fast-check';
import t from 'tap';
import { JsonSpooler, LongText, type SpooledJson } from '../../../../node/api/chat/json-spooler.ts';
import { PylonError } from '../../../../protocol/errors.ts';

/** The value with its texts put back. */
function read(bytes: Buffer, cuts: readonly number[], longBytes = 8): unknown {
  const spooler = new JsonSpooler({ longBytes, heldBytesMax: 1_000_000 });
  const texts: Buffer[] = [];
  const places = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].sort((left, right) => left - right);
  for (const [index, from] of [0, ...places].entries())
    for (const piece of spooler.push(bytes.subarray(from, places[index] ?? bytes.length)))
      texts[piece.index] = Buffer.concat([texts[piece.index] ?? Buffer.alloc(0), piece.bytes]);
  const filled = (value: SpooledJson): unknown => {
    if (value instanceof LongText) {
      const text = texts[value.index]!;
      if (text.length !== value.bytes) throw new PylonError('internal', { reason: 'a text has another length' });
      return text.toString();
    }
    if (Array.isArray(value)) return value.map(filled);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, filled(inner)]));
  };
  return filled(spooler.end());
}

/** Written with escapes where JSON leaves the choice. */
function escaped(json: string): string {
  return json.replace(/[^\n\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

const strings = fc.string({ unit: 'grapheme', maxLength: 60 }).filter((text) => !/\p{Surrogate}/u.test(text));
const names = fc.string({ maxLength: 8 }).filter((name) => name !== '__proto__' && Buffer.byteLength(name) <= 8);
const { value: values } = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    strings,
    fc.double({ noNaN: true, noDefaultInfinity: true }).filter((number) => !Object.is(number, -0)),
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(names, tie('value'), { maxKeys: 4, noNullPrototype: true }),
  ),
}));

t.test('whatever JSON comes in whatever pieces, it is what JSON.parse makes of it', async (t) => {
  fc.assert(
    fc.property(values, fc.array(fc.nat(), { maxLength: 12 }), fc.boolean(), (value, cuts, escapes) => {
      const json = JSON.stringify(value, null, cuts.length % 3);
      const bytes = Buffer.from(escapes ? escaped(json) : json);
      t.same(read(bytes, cuts), JSON.parse(json));
      return true;
    }),
    { numRuns: 500 },
  );
});

t.test('what JSON.parse refuses is refused, whatever it is cut into', async (t) => {
  const broken = [
    '',
    ' ',
    '{',
    '[1,',
    '[1,]',
    '{"a"}',
    '{"a":}',
    '{"a":1,}',
    '{a:1}',
    '"',
    '"a',
    '"\\x"',
    '"\\u12g4"',
    '01',
    '1.',
    '+1',
    '.5',
    'nul',
    'truefalse',
    '[1 2]',
    '1 2',
    '{} x',
    '"a\nb"',
    '[}',
    '{]',
    "'a'",
    'NaN',
    '\ufeff1',
    '"\\',
    '[[[',
    '-',
  ];
  for (const text of broken) {
    t.throws(() => JSON.parse(text), text);
    const bytes = Buffer.from(text);
    for (const cuts of [[], [1], Array.from(bytes.keys())])
      t.throws(() => read(bytes, cuts), { code: 'request-invalid' }, JSON.stringify(text));
  }
  fc.assert(
    fc.property(values, fc.nat(), fc.nat(255), (value, place, byte) => {
      const bytes = Buffer.from(JSON.stringify(value));
      bytes[place % bytes.length] = byte;
      let expected: unknown;
      try {
        expected = JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes));
      } catch {
        t.throws(() => read(bytes, [place], 100_000), PylonError);
        return true;
      }
      if (JSON.stringify(expected).includes('\\ud') || JSON.stringify(expected).includes('__proto__')) return true;
      t.same(read(bytes, [place], 100_000), expected);
      return true;
    }),
    { numRuns: 1_000 },
  );
});

t.test('half of a surrogate pair becomes the character that stands for it', async (t) => {
  t.equal(read(Buffer.from('"\\ud83d"'), []), '\ufffd');
  t.equal(read(Buffer.from('"\\ud83d\\u0041"'), [5]), '\ufffdA');
  t.equal(read(Buffer.from('"\\ude00x"'), []), '\ufffdx');
  t.equal(read(Buffer.from('"\\ud83d\\ude00"'), [3, 9]), '😀');
});

t.test('what would fill the memory is refused: depth, values, names', async (t) => {
  t.throws(() => read(Buffer.from('['.repeat(65)), []), { code: 'request-invalid', message: /deeper than 64/ });
  const spooler = () => new JsonSpooler({ longBytes: 100, heldBytesMax: 10_000 });
  t.throws(() => spooler().push(Buffer.from(`[${'1,'.repeat(200)}1]`)), { code: 'request-too-large' });
  t.throws(() => spooler().push(Buffer.from(`{"${'n'.repeat(500)}":1}`)), { code: 'request-invalid' });
  t.throws(() => spooler().push(Buffer.from('{"__proto__":{"x":1}}')), { code: 'request-invalid' });
  const many = Buffer.from(`[${Array.from({ length: 60 }, () => `"${'w'.repeat(90)}"`).join(',')}]`);
  const held = spooler();
  held.push(many);
  const value = held.end() as SpooledJson[];
  t.equal(value.filter((one) => one instanceof LongText).length, 0);
  t.throws(() => spooler().push(Buffer.from(`[${'"",'.repeat(10_000)}1]`)), { code: 'request-too-large' });
});

t.test('a long string full of escapes is read in one go', async (t) => {
  const text = 'a line that ends\n"quoted"\t'.repeat(40_000);
  t.equal(read(Buffer.from(JSON.stringify({ text })), [65_536, 131_072], 100) !== null, true);
  t.same(read(Buffer.from(JSON.stringify({ text })), [65_536, 131_072], 100), { text });
});
