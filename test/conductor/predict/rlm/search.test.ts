import fc from 'fast-check';
import t, { type Test } from 'tap';
import { exactFinder } from '../../../../conductor/predict/rlm/look/finders.ts';
import { partsOf } from '../../../../conductor/predict/rlm/look/parts.ts';
import { scan } from '../../../../conductor/predict/rlm/look/scan.ts';
import { search } from '../../../../conductor/predict/rlm/search.ts';
import type { Hit, SearchRequest } from '../../../../conductor/predict/rlm/world.ts';
import { textCorpus } from '../../../support/text-corpus.ts';
import { NATIVE_REGEX } from './stage.ts';

const { signal } = new AbortController();

function look(text: string | Buffer, request: Partial<SearchRequest> & { text: string }, pieceBytes?: number) {
  const corpus = textCorpus({ 'a.txt': text }, pieceBytes);
  const whole = { mode: 'literal', ignoreCase: false, hitsMax: 1_000, ...request } as const;
  return search({ corpus, regex: NATIVE_REGEX }, whole, signal);
}

/** Every hit must be exactly its bytes, on its lines. */
function checkHit(t: Test, bytes: Buffer, hit: Hit): void {
  t.equal(bytes.subarray(hit.startByte, hit.endByte).toString(), hit.text);
  const line = bytes.subarray(0, hit.startByte).toString('latin1').split('\n').length;
  t.equal(hit.startLine, line);
  t.equal(hit.endLine, line + hit.text.split('\n').length - 1);
}

const WORDS = ['alpha', 'ALPHA', 'Ωmega', '日本語', '🙂', 'naïve', 'x', ' ', 'beta-1', 'é'];
const line = fc.array(fc.constantFrom(...WORDS), { maxLength: 8 }).map((words) => words.join(''));
const document = fc
  .array(fc.tuple(line, fc.constantFrom('\n', '\r\n', '\n\n')), { maxLength: 30 })
  .map((lines) => lines.map((parts) => parts.join('')).join(''));

t.test(
  'a literal is found on every line that has it, whatever the line ends, scripts and pieces of the stream',
  async (t) => {
    await fc.assert(
      fc.asyncProperty(
        document,
        fc.constantFrom('alpha', 'Ω', '日本', '🙂', 'é', '-1', 'xx'),
        fc.integer({ min: 1, max: 40 }),
        fc.boolean(),
        async (text, wanted, pieceBytes, ignoreCase) => {
          const bytes = Buffer.from(text);
          const result = await look(text, { text: wanted, ignoreCase }, pieceBytes);
          const fold = (one: string) => (ignoreCase ? one.toLowerCase() : one);
          const lines = text.split('\n').filter((one) => fold(one).includes(fold(wanted)));
          t.equal(result.matches, lines.length);
          t.same(
            result.hits.map(({ text: found }) => found),
            lines.map((one) => one.replace(/\r$/, '')),
          );
          for (const hit of result.hits) checkHit(t, bytes, hit);
          t.equal(result.bytesScanned, bytes.length);
        },
      ),
      { numRuns: 150 },
    );
  },
);

t.test('a pattern is found line by line and never across a line end', async (t) => {
  const text = 'one 1\r\ntwo 22\n日本 333 🙂\nnone\n';
  const result = await look(text, { mode: 'regex', text: '\\d+\\s*\\S*$' });
  t.same(
    result.hits.map(({ text: found, startLine }) => [startLine, found]),
    [
      [1, 'one 1'],
      [2, 'two 22'],
      [3, '日本 333 🙂'],
    ],
  );
  for (const hit of result.hits) checkHit(t, Buffer.from(text), hit);
  await t.rejects(look(text, { mode: 'regex', text: '(' }), { code: 'pattern-invalid' });
});

t.test('hits in a line of 5 MB are passages of bounded length with the right bytes', async (t) => {
  const noise = '数据🙂-filler-'.repeat(250_000).slice(0, 1_700_000);
  const long = `first\n${noise}NEEDLE-1${noise}needle-2${noise.slice(0, 1_000)}\r\nlast NEEDLE-3\n`;
  const bytes = Buffer.from(long);
  t.ok(bytes.length > 5_000_000);
  for (const request of [
    { text: 'needle-', ignoreCase: true },
    { text: '[Nn][Ee]{2}DLE|needle', mode: 'regex' as const },
  ]) {
    const { hits, matches } = await look(long, request, 65_536);
    t.equal(matches, 3);
    t.same(
      hits.map(({ startLine }) => startLine),
      [2, 2, 3],
    );
    for (const hit of hits) {
      checkHit(t, bytes, hit);
      t.ok(hit.text.length <= 4_096 && /needle/i.test(hit.text));
    }
  }
});

t.test('what stands across two blocks of a long line, or across lines, is found once', async (t) => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.nat(200_000), { minLength: 1, maxLength: 12 }),
      fc.integer({ min: 20_000, max: 70_000 }),
      async (places, blockBytes) => {
        const bytes = Buffer.alloc(220_000, 'é');
        const starts = [...new Set(places.map((place) => place & ~1))].sort((left, right) => left - right);
        for (const start of starts) bytes.write('<needle>', start);
        const corpus = textCorpus({ a: bytes }, 9_001);
        const parts = partsOf(corpus, {});
        const by = { finder: exactFinder('<needle>'), feedsInMatch: 0, hitsMax: 100, blockBytes };
        const { hits } = await scan(corpus, parts, by, signal);
        const found = new Set<number>();
        for (const hit of hits) {
          t.equal(bytes.subarray(hit.startByte, hit.endByte).toString(), hit.text);
          let at = bytes.indexOf('<needle>', hit.startByte);
          for (; at >= 0 && at < hit.endByte; at = bytes.indexOf('<needle>', at + 1)) found.add(at);
        }
        // Some overwrite each other: what still stands there whole is what must be found.
        const whole = starts.filter((start) => bytes.subarray(start, start + 8).toString() === '<needle>');
        t.same(
          whole.filter((start) => !found.has(start)),
          [],
        );
        t.same(
          hits.map(({ startByte }) => startByte),
          [...hits.map(({ startByte }) => startByte)].sort((left, right) => left - right),
        );
      },
    ),
    { numRuns: 40 },
  );
  const text = `${'filler\n'.repeat(90_000)}first half\nsecond half\n${'filler\n'.repeat(90_000)}`;
  const two = await look(text, { text: 'first half\nsecond' }, 4_096);
  t.match(two, { matches: 1, hits: [{ startLine: 90_001, endLine: 90_002, text: 'first half\nsecond half' }] });
});

t.test('bytes that are no UTF-8 are searched too, and keep their places', async (t) => {
  const bytes = Buffer.concat([Buffer.from('caf'), Buffer.from([0xe9, 0xff, 10]), Buffer.from('Needle é here\n')]);
  for (const request of [{ text: 'needle', ignoreCase: true }, { text: 'Needle' }]) {
    const { hits } = await look(bytes, request);
    t.match(hits, [{ startByte: 6, startLine: 2, text: 'Needle é here' }]);
  }
});

t.test(
  'a ranked search gives the best lines first, in the lines of the file, within the parts asked for',
  async (t) => {
    const filler = Array.from({ length: 3_000 }, (_, index) => `INFO ${index} handled request in ${index % 90} ms`);
    filler[1_500] = 'ERROR worker crashed: segmentation fault in module parser';
    filler[2_500] = 'WARN parser module slow';
    const text = filler.join('\n');
    const bytes = Buffer.from(text);
    const result = await look(text, {
      mode: 'bm25',
      text: 'Which module crashed with a segmentation fault?',
      hitsMax: 5,
    });
    t.match(result.hits[0], { startLine: 1_501 });
    for (const hit of result.hits) checkHit(t, bytes, hit);
    t.equal(result.matches, 2);
    const startByte = bytes.indexOf('INFO 2000');
    const part = { file: 0, startByte, endByte: bytes.length, startLine: 2_001 };
    const later = await look(text, { mode: 'bm25', text: 'module crashed', hitsMax: 5, passages: [part] });
    t.match(later.hits[0], { startLine: 2_501, text: 'WARN parser module slow' });
    t.equal(later.bytesScanned, bytes.length - startByte);
  },
);

t.test('only the first hits are kept, and all are counted', async (t) => {
  const { hits, matches } = await look('hit\n'.repeat(5_000), { text: 'hit', hitsMax: 7 });
  t.equal(hits.length, 7);
  t.equal(matches, 5_000);
});
