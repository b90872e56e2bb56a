import assert from 'node:assert/strict';
import fc from 'fast-check';
import t from 'tap';
import { plainContext } from '../../../conductor/search/context.ts';
import { rankChunk } from '../../../conductor/search/rank.ts';
import { cite, cutText, planOf } from './cut-text.ts';

t.test('the line that answers comes first', async (t) => {
  const text = '10:00 eth0 link up\n10:01 disk sda1 is full\n10:02 eth1 link up\n';
  const [best] = rankChunk(text, planOf(text, 'Which disk is full?'), plainContext(text, 'log'));
  t.match(best, { quote: '10:01 disk sda1 is full', startLine: 1, endLine: 1 });
});

t.test('a quote is exactly what stands between its offsets, with line ends inside and none after', async () => {
  const word = fc.constantFrom('disk', 'full', 'the', 'naïve', '😀', '磁', 'of', '\t', "'q'", '# head');
  const line = fc.array(word, { maxLength: 12 }).map((parts) => parts.join(' '));
  fc.assert(
    fc.property(
      fc.array(line, { maxLength: 40 }),
      fc.constantFrom('\n', '\r\n'),
      fc.constantFrom('log', 'prose', 'code'),
      (lines, end, kind) => {
        const text = lines.join(end);
        for (const candidate of rankChunk(text, planOf(text, 'Is the disk full?'), plainContext(text, kind as 'log'))) {
          assert.equal(candidate.quote, text.slice(candidate.startOffset, candidate.endOffset));
          assert.doesNotMatch(candidate.quote, /[\r\n]$/);
          assert.equal(text.slice(0, candidate.startOffset).split('\n').length - 1, candidate.startLine);
          assert.equal(candidate.endLine - candidate.startLine, candidate.quote.split('\n').length - 1);
          assert.ok(Number.isFinite(candidate.score) && candidate.score > 0);
        }
      },
    ),
    { numRuns: 150 },
  );
});

t.test('near-identical log lines give one candidate, the first of the best', async (t) => {
  const text = Array.from({ length: 30 }, (_, index) => `10:${index} disk ${index} is full`).join('\n');
  const found = rankChunk(text, planOf(text, 'full disk'), plainContext(text, 'log'));
  t.equal(found.length, 1);
  t.equal(found[0]?.startLine, 0);
});

t.test('neighbours help in prose and not in logs', async (t) => {
  const text = 'The disk of the host is small.\nIt may be full.\n\nA full moon is not what is meant.\nNothing else.\n';
  const plan = planOf(text, 'full disk');
  const scores = (kind: 'prose' | 'log') => rankChunk(text, plan, plainContext(text, kind)).map((one) => one.score);
  t.ok(scores('prose')[0]! > scores('log')[0]!);
});

t.test('an answer does not depend on where the input is cut', async () => {
  const word = fc.constantFrom('disk', 'full', 'wait', 'sixty', 'seconds', 'the', 'of', 'and', 'because', '7', 'lost');
  const line = fc.oneof(
    { weight: 12, arbitrary: fc.array(word, { minLength: 1, maxLength: 10 }).map((words) => words.join(' ')) },
    { weight: 2, arbitrary: fc.constant('') },
    { weight: 1, arbitrary: fc.constantFrom('# Disk', '## Full', '```', '# Lost and found') },
    { weight: 1, arbitrary: fc.array(word, { minLength: 100, maxLength: 500 }).map((words) => words.join(' ')) },
  );
  fc.assert(
    fc.property(
      fc.array(line, { minLength: 1, maxLength: 120 }),
      fc.array(fc.nat(119), { maxLength: 40 }),
      fc.constantFrom('log' as const, 'prose' as const, 'code' as const),
      fc.constantFrom('\n', '\r\n'),
      (lines, at, kind, end) => {
        const text = lines.join(end);
        const starts = [0];
        for (let feed = text.indexOf('\n'); feed >= 0; feed = text.indexOf('\n', feed + 1)) starts.push(feed + 1);
        const cuts = at.map((line) => starts[line % starts.length]!);
        const query = 'How long until the disk is full, and why was it lost?';
        assert.deepStrictEqual(cite(text, kind, query, cuts), cite(text, kind, query, []));
      },
    ),
    { numRuns: 150 },
  );
});

t.test('a line longer than a chunk is found the same in windows', async (t) => {
  const text = `first\n${'filler words '.repeat(400)}the disk is full ${'more filler '.repeat(400)}\nlast`;
  const start = text.indexOf('\n') + 1;
  const cuts = [start, start + 1_024, start + 3 * 1_024, start + 8 * 1_024];
  const whole = cite(text, 'log', 'full disk', []);
  t.ok(whole[0]?.quote.includes('disk is full'));
  t.ok(whole[0]!.quote.length <= 1_024);
  t.same(cite(text, 'log', 'full disk', cuts), whole);
  t.equal(
    cutText(text, 'log', cuts)
      .map((piece) => piece.text)
      .join(''),
    text,
  );
});

t.test('twice the same question gives twice the same answer, and at most as many as asked for', async (t) => {
  const text = Array.from(
    { length: 200 },
    (_, index) => `${'disk '.repeat(index % 7)}full ${'abcdefgh'[index % 8]} x`,
  ).join('\n');
  const plan = planOf(text, 'full disk');
  const ask = () => rankChunk(text, plan, plainContext(text, 'log'), { candidates: 5 });
  t.same(ask(), ask());
  t.equal(ask().length, 5);
});

t.test('an empty text, an empty plan and a text without a match give nothing', async (t) => {
  const plan = planOf('a disk\n', 'disk');
  t.same(rankChunk('', plan, plainContext('', 'log')), []);
  t.same(rankChunk('nothing here\n', plan, plainContext('nothing here\n', 'prose')), []);
  const empty = { units: 0, averageTokens: 0, terms: [], hints: [], failures: [] };
  t.same(rankChunk('a disk\n', empty, plainContext('a disk\n', 'log')), []);
});
