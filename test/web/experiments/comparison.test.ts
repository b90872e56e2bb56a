import t from 'tap';
import { compareRuns } from '../../../protocol/compare.ts';
import { csvCell } from '../../../protocol/csv.ts';
import { fold, toRunRecord } from '../../../protocol/fold.ts';
import type { RunRecord } from '../../../protocol/run.ts';
import { comparisonCsv } from '../../../web/experiments/comparison-csv.ts';
import { orderOf, sortedBy } from '../../../web/experiments/comparison-order.ts';
import { sharedSettings } from '../../../web/experiments/shared-settings.ts';
import { runIdOf, traceOf } from '../../support/traces.ts';

function runOf(number: number, scores: Record<string, number>, config: Partial<RunRecord['config']> = {}): RunRecord {
  const record = toRunRecord(fold(traceOf({ runId: runIdOf(number), queries: number })));
  return { ...record, scores, config: { ...record.config, ...config } };
}

const RUNS = [
  runOf(1, { accuracy: 0.5 }),
  runOf(2, { accuracy: 0.9 }, { chunk_size: 32_000 }),
  runOf(3, {}, { chunk_size: 32_000 }),
];
const COMPARISON = compareRuns(RUNS);

t.test('runs are put in order by a metric, best first, and those without it last', (t) => {
  t.same(orderOf(COMPARISON, undefined), [0, 1, 2]);
  const best = sortedBy(COMPARISON, undefined, 'metric accuracy');
  t.same(best, { by: 'metric accuracy', order: 'desc' });
  t.same(orderOf(COMPARISON, best), [1, 0, 2]);
  const turned = sortedBy(COMPARISON, best, 'metric accuracy');
  t.same(orderOf(COMPARISON, turned), [0, 1, 2]);
  t.equal(sortedBy(COMPARISON, turned, 'metric cost_sats').order, 'asc', 'cheap is best');
  t.same(orderOf(COMPARISON, { by: 'created', order: 'asc' }), [0, 1, 2]);
  t.end();
});

t.test('what differs is not among what all have in common', (t) => {
  const shared = new Map(sharedSettings(RUNS[0]!, COMPARISON.differences));
  t.notOk(shared.has('chunk_size'));
  t.equal(shared.get('fanout'), '10');
  t.end();
});

t.test('the table as CSV has every run, every metric and every difference, and no formula', (t) => {
  const evil = { ...RUNS[0]!, query: '=HYPERLINK("http://x","a, b")\nnext' };
  const csv = comparisonCsv(compareRuns([evil, ...RUNS.slice(1)]));
  const [head, first] = csv.split('\r\n');
  t.match(head, /^run,created_at,status,method,side,dataset,question,accuracy,f1,.*config:chunk_size$/);
  t.ok(first?.includes(csvCell(evil.query)), 'as the export of the daemon writes it');
  t.match(first, /"'=HYPERLINK\(""http/);
  t.equal(csv.split('\r\n').length, 1 + 3 + 1);
  t.end();
});
