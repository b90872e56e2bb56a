import t from 'tap';
import { compareRuns } from '../../protocol/compare.ts';
import { comparisonSchema } from '../../protocol/comparison.ts';
import type { RunRecord } from '../../protocol/run.ts';
import { type MadeRun, madeRecord } from '../support/made-runs.ts';

const columnOf = (runs: RunRecord[], name: string) => {
  const comparison = compareRuns(runs);
  const at = comparison.metrics.findIndex((metric) => metric.name === name);
  return comparison.runs.map(({ values, best }) => `${values[at] ?? '-'}${best[at] ? ' best' : ''}`);
};

/** One run for each question of a data set. */
function series(
  first: number,
  method: string,
  accuracies: readonly number[],
  more: Partial<MadeRun> = {},
): RunRecord[] {
  return accuracies.map((accuracy, at) =>
    madeRecord({ number: first + at, method, dataset: 'qa', query: `q${at}`, scores: { accuracy }, ...more }),
  );
}

t.test(
  'the best of each metric is marked in the direction that is better, and not where all are the same',
  async (t) => {
    const runs = [
      madeRecord({ number: 1, costMsat: 5_000, latencyMs: 900, scores: { accuracy: 0.8, word_error: 0.3, f1: 1 } }),
      madeRecord({ number: 2, costMsat: 2_000, latencyMs: 900, scores: { accuracy: 0.9, word_error: 0.1, f1: 1 } }),
      madeRecord({ number: 3, costMsat: 2_000, latencyMs: 900, scores: { word_error: 0.2 } }),
    ];
    t.same(columnOf(runs, 'accuracy'), ['0.8', '0.9 best', '-']);
    t.same(columnOf(runs, 'word_error'), ['0.3', '0.1 best', '0.2']);
    t.same(columnOf(runs, 'cost_sats'), ['5', '2 best', '2 best']);
    t.same(columnOf(runs, 'latency_ms'), ['900', '900', '900']);
    t.same(columnOf(runs, 'f1'), ['1', '1', '-']);
    comparisonSchema.parse(compareRuns(runs));
    comparisonSchema.parse(compareRuns([]));
    t.same(columnOf(runs.slice(0, 1), 'accuracy'), ['0.8'], 'nobody is the best of one');
  },
);

t.test('who gave up early is neither the fastest nor the cheapest', async (t) => {
  const runs = [
    madeRecord({ number: 1, latencyMs: 900, costMsat: 9_000, coverage: 1 }),
    madeRecord({ number: 2, latencyMs: 800, costMsat: 8_000, coverage: 0.9 }),
    madeRecord({ number: 3, latencyMs: 1, status: 'failed', coverage: 0 }),
    madeRecord({ number: 4, latencyMs: 2, status: 'partial', coverage: 0.1 }),
    madeRecord({ number: 5, latencyMs: 3, status: 'running', coverage: 0.1 }),
  ];
  t.same(columnOf(runs, 'latency_ms'), ['900', '800 best', '1', '2', '-']);
  t.same(columnOf(runs, 'coverage'), ['1 best', '0.9', '0', '0.1', '-']);
});

t.test('only what differs in how runs were asked is told, for each run', async (t) => {
  const [first, second] = [
    madeRecord({ number: 1, dataset: 'a' }),
    madeRecord({ number: 2, dataset: 'a', method: 'pylon.local' }),
  ];
  const slow = { ...second, config: { ...second.config, fanout: 1, deadline_ms: 5 } };
  t.same(compareRuns([first, slow]).differences, [
    { field: 'method', values: ['"pylon.map_reduce"', '"pylon.local"'] },
    { field: 'fanout', values: ['10', '1'] },
    { field: 'deadline_ms', values: ['null', '5'] },
  ]);
  t.same(
    compareRuns([first, slow]).sides.map(({ label, runs }) => [label, runs]),
    [
      ['pylon.map_reduce fanout=10 deadline_ms=null', 1],
      ['pylon.local fanout=1 deadline_ms=5', 1],
    ],
  );
  t.same(compareRuns([first, first]).differences, []);
});

t.test('runs that asked the same questions of one data set are paired by question; 0 and 1 by McNemar', async (t) => {
  const right = Array.from({ length: 20 }, (_, at) => (at < 18 ? 1 : 0));
  const wrong = Array.from({ length: 20 }, (_, at) => (at < 8 ? 1 : 0));
  const runs = [...series(1, 'old', wrong), ...series(101, 'new', right)];
  const [test] = compareRuns(runs).tests;
  t.match(test, {
    a: 0,
    b: 1,
    by: 'questions',
    metric: 'accuracy',
    n: 20,
    mean_a: 0.4,
    mean_b: 0.9,
    effect: 0.5,
    wins_a: 0,
    wins_b: 10,
    test: 'mcnemar',
    p: 2 / 1_024,
    too_few: false,
    winner: 'b',
  });
  const [first, second] = compareRuns(runs).sides;
  t.match(
    [first, second],
    [
      { label: 'old', runs: 20 },
      { label: 'new', means: [0.9] },
    ],
  );
});

t.test(
  'graded scores are paired too, lower wins where lower is better, and too few pairs are said to be too few',
  async (t) => {
    const graded = (first: number, method: string, base: number) =>
      Array.from({ length: 12 }, (_, at) =>
        madeRecord({ number: first + at, method, dataset: 'qa', query: `q${at}`, scores: { loss: base + at / 100 } }),
      );
    const { tests } = compareRuns([...graded(1, 'old', 0.5), ...graded(101, 'new', 0.2)]);
    t.match(
      tests.find(({ metric }) => metric === 'loss'),
      { test: 'sign-flip', n: 12, wins_b: 12, p: 2 / 4_096, winner: 'b' },
    );
    const few = compareRuns([...series(1, 'old', [0, 0, 0, 0, 0]), ...series(101, 'new', [1, 1, 1, 1, 1])]).tests[0];
    t.match(few, { n: 5, too_few: true, winner: null, p: 2 / 32, p_adjusted: 1 });
  },
);

t.test('what shares no data set, no question or no score is not paired; repeated questions count once', async (t) => {
  const [old, other] = [series(1, 'old', [1, 0, 1]), series(101, 'new', [1, 1, 1], { dataset: 'other' })];
  t.same(compareRuns([...old, ...other]).tests, []);
  t.same(
    compareRuns([...series(1, 'old', [1], { dataset: null }), ...series(9, 'new', [1], { dataset: null })]).tests,
    [],
  );
  const twice = [...series(1, 'old', [1, 0]), ...series(11, 'old', [0, 0]), ...series(101, 'new', [1, 1])];
  t.match(compareRuns(twice).tests[0], { n: 2, mean_a: 0.25, test: 'sign-flip' });
});

t.test('two runs that scored the items of one data set are paired item by item', async (t) => {
  const scores = (right: number) =>
    Object.fromEntries(Array.from({ length: 30 }, (_, at) => [`item:${at}`, at < right ? 1 : 0]));
  const runs = [
    madeRecord({ number: 1, dataset: 'qa', scores: scores(10) }),
    madeRecord({ number: 2, dataset: 'qa', scores: { ...scores(25), 'item:extra': 1 } }),
    madeRecord({ number: 3, dataset: 'other', scores: scores(25) }),
  ];
  const tests = compareRuns(runs).tests.filter(({ by }) => by === 'items');
  t.match(tests, [{ a: 0, b: 1, n: 30, wins_b: 15, wins_a: 0, test: 'mcnemar', winner: 'b' }]);
  t.equal(tests.length, 1);
  t.same(columnOf(runs, 'items')[0], `${10 / 30}`);
  t.notOk(
    compareRuns(runs).metrics.some(({ name }) => name.startsWith('item:')),
    'items are no columns',
  );
});

t.test('a score may have any name that an object inherits', async (t) => {
  const runs = [madeRecord({ number: 1, scores: { constructor: 3 } as never }), madeRecord({ number: 2 })];
  t.same(columnOf(runs, 'constructor'), ['3', '-']);
});
