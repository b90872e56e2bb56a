import t from 'tap';
import type { CanaryHistoryRow } from '../../../../protocol/dse/canary.ts';
import { E_PROCESS_START, saysHarm } from '../../../../protocol/dse/e-process.ts';
import { eValueColumns, printE, stopLog10 } from '../../../../web/dse/canary/e-value.ts';

const counts = { receipts: 0, errors: 0, troubles: 0, judged: 0, bad: 0 };
const row = (seq: number, logE: number): CanaryHistoryRow => ({
  ...{
    canaryId: 'c',
    seq,
    atMs: 1_000 * seq,
    action: 'update',
    receiptId: null,
    logE,
    control: counts,
    canary: counts,
  },
  reason: '',
});

t.test('E is drawn in tens with the line at which the canary is stopped', (t) => {
  const plan = { alpha: 0.01 };
  const [times, e, stop] = eValueColumns([row(0, 0), row(1, Math.log(10)), row(500, Math.log(1_000))], plan);
  t.same(times, [0, 1, 500], 'a long time without a receipt is no gap');
  t.same(
    e?.map((value) => Math.round(value ?? Number.NaN)),
    [0, 1, 3],
  );
  t.equal(stop?.[0], stopLog10(plan));
  t.end();
});

t.test('the line is where the rule of the runtime stops', (t) => {
  const plan = { alpha: 0.01 };
  const at = (log10: number) => saysHarm({ ...E_PROCESS_START, logEMax: log10 * Math.LN10 }, plan.alpha * 0.85);
  t.notOk(at(stopLog10(plan) - 1e-9));
  t.ok(at(stopLog10(plan) + 1e-9));
  t.end();
});

t.test('E is said in few digits, however small or large', (t) => {
  t.same([0, -1, 0.62, 2.07, 7.3, -9].map(printE), ['1', '0.1', '4.2', '117', '2e7', '1e-9']);
  t.end();
});
