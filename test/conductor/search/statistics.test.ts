import assert from 'node:assert/strict';
import fc from 'fast-check';
import t from 'tap';
import { analyseQuery } from '../../../conductor/search/query.ts';
import { CorpusStatistics } from '../../../conductor/search/statistics.ts';
import { templateKey } from '../../../conductor/search/template.ts';

function survey(pieces: readonly string[], query: string): CorpusStatistics {
  const statistics = new CorpusStatistics(analyseQuery(query));
  for (const piece of pieces) statistics.observe(piece);
  statistics.endFile();
  return statistics;
}

t.test('the plan is the same however the input arrives', async () => {
  const line = fc.constantFrom(
    'disk full on host1',
    'error: no space left',
    '',
    'all good',
    `x${' long line'.repeat(300)}`,
  );
  fc.assert(
    fc.property(fc.array(line, { maxLength: 30 }), fc.array(fc.nat(4_000), { maxLength: 8 }), (lines, cuts) => {
      const text = lines.join('\r\n');
      const borders = [0, ...cuts.map((cut) => Math.min(cut, text.length)), text.length].sort((a, b) => a - b);
      const pieces = borders.slice(0, -1).map((from, index) => text.slice(from, borders[index + 1]));
      const query = 'Why is the disk full?';
      assert.deepStrictEqual(survey(pieces, query).plan(), survey([text], query).plan());
    }),
    { numRuns: 100 },
  );
});

t.test('a line without an end does not pile up in memory, and is counted once', async (t) => {
  const statistics = new CorpusStatistics(analyseQuery('disk'));
  for (let piece = 0; piece < 100; piece++) statistics.observe(' disk and more'.repeat(1_000));
  statistics.endFile();
  const whole = survey([' disk and more'.repeat(100_000)], 'disk');
  t.same(statistics.plan(), whole.plan());
});

t.test('near-identical lines count as one document', async (t) => {
  const lines = Array.from({ length: 50 }, (_, index) => `disk ${index} is full\n`).join('');
  const plan = survey([lines, 'the disk is new\n'], 'disk').plan();
  t.equal(plan.units, 51);
  t.equal(plan.terms.find((term) => term.stem === 'disk')?.frequency, 2);
});

t.test('each file is judged by itself', async (t) => {
  const statistics = new CorpusStatistics(analyseQuery('disk'));
  statistics.observe('2026-11-21 10:00:01 INFO disk 1 up\n'.repeat(60));
  statistics.endFile();
  statistics.observe('The disk is the part of the machine that keeps what you wrote to it.\n'.repeat(3));
  statistics.endFile();
  statistics.observe('int main(void) {\n  return 0;\n}\n');
  statistics.endFile();
  t.same(
    [0, 1, 2].map((file) => statistics.kindOf(file)),
    ['log', 'prose', 'code'],
  );
});

t.test('lines are counted exactly where a question asks how many, and not otherwise', async (t) => {
  const text = Array.from({ length: 147 }, (_, index) => `12:00:${index} contact lost\n`).join('');
  const key = templateKey('12:00:00 contact lost', 0, 21, 'log');
  t.equal(survey([text], 'How many contacts were lost?').countOf(key), 147);
  t.equal(survey([text], 'How many contacts were lost?').countOf('0000000000000000'), undefined);
  t.equal(survey([text], 'Who lost contact?').countOf(key), undefined);
});
