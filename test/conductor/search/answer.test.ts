import t from 'tap';
import { answerFrom } from '../../../conductor/search/answer.ts';
import type { PlacedCandidate } from '../../../conductor/search/merge.ts';

const candidate = (quote: string, count?: number): PlacedCandidate => ({
  file: 0,
  startLine: 1,
  startByte: 0,
  score: 1,
  groupKey: quote,
  quote,
  count,
});

t.test('the answer is quotes with their marks', async (t) => {
  const { text, order } = answerFrom([candidate('disk full'), candidate('two\r\n  lines')], { hints: [] });
  t.equal(text, 'disk full [1]\ntwo lines [2]');
  t.same(order, [0, 1]);
});

t.test('a count is told only where it was asked for and is known', async (t) => {
  t.equal(answerFrom([candidate('lost', 147)], { hints: ['count'] }).text, '147 lines like this: lost [1]');
  t.equal(answerFrom([candidate('lost', 1)], { hints: ['count'] }).text, '1 line like this: lost [1]');
  t.equal(answerFrom([candidate('lost')], { hints: ['count'] }).text, 'lost [1]');
  t.equal(answerFrom([candidate('lost', 147)], { hints: [] }).text, 'lost [1]');
});

t.test('nothing found is an empty answer, and a huge quote is clipped on a whole character', async (t) => {
  t.equal(answerFrom([], { hints: [] }).text, '');
  const { text } = answerFrom([candidate(`${'x'.repeat(599)}😀${'y'.repeat(100)}`)], { hints: [] });
  t.equal(text, `${'x'.repeat(599)}… [1]`);
});
