import t from 'tap';
import type { Comparison, PairedTest } from '../../../protocol/comparison.ts';
import { metricHead, printMetric, printScore, printSetting } from '../../../web/experiments/metric-words.ts';
import { printP, sayTest, sayTests } from '../../../web/experiments/significance-words.ts';

t.test('a value is said in the units of its metric, a score as the number it is', (t) => {
  t.equal(printMetric('latency_ms', 1_234), '1.2 s');
  t.equal(printMetric('coverage', 0.9996), '99.9 %');
  t.equal(printMetric('accuracy', 0.84), '0.84');
  t.equal(printScore(0.123456), '0.1235');
  t.equal(printScore(-1_204), '−1,204');
  t.equal(printScore(12.5), '12.5');
  t.equal(metricHead('f1'), 'F1');
  t.equal(metricHead('rouge-l'), 'rouge-l');
  t.same(['null', '""', '"a b"', '16000'].map(printSetting), ['none', 'empty', 'a b', '16000']);
  t.end();
});

const SIDES: Comparison['sides'] = [
  { label: 'chunk_size=16000', runs: 40, means: [] },
  { label: 'chunk_size=32000', runs: 40, means: [] },
];
const TEST: PairedTest = {
  a: 0,
  b: 1,
  by: 'questions',
  metric: 'accuracy',
  better: 'higher',
  n: 40,
  mean_a: 0.84,
  mean_b: 0.7,
  effect: -0.14,
  wins_a: 9,
  wins_b: 1,
  test: 'mcnemar',
  p: 0.0107,
  p_adjusted: 0.0215,
  too_few: false,
  winner: 'a',
};

t.test('a test is said as a finding, with what it rests on', (t) => {
  const said = sayTest(TEST, { sides: SIDES, runs: [] });
  t.equal(said.kind, 'sure');
  t.equal(said.words, 'accuracy: chunk_size=16000 is better than chunk_size=32000');
  t.equal(
    said.grounds,
    '0.84 against 0.7 over 40 shared questions; 9 better, 1 worse, 30 equal; exact McNemar test, p = 0.021 after Holm',
  );
  t.match(sayTest({ ...TEST, winner: 'b' }, { sides: SIDES, runs: [] }).words, /32000 is better than chunk_size=16000/);
  t.match(sayTest({ ...TEST, winner: null }, { sides: SIDES, runs: [] }), {
    kind: 'unsure',
    words: /no sure difference/,
  });
  t.match(sayTest({ ...TEST, winner: null, too_few: true }, { sides: SIDES, runs: [] }), {
    kind: 'too-few',
    words: /too few pairs/,
  });
  t.end();
});

t.test('what is sure is said first, and no p is said to be nothing', (t) => {
  const tests = [{ ...TEST, winner: null, too_few: true }, { ...TEST, winner: null }, TEST];
  t.same(
    sayTests({ sides: SIDES, runs: [], tests }).map(({ kind }) => kind),
    ['sure', 'unsure', 'too-few'],
  );
  t.same([0, 0.0004, 0.0214, 0.431, 1].map(printP), ['< 0.001', '< 0.001', '= 0.021', '= 0.43', '= 1.00']);
  t.end();
});
