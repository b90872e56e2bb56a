import t from 'tap';
import { paretoSvg, paretoText, pointsOf } from '../../../bench/long-context/pareto.ts';
import { overall } from '../../../bench/long-context/summarise.ts';
import { madeResult } from '../../support/made-results.ts';

const figures = { good: [1, 1_000], better: [1, 500], poor: [0.5, 100], dear: [0.5, 90_000] } as const;
const results = Object.entries(figures).map(([method, [score, tokens]]) =>
  madeResult({ method, metrics: { score, input_tokens: tokens, output_tokens: 0 } }),
);

t.test('those that nobody beats in score and tokens are the front', async (t) => {
  const points = pointsOf(overall(results));
  t.same(
    points.filter(({ isBest }) => isBest).map(({ method }) => method),
    ['poor', 'better'],
  );
  t.same(
    points.map(({ cost }) => cost),
    [100, 500, 1_000, 90_000],
  );
});

t.test('the picture has each method once, as words and as a point', async (t) => {
  const points = pointsOf(overall(results));
  const svg = paretoSvg(points, 'a <b> & c');
  t.equal(svg.match(/<circle/g)?.length, 4);
  t.match(svg, /a &lt;b&gt; &amp; c/);
  const text = paretoText(points);
  for (const method of Object.keys(figures)) t.equal(text.split(` ${method}:`).length, 2);
});

t.test('methods are compared over the tasks that all of them were asked', async (t) => {
  const more = madeResult({ method: 'good', task: 'other-1-1', metrics: { score: 0 } });
  const [row] = overall([...results, more]).filter(({ method }) => method === 'good');
  t.match(row, { tasks: 1, score: 1 });
});
