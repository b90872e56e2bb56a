import fc from 'fast-check';
import t from 'tap';
import { axisOf, dotsOf, metricsWithValues } from '../../../web/experiments/scatter.ts';

t.test('whatever the values, the axis holds them between round ends', (t) => {
  const value = fc.double({ min: -1e9, max: 1e9, noNaN: true });
  fc.assert(
    fc.property(fc.array(value, { minLength: 1, maxLength: 50 }), (values) => {
      const axis = axisOf(values);
      t.ok(axis.ticks.length >= 2 && axis.ticks.length <= 16, `${axis.ticks.length} ticks`);
      for (const one of values) {
        const place = axis.at(one);
        t.ok(place >= -1e-6 && place <= 1 + 1e-6, `${one} lies at ${place}`);
      }
    }),
  );
  t.same(axisOf([0.7, 0.9]).ticks, [0.7, 0.75, 0.8, 0.85, 0.9]);
  t.ok(Math.abs(axisOf([5]).at(5) - 0.5) < 0.2, 'a value alone lies in the middle');
  t.same(axisOf([]).ticks, [0, 1]);
  t.end();
});

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
