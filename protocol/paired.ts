// Pairs what runs share and says whether the differences mean anything. Two runs that scored items of a data set (`item:q-17`) are paired
// item by item; two sides whose runs asked one data set one question each are paired question by question.
import type { ComparedRun, Metric, PairedTest } from './comparison.ts';
import type { RunRecord } from './run.ts';
import { betterOf, competesIn, figureOf, itemsOf, meanOf } from './run-values.ts';
import { ALPHA, holm, mcnemar, PAIRS_MIN, signFlip } from './significance.ts';

/** Up to so many everyone is compared with everyone; of more, each with the first. */
const ALL_AGAINST_ALL_MAX = 8;

type Untold = Omit<PairedTest, 'p_adjusted' | 'winner'>;
type Sides = Pick<PairedTest, 'a' | 'b' | 'by'>;

function* couples(count: number): Generator<readonly [a: number, b: number]> {
  for (let a = 0; a < (count > ALL_AGAINST_ALL_MAX ? 1 : count); a++) for (let b = a + 1; b < count; b++) yield [a, b];
}

function test(
  sides: Sides,
  { name: metric, better }: Metric,
  pairs: readonly (readonly [number, number])[],
): Untold | undefined {
  if (pairs.length === 0) return undefined;
  const differences = pairs.map(([a, b]) => b - a);
  const sign = better === 'higher' ? 1 : -1;
  const wins = (side: number) => differences.filter((difference) => difference * sign * side > 0).length;
  const [wins_a, wins_b] = [wins(-1), wins(1)];
  const isBinary = pairs.every((pair) => pair.every((value) => value === 0 || value === 1));
  const [mean_a, mean_b] = [meanOf(pairs.map(([a]) => a)) ?? 0, meanOf(pairs.map(([, b]) => b)) ?? 0];
  return {
    ...sides,
    metric,
    better,
    n: pairs.length,
    mean_a,
    mean_b,
    effect: mean_b - mean_a,
    wins_a,
    wins_b,
    test: isBinary ? 'mcnemar' : 'sign-flip',
    p: isBinary ? mcnemar(wins_a, wins_b) : signFlip(differences),
    too_few: pairs.length < PAIRS_MIN,
  };
}

/** Run against run, by the items that both scored. */
function* itemTests(runs: readonly RunRecord[]): Generator<Untold | undefined> {
  const scoring = runs
    .map((run, at) => ({ at, dataset: run.dataset, items: itemsOf(run) }))
    .filter(({ items }) => items.size > 0);
  const metric: Metric = { name: 'items', better: betterOf('items') };
  for (const [left, right] of couples(scoring.length)) {
    const [a, b] = [scoring[left]!, scoring[right]!];
    if (a.dataset !== b.dataset) continue;
    const pairs = [...a.items].flatMap(([item, value]) => {
      const other = b.items.get(item);
      return other === undefined ? [] : [[value, other] as const];
    });
    yield test({ a: a.at, b: b.at, by: 'items' }, metric, pairs);
  }
}

/** Question → the mean of what its runs of this side have of the metric. */
function byQuestion(runs: readonly RunRecord[], metric: Metric): Map<string, number> {
  const values = new Map<string, number[]>();
  for (const run of runs) {
    const value = run.dataset === null || !competesIn(run, metric) ? null : figureOf(run, metric);
    if (value === null) continue;
    const question = JSON.stringify([run.dataset, run.query]);
    values.set(question, [...(values.get(question) ?? []), value]);
  }
  return new Map([...values].map(([question, all]) => [question, meanOf(all)!]));
}

/** Side against side, by the questions that both were asked. */
function* questionTests(
  sides: readonly (readonly RunRecord[])[],
  metrics: readonly Metric[],
): Generator<Untold | undefined> {
  for (const metric of metrics) {
    const values = sides.map((runs) => byQuestion(runs, metric));
    for (const [a, b] of couples(sides.length)) {
      const pairs = [...values[a]!].flatMap(([question, value]) => {
        const other = values[b]!.get(question);
        return other === undefined ? [] : [[value, other] as const];
      });
      yield test({ a, b, by: 'questions' }, metric, pairs);
    }
  }
}

/** @param compared with the side of each run, in the order of `runs` */
export function pairedTests(
  runs: readonly RunRecord[],
  compared: readonly ComparedRun[],
  sideCount: number,
  metrics: readonly Metric[],
): PairedTest[] {
  const sides = Array.from({ length: sideCount }, (_, side) => runs.filter((_run, at) => compared[at]!.side === side));
  const told = [...itemTests(runs), ...questionTests(sides, metrics)].filter((one) => one !== undefined);
  const adjusted = holm(told.filter(({ too_few }) => !too_few).map(({ p }) => p));
  return told.map((one) => {
    const p_adjusted = one.too_few ? 1 : adjusted.shift()!;
    const isSure = !one.too_few && p_adjusted < ALPHA && one.effect !== 0;
    const bIsBetter = one.effect > 0 === (one.better === 'higher');
    return { ...one, p_adjusted, winner: isSure ? (bIsBetter ? 'b' : 'a') : null };
  });
}
