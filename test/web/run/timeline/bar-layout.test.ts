// Merging by pixel: no bar is left out, no wide bar is swallowed, and a row never costs more than its pixels.
import fc from 'fast-check';
import t from 'tap';
import { layOut } from '../../../../web/run/timeline/bar-layout.ts';
import { Row } from '../../../../web/run/timeline/row.ts';
import { wholeScale, xOf } from '../../../../web/run/timeline/time-scale.ts';

const WIDTH_PX = 300;

function rowOf(parts: readonly (readonly [gap: number, length: number])[]): {
  readonly row: Row;
  readonly totalMs: number;
} {
  const row = new Row();
  let time = 0;
  for (const [index, [gap, length]] of parts.entries()) {
    const at = row.push(index, time + gap, 0);
    time += gap + length;
    row.ends[at] = time;
  }
  return { row, totalMs: time };
}

t.test('every bar is somewhere on the canvas, and wide ones are on their own', async (t) => {
  const parts = fc.array(fc.tuple(fc.nat(60), fc.oneof(fc.nat(2), fc.nat(200))), { minLength: 1, maxLength: 400 });
  fc.assert(
    fc.property(parts, (list) => {
      const { row, totalMs } = rowOf(list);
      const scale = wholeScale(totalMs, WIDTH_PX);
      const painted: [number, number][] = [];
      const alone = new Set<number>();
      layOut(row, scale, totalMs, {
        alone: (at, x, width) => {
          alone.add(at);
          painted.push([x, x + width]);
        },
        merged: (_, x, width) => void painted.push([x, x + width]),
      });
      for (let at = 0; at < row.length; at++) {
        const left = xOf(scale, row.starts[at]!);
        const isWide = xOf(scale, row.ends[at]!) - left >= 2;
        if (isWide) t.ok(alone.has(at), 'a wide bar is on its own');
        else
          t.ok(
            painted.some(([from, to]) => left >= from - 0.01 && left <= to + 0.01),
            'a thin bar is in a pixel',
          );
      }
    }),
    { numRuns: 100 },
  );
});

t.test('a hundred thousand bars are no more rectangles than there are pixels', async (t) => {
  const { row, totalMs } = rowOf(Array.from({ length: 100_000 }, () => [1, 3] as const));
  let rectangles = 0;
  const count = () => void rectangles++;
  layOut(row, wholeScale(totalMs, WIDTH_PX), totalMs, { alone: count, merged: count });
  t.ok(rectangles > WIDTH_PX / 4 && rectangles <= WIDTH_PX + 2, `${rectangles} rectangles`);
});
