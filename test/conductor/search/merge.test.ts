import assert from 'node:assert/strict';
import fc from 'fast-check';
import t from 'tap';
import { mergeCandidates, type PlacedCandidate } from '../../../conductor/search/merge.ts';

const candidate = (
  score: number,
  startByte: number,
  groupKey: string,
  quote = `${groupKey} words`,
): PlacedCandidate => ({
  file: 0,
  startLine: 1,
  startByte,
  score,
  groupKey,
  quote,
});

t.test('of each group the best stays, and of equals the earliest', async (t) => {
  const merged = mergeCandidates(
    [candidate(1, 50, 'a'), candidate(2, 90, 'a'), candidate(2, 10, 'a'), candidate(3, 0, 'b')],
    5,
  );
  t.same(
    merged.map((one) => [one.groupKey, one.startByte]),
    [
      ['b', 0],
      ['a', 10],
    ],
  );
});

t.test('the order in which chunks come back changes nothing', async () => {
  const one = fc.record({ score: fc.nat(5), at: fc.nat(20), group: fc.constantFrom('a', 'b', 'c', 'd', 'e') });
  fc.assert(
    fc.property(fc.array(one, { maxLength: 40 }), fc.nat(40), (list, turn) => {
      const all = list.map(({ score, at, group }) => candidate(score, at, `${group}${at}`));
      const turned = [...all.slice(turn), ...all.slice(0, turn)].reverse();
      assert.deepStrictEqual(mergeCandidates(turned, 8), mergeCandidates(all, 8));
    }),
    { numRuns: 100 },
  );
});

t.test('a quote that says something new comes before one that repeats', async (t) => {
  const merged = mergeCandidates(
    [
      candidate(10, 0, 'a', 'the disk is full again'),
      candidate(9.5, 1, 'b', 'the disk is full again today'),
      candidate(9, 2, 'c', 'quota exceeded while writing'),
    ],
    3,
  );
  t.same(
    merged.map((one) => one.groupKey),
    ['a', 'c', 'b'],
  );
});
