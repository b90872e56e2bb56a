// What a paired test says, in a sentence that somebody who knows no statistics can act on. Pure.
import type { Comparison, PairedTest } from '../../protocol/comparison.ts';
import { metricHead, printMetric, printScore } from './metric-words.ts';

const TESTS: Readonly<Record<PairedTest['test'], string>> = {
  mcnemar: 'exact McNemar test',
  'sign-flip': 'sign-flip test',
};

/** `< 0.001`, `0.012`, `0.43`. */
export function printP(p: number): string {
  if (p < 0.001) return '< 0.001';
  return `= ${p < 0.1 ? p.toFixed(3) : p.toFixed(2)}`;
}

/** What is compared: two sides, or two runs where items are paired. */
export function namesOf(
  { a, b, by }: PairedTest,
  { sides, runs }: Pick<Comparison, 'sides' | 'runs'>,
): readonly [string, string] {
  const nameOf = (index: number) =>
    by === 'questions' ? (sides[index]?.label ?? '?') : `run …${runs[index]?.run_id.slice(-6) ?? '?'}`;
  return [nameOf(a), nameOf(b)];
}

export interface Said {
  /** The finding. */
  readonly words: string;
  /** What it rests on. */
  readonly grounds: string;
  /** How sure it is. */
  readonly kind: 'sure' | 'unsure' | 'too-few';
}

/** One test in words. */
export function sayTest(test: PairedTest, comparison: Pick<Comparison, 'sides' | 'runs'>): Said {
  const [a, b] = namesOf(test, comparison);
  const metric = metricHead(test.metric).toLowerCase();
  const print = (value: number) => (test.by === 'items' ? printScore(value) : printMetric(test.metric, value));
  const pairs = `${test.n} ${test.by === 'items' ? 'shared item' : 'shared question'}${test.n === 1 ? '' : 's'}`;
  const equal = test.n - test.wins_a - test.wins_b;
  const means = `${print(test.mean_a)} against ${print(test.mean_b)} over ${pairs}`;
  const wins = `${test.wins_a} better, ${test.wins_b} worse, ${equal} equal`;
  const grounds = `${means}; ${wins}; ${TESTS[test.test]}, p ${printP(test.p_adjusted)} after Holm`;
  if (test.too_few) return { kind: 'too-few', words: `${metric}: too few pairs to tell ${a} from ${b}`, grounds };
  if (test.winner === null)
    return { kind: 'unsure', words: `${metric}: no sure difference between ${a} and ${b}`, grounds };
  const [winner, loser] = test.winner === 'a' ? [a, b] : [b, a];
  return { kind: 'sure', words: `${metric}: ${winner} is better than ${loser}`, grounds };
}

const RANK: Readonly<Record<Said['kind'], number>> = { sure: 0, unsure: 1, 'too-few': 2 };

/** All tests, what is sure first. */
export function sayTests(comparison: Pick<Comparison, 'sides' | 'runs' | 'tests'>): readonly Said[] {
  return comparison.tests
    .map((test) => sayTest(test, comparison))
    .sort((left, right) => RANK[left.kind] - RANK[right.kind]);
}
