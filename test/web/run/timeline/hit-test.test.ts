// The bar under the pointer is the one that is drawn there.
import t from 'tap';
import { fold } from '../../../../protocol/fold.ts';
import { barAt, type Standing } from '../../../../web/run/timeline/hit-test.ts';
import { wholeScale, xOf } from '../../../../web/run/timeline/time-scale.ts';
import { TimelineModel } from '../../../../web/run/timeline/timeline-model.ts';
import { walk } from '../../../../web/run/timeline/walk.ts';
import { traceOf } from '../../../support/traces.ts';

function stage() {
  const state = fold(traceOf({ queries: 40 }));
  const model = new TimelineModel(state, { lanesBy: 'chunk', canaries: false });
  const standing: Standing = {
    scale: wholeScale(model.lastMs, 800),
    rowPx: 10,
    topPx: 35,
    leftPx: 100,
    nowMs: model.lastMs,
  };
  return { model, standing };
}

t.test('the middle of each bar hits that bar, wherever one has scrolled', async (t) => {
  const { model, standing } = stage();
  for (const [line, { row }] of model.lines.entries()) {
    const x = 100 + xOf(standing.scale, (row.starts[0]! + row.ends[0]!) / 2);
    const spot = barAt(model.lines, standing, x, line * 10 + 5 - 35);
    t.same(spot, { bar: row.bars[0], line });
  }
});

t.test('labels, empty time and what lies below the last row hit nothing', async (t) => {
  const { model, standing } = stage();
  t.equal(barAt(model.lines, standing, 50, 5), undefined);
  t.equal(barAt(model.lines, standing, 899, 5), undefined);
  t.equal(barAt(model.lines, standing, 300, 5_000), undefined);
});

t.test('the keyboard walk reaches every row and stays at the edges', async (t) => {
  const { model } = stage();
  let bar = walk(model, undefined, 'first');
  t.equal(bar, 0);
  t.equal(walk(model, bar, 'up'), bar);
  const seen = new Set<number>();
  for (let step = 0; step < 40; step++) {
    seen.add(bar!);
    bar = walk(model, bar, 'down');
  }
  t.equal(seen.size, 40);
  t.equal(walk(model, bar, 'down'), bar);
  t.equal(walk(model, undefined, 'last'), 39);
});
