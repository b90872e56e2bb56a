import t from 'tap';
import { evidenceCoverage, f1, pairsIn, scoreOf } from '../../../bench/long-context/score.ts';

t.test('a count loses a quarter for each that it is off, and marks of citations are no numbers', async (t) => {
  const scoring = { kind: 'count', count: 1_204 } as const;
  t.equal(scoreOf(scoring, '1,204 [1][22]'), 1);
  t.equal(scoreOf(scoring, 'There are 1203 of them.'), 0.75);
  t.equal(scoreOf(scoring, 'There are 1206.'), 0.5625);
  t.equal(scoreOf(scoring, '[3] none'), 0);
});

t.test('a choice counts only when it is the one that is named, as a word', async (t) => {
  const scoring = { kind: 'choice', choice: 'date', of: ['date', 'place'] } as const;
  t.equal(scoreOf(scoring, 'The kind is Date.'), 1);
  t.equal(scoreOf(scoring, 'date or place'), 0);
  t.equal(scoreOf(scoring, 'updated'), 0);
});

t.test('pairs are unordered, each counts once, and they are read in whatever form they are written', async (t) => {
  const written = [
    'user-01, user-02\nuser-03, user-01',
    '[["user-02","user-01"],["user-01","user-03"]]',
    '(user-1, user-2)',
  ];
  t.same([...pairsIn(written[0]!)], ['user-01 user-02', 'user-01 user-03']);
  t.same([...pairsIn(written[1]!)], ['user-01 user-02', 'user-01 user-03']);
  t.same([...pairsIn(written[2]!)], ['user-1 user-2']);
  t.same([...pairsIn('user-01 & user-02; user-02 and user-01')], ['user-01 user-02']);
  const scoring = {
    kind: 'pairs',
    pairs: [
      ['user-01', 'user-02'],
      ['user-01', 'user-03'],
    ],
  } as const;
  t.equal(scoreOf(scoring, written[0]!), 1);
  t.equal(scoreOf(scoring, 'user-01, user-02'), 2 / 3);
  t.equal(scoreOf({ kind: 'pairs', pairs: [] }, 'none'), 1);
  t.equal(f1(new Set(['x']), new Set()), 0);
});

t.test('labels are told by number, each once, in any order', async (t) => {
  const scoring = {
    kind: 'labels',
    labels: [
      [1, 'place'],
      [2, 'date'],
      [3, 'date'],
      [4, 'person'],
    ],
  } as const;
  t.equal(scoreOf(scoring, '2: date\n1: place\n3: place'), 0.5);
  t.equal(scoreOf(scoring, 'no: 1, kind: place\nno: 2, kind: date\nno: 3, kind: date\nno: 4, kind: person'), 1);
  t.equal(scoreOf(scoring, '1: place\n1: place'), 0);
});

t.test('evidence is covered by a citation that has one of its lines, in the same file', async (t) => {
  const evidence = [
    { path: 'a', startLine: 3, endLine: 4 },
    { path: 'b', startLine: 1, endLine: 1 },
  ];
  t.equal(evidenceCoverage(evidence, [{ path: 'a', start_line: 4, end_line: 9 }]), 0.5);
  t.equal(evidenceCoverage(evidence, [{ path: 'c', start_line: 1, end_line: 9 }]), 0);
  t.equal(evidenceCoverage([], []), null);
});
