// The strip says of each column how many bars lie over it, and where trouble ended.
import fc from 'fast-check';
import t from 'tap';
import { BarTimes } from '../../../../web/run/timeline/bar-times.ts';
import { overviewOf } from '../../../../web/run/timeline/overview.ts';

const TOTAL_MS = 1_000;
const COLUMNS = 40;

const bars = fc.array(
  fc.record({
    start: fc.integer({ min: 0, max: TOTAL_MS }),
    lasts: fc.option(fc.integer({ min: 0, max: TOTAL_MS })),
    mark: fc.integer({ min: 0, max: 6 }),
  }),
  { maxLength: 200 },
);

const column = (timeMs: number) => Math.min(COLUMNS - 1, Math.floor((timeMs / TOTAL_MS) * COLUMNS));

t.test(
  'a column counts the bars from the column of their start to that of their end, the open ones to now',
  async (t) => {
    fc.assert(
      fc.property(bars, (list) => {
        const times = new BarTimes();
        const active = new Array<number>(COLUMNS).fill(0);
        const trouble = new Array<number>(COLUMNS).fill(0);
        for (const [bar, { start, lasts, mark }] of list.entries()) {
          times.push(start, mark);
          const end = lasts === null ? TOTAL_MS : start + lasts;
          if (lasts !== null) times.ends[bar] = end;
          for (let at = column(start); at <= column(end); at++) active[at]!++;
          if (lasts !== null && mark >= 4) trouble[column(end)]!++;
        }
        const overview = overviewOf(times, COLUMNS, TOTAL_MS, TOTAL_MS);
        t.same([...overview.active], active);
        t.same([...overview.trouble], trouble);
        t.equal(overview.most, Math.max(0, ...active));
      }),
      { numRuns: 100 },
    );
  },
);
