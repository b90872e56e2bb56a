// Zoom and pan keep what they promise: what is under the pointer stays there, and one never leaves the run.
import fc from 'fast-check';
import t from 'tap';
import {
  following,
  held,
  panned,
  printTick,
  showing,
  type TimeScale,
  ticksOf,
  timeAt,
  wholeScale,
  xOf,
  zoomed,
} from '../../../../web/run/timeline/time-scale.ts';

const near = (one: number, other: number, tolerance: number) => Math.abs(one - other) <= tolerance;

t.test('a pixel is the time that lies on it', async (t) => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 10_000_000 }),
      fc.integer({ min: 100, max: 3_000 }),
      fc.nat(100),
      (total, width, x) => {
        const scale = wholeScale(total, width);
        t.ok(near(xOf(scale, timeAt(scale, x)), x, 0.01));
      },
    ),
  );
});

t.test('what is under the pointer stays there when one zooms in', async (t) => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1_000, max: 1_000_000 }),
      fc.nat(1_000),
      fc.integer({ min: 11, max: 40 }),
      (total, x, tenths) => {
        const scale = wholeScale(total, 1_000);
        const after = zoomed(scale, x, tenths / 10, total);
        t.ok(near(timeAt(after, x), timeAt(scale, x), total * 1e-6));
        t.ok(after.endMs - after.startMs < scale.endMs - scale.startMs);
      },
    ),
  );
});

t.test('no way of zooming and panning leads out of the run, or closer than can be seen', async (t) => {
  const step = fc.oneof(
    fc.record({ x: fc.nat(800), factor: fc.double({ min: 0.05, max: 20, noNaN: true }) }),
    fc.record({ byPx: fc.integer({ min: -5_000, max: 5_000 }) }),
  );
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1_000_000 }), fc.array(step, { maxLength: 40 }), (total, steps) => {
      let scale: TimeScale = wholeScale(total, 800);
      const whole = scale;
      for (const one of steps)
        scale = 'byPx' in one ? panned(scale, one.byPx, total) : zoomed(scale, one.x, one.factor, total);
      t.ok(scale.startMs >= whole.startMs - 1e-6);
      t.ok(scale.endMs <= whole.endMs + 1e-6);
      t.ok(scale.endMs - scale.startMs >= Math.min(5, whole.endMs - whole.startMs) - 1e-6);
    }),
  );
});

t.test('following keeps the span and has now at its right', async (t) => {
  const scale = following({ startMs: 0, endMs: 1_000, widthPx: 500 }, 7_000);
  t.equal(scale.endMs - scale.startMs, 1_000);
  t.ok(scale.endMs > 7_000 && scale.startMs < 7_000);
});

t.test('showing moves only as far as it must', async (t) => {
  const scale = held({ startMs: 1_000, endMs: 2_000, widthPx: 500 }, 10_000);
  t.same(showing(scale, 1_200, 1_400, 10_000), scale);
  const later = showing(scale, 2_500, 2_600, 10_000);
  t.ok(later.startMs < 2_500 && later.endMs > 2_600);
  const earlier = showing(scale, 100, 200, 10_000);
  t.ok(earlier.startMs < 100 && earlier.endMs > 200);
  const wider = showing(scale, 3_000, 9_000, 10_000);
  t.ok(wider.startMs <= 3_000 && wider.endMs >= 9_000);
});

t.test('ticks are round and have room for their words', async (t) => {
  fc.assert(
    fc.property(fc.integer({ min: 5, max: 1_000_000_000 }), fc.integer({ min: 200, max: 3_000 }), (total, width) => {
      const scale = wholeScale(total, width);
      const { stepMs, timesMs } = ticksOf(scale);
      t.ok(timesMs.length <= width / 84 + 2);
      t.ok(timesMs.every((time) => time % stepMs === 0 && time <= scale.endMs));
    }),
  );
});

t.test('a tick says as much as its step needs', async (t) => {
  t.equal(printTick(0, 100), '0');
  t.equal(printTick(250, 50), '250 ms');
  t.equal(printTick(1_500, 500), '1.5 s');
  t.equal(printTick(1_250, 50), '1.25 s');
  t.equal(printTick(12_000, 2_000), '12 s');
  t.equal(printTick(125_000, 5_000), '2:05');
  t.equal(printTick(3_605_000, 5_000), '1:00:05');
});
