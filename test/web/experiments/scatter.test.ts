import t from 'tap';
import { dotsOf, metricsWithValues } from '../../../web/experiments/scatter.ts';

t.test('only runs that have both are drawn', (t) => {
  const metrics = [
    { name: 'accuracy', better: 'higher' as const },
    { name: 'cost_sats', better: 'lower' as const },
    { name: 'f1', better: 'higher' as const },
  ];
  const run = (run_id: string, values: (number | null)[]) => ({
    ...{ run_id, created_at: '', status: 'done' as const, method: '', query: '', dataset: null, side: 0 },
    ...{ values, best: [] },
  });
  const runs = [run('a', [0.5, 3, null]), run('b', [null, 3, null]), run('c', [0.7, null, null])];
  t.same(dotsOf({ metrics, runs }, 'cost_sats', 'accuracy'), [{ runId: 'a', side: 0, x: 3, y: 0.5 }]);
  t.same(dotsOf({ metrics, runs }, 'nothing', 'accuracy'), []);
  t.same(metricsWithValues({ metrics, runs }), ['accuracy', 'cost_sats']);
  t.end();
});
