// A record counts on a line that begins in the chunk's own part, once, with that line as its quote; together the chunks count each line once.
import fc from 'fast-check';
import t from 'tap';
import { type Fragment, fragmentsOf } from '../../../conductor/cut/fragments.ts';
import { groundRecords } from '../../../conductor/verify/grounded-records.ts';
import { CHUNK_BYTES_MIN, QUOTE_CHARS_MAX } from '../../../protocol/limits.ts';
import type { FieldSpec } from '../../../protocol/records.ts';
import { textCorpus } from '../../support/text-corpus.ts';

const FIELDS: FieldSpec[] = [{ name: 'label', type: 'string' }];

async function cut(text: string | Buffer, kind: 'log' | 'prose', chunkBytes = CHUNK_BYTES_MIN): Promise<Fragment[]> {
  const fragments: Fragment[] = [];
  const cutting = { chunkBytes, kindOf: () => kind };
  for await (const fragment of fragmentsOf(textCorpus({ 'in.txt': text }), cutting)) fragments.push(fragment);
  return fragments;
}

/** A record for each line of the text that is sent, neighbours and all. */
function all(fragment: Fragment) {
  const lines = fragment.text.split('\n').length;
  return {
    records: Array.from({ length: lines + 2 }, (_, at) => ({ line: at + 1, fields: { label: 'x', other: 1 } })),
  };
}

const line = fc.oneof(
  { weight: 6, arbitrary: fc.string({ unit: 'grapheme', maxLength: 60 }) },
  fc.constantFrom('', '   ', 'x\r', '漢字🙂'.repeat(700), '# heading', 'word '.repeat(900)),
);

t.test('over all chunks each line that is not blank is counted once, at its place, neighbours never', async (t) => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(line, { maxLength: 80 }),
      fc.constantFrom('log' as const, 'prose' as const),
      async (lines, kind) => {
        const text = lines.map((one) => one.replaceAll('\n', ' ')).join('\n');
        const bytes = Buffer.from(text);
        const counted: [start: number, line: number][] = [];
        for (const fragment of await cut(text, kind)) {
          const { grounded, output } = groundRecords(all(fragment), fragment, FIELDS);
          t.equal(output.records.length, grounded.length);
          for (const { finding, record, ...place } of grounded) {
            t.ok(bytes.subarray(place.startByte, place.endByte).equals(Buffer.from(finding.quote)));
            t.ok(place.startByte >= fragment.span.start_byte && place.startByte < fragment.span.end_byte);
            t.equal(place.startLine, place.endLine);
            t.same(record, { label: 'x' });
            counted.push([place.startByte, place.startLine]);
          }
        }
        let start = 0;
        const expected: [number, number][] = [];
        for (const [at, one] of text.split('\n').entries()) {
          // A long line of nothing but blanks in its first quote has no words to cite.
          if (one.slice(0, QUOTE_CHARS_MAX).trim() !== '') expected.push([start, at + 1]);
          start += Buffer.byteLength(one) + 1;
        }
        t.same(
          counted.sort(([a], [b]) => a - b),
          expected,
        );
      },
    ),
    { numRuns: 60 },
  );
});

t.test('what names no line, a blank one, or one that has a record already is dropped and counted', async (t) => {
  const [fragment] = await cut('one\n\nthree\n', 'log');
  const record = (line: number, label = 'a') => ({ line, fields: { label } });
  const records = [record(3), record(1), record(2), record(4), record(99), record(1, 'b')];
  const { grounded, dropped, output } = groundRecords({ records }, fragment!, FIELDS);
  t.same(
    grounded.map(({ finding, startLine }) => [finding.quote, startLine]),
    [
      ['one', 1],
      ['three', 3],
    ],
  );
  t.same(output.records[0], record(1));
  t.equal(dropped, 4);
});

t.test('a line is quoted without its line end, up to the longest quote, and as far as it is UTF-8', async (t) => {
  const quotes = async (text: string | Buffer) => {
    const [fragment] = await cut(text, 'log', 64_000);
    return groundRecords(all(fragment!), fragment!, FIELDS).grounded.map(({ finding }) => finding.quote);
  };
  t.same(await quotes('a\r\nb\r\n'), ['a', 'b']);
  t.same(
    (await quotes(`${'é'.repeat(5_000)}\nend`)).map((quote) => quote.length),
    [QUOTE_CHARS_MAX, 3],
  );
  t.same(await quotes(Buffer.concat([Buffer.from('caf'), Buffer.from([0xe9]), Buffer.from(' noir\nnext')])), [
    'caf',
    'next',
  ]);
});
