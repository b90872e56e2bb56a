// The row against a plain list: every search answers as looking at all of it would.
import fc from 'fast-check';
import t from 'tap';
import { FreeRows } from '../../../../web/run/timeline/free-rows.ts';
import { Row } from '../../../../web/run/timeline/row.ts';

interface Bar {
  readonly start: number;
  readonly end: number;
  readonly mark: number;
}

const bars = fc
  .array(fc.record({ gap: fc.nat(20), length: fc.nat(30), mark: fc.nat(6) }), { maxLength: 200 })
  .map((parts) => {
    let at = 0;
    return parts.map(({ gap, length, mark }): Bar => {
      const start = at + gap;
      at = start + length;
      return { start, end: at, mark };
    });
  });

function rowOf(list: readonly Bar[]): Row {
  const row = new Row();
  for (const [index, { start, end, mark }] of list.entries()) {
    const at = row.push(index, start, 2);
    row.setMark(at, mark);
    row.ends[at] = end;
  }
  return row;
}

t.test('a search in a row finds what looking at all bars finds', async (t) => {
  fc.assert(
    fc.property(bars, fc.nat(5_000), fc.nat(200), (list, time, from) => {
      const row = rowOf(list);
      const ending = list.findIndex(({ end }) => end > time);
      t.equal(row.firstEndingAfter(time), ending < 0 ? list.length : ending);
      const begin = Math.min(from, list.length);
      const starting = list.findIndex(({ start }, at) => at >= begin && start >= time);
      t.equal(row.firstStartingFrom(time, begin), starting < 0 ? list.length : starting);
    }),
    { numRuns: 200 },
  );
});

t.test('the mark that stands for many is the gravest among them', async (t) => {
  fc.assert(
    fc.property(bars, fc.nat(199), fc.nat(200), (list, from, more) => {
      fc.pre(from < list.length);
      const to = Math.min(list.length, from + 1 + more);
      const gravest = Math.max(...list.slice(from, to).map(({ mark }) => mark));
      t.equal(rowOf(list).gravestMark(from, to), gravest);
    }),
    { numRuns: 200 },
  );
});

t.test('the lowest free row is taken first, whatever the order in which rows came free', async (t) => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.nat(1_000)), (rows) => {
      const free = new FreeRows();
      for (const row of rows) free.push(row);
      t.same(
        rows.map(() => free.pop()),
        [...rows].sort((left, right) => left - right),
      );
      t.equal(free.pop(), undefined);
    }),
  );
});
