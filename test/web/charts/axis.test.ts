import fc from 'fast-check';
import t from 'tap';
import { axisOf } from '../../../web/charts/axis.ts';

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
