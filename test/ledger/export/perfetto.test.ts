import fc from 'fast-check';
import t from 'tap';
import { packLanes } from '../../../ledger/export/lanes.ts';
import { perfetto } from '../../../ledger/export/perfetto.ts';
import type { TraceEvent } from '../../../protocol/trace.ts';
import { only, textOf } from '../../support/exported.ts';
import { lawfulTrace } from '../../support/lawful-trace.ts';
import { overlappingTrace } from '../../support/overlapping-trace.ts';

interface Row {
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  readonly name: string;
  readonly ts: number;
  readonly dur?: number;
  readonly args?: Record<string, unknown>;
}

async function rowsOf(events: readonly TraceEvent[]): Promise<Row[]> {
  return JSON.parse(await textOf(perfetto(only(events)))).traceEvents;
}

/** Slices of one thread that overlap without one holding the other, as Perfetto counts them. */
function badlyNested(rows: readonly Row[]): number {
  const threads = new Map<string, Row[]>();
  for (const row of rows.filter(({ ph }) => ph === 'X')) {
    const key = `${row.pid}.${row.tid}`;
    threads.set(key, [...(threads.get(key) ?? []), row]);
  }
  let bad = 0;
  for (const slices of threads.values()) {
    slices.sort((left, right) => left.ts - right.ts || right.dur! - left.dur!);
    const open: number[] = [];
    for (const { ts, dur = 0 } of slices) {
      while (open.length > 0 && open.at(-1)! <= ts) open.pop();
      if (open.length > 0 && ts + dur > open.at(-1)!) bad++;
      open.push(ts + dur);
    }
  }
  return bad;
}

t.test('of 10,000 overlapping queries no slice is badly nested, and every one is there', async (t) => {
  const events = overlappingTrace(11, 10_000, 3_000);
  const rows = await rowsOf(events);
  t.equal(badlyNested(rows), 0);
  t.equal(rows.filter(({ ph, name }) => ph === 'X' && name.startsWith('chunk')).length, 10_000);
  const named = new Set(rows.filter(({ name }) => name === 'thread_name').map(({ tid }) => tid));
  t.ok(
    rows.every(({ ph, tid }) => ph !== 'X' || named.has(tid)),
    'every lane has a name',
  );
  const flying = rows.filter(({ ph }) => ph === 'C');
  t.ok(flying.every(({ args }) => (args?.queries as number) >= 0));
});

t.test('any run is a trace of rows with whole, positive times', async () => {
  await fc.assert(
    fc.asyncProperty(lawfulTrace, async (events) => {
      const rows = await rowsOf(events);
      const sound = rows.every(
        ({ ts, dur = 1, pid, tid }) =>
          Number.isInteger(ts) && ts >= 0 && Number.isInteger(dur) && dur > 0 && pid === 1 && tid >= 0,
      );
      return sound && badlyNested(rows) === 0;
    }),
    { numRuns: 60 },
  );
});

t.test('the check itself finds slices that cross', (t) => {
  const row = { ph: 'X', pid: 1, tid: 1, name: 'x' };
  t.equal(
    badlyNested([
      { ...row, ts: 0, dur: 10 },
      { ...row, ts: 5, dur: 10 },
    ]),
    1,
  );
  t.equal(
    badlyNested([
      { ...row, ts: 0, dur: 10 },
      { ...row, ts: 5, dur: 5 },
      { ...row, ts: 10, dur: 1 },
    ]),
    0,
  );
  t.end();
});

t.test('lanes hold nothing that overlaps, and there are no more than overlap at once', (t) => {
  const interval = fc
    .record({ start: fc.nat(500), length: fc.nat(80) })
    .map(({ start, length }) => ({ start, end: start + length + 1 }));
  fc.assert(
    fc.property(fc.array(interval, { maxLength: 200 }), (intervals) => {
      const lanes = packLanes(intervals);
      const most = Math.max(
        0,
        ...intervals.map(({ start }) => intervals.filter((one) => one.start <= start && start < one.end).length),
      );
      const crossing = intervals.some((left, at) =>
        intervals.some(
          (right, other) =>
            at < other && lanes[at] === lanes[other] && left.start < right.end && right.start < left.end,
        ),
      );
      return !crossing && Math.max(0, ...lanes.map((lane) => lane + 1)) === most;
    }),
  );
  t.end();
});
