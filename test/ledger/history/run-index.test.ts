import fc from 'fast-check';
import t from 'tap';
import { RunIndex } from '../../../ledger/history/run-index.ts';
import { RUN_STATUSES, type RunRecord } from '../../../protocol/run.ts';
import {
  RUN_ORDERS,
  type RunOrder,
  type RunSelection,
  runsQuerySchema,
  selectionOf,
} from '../../../protocol/run-list.ts';
import { madeRecord } from '../../support/made-runs.ts';
import { runIdOf } from '../../support/traces.ts';

const QUERIES = [
  'Why does this build fail?',
  'WHY?',
  'who signs Releases',
  'Ünïcode 🐘 why',
  '',
  'x'.repeat(200),
  `${'x'.repeat(199)}y`,
];

const runs = fc.record({
  number: fc.integer({ min: 1, max: 40 }),
  status: fc.constantFrom(...RUN_STATUSES),
  method: fc.constantFrom('pylon.map_reduce', 'pylon.local'),
  experiment: fc.constantFrom(null, 'a', 'b!'),
  query: fc.constantFrom(...QUERIES),
  createdMs: fc.integer({ min: 0, max: 5 }).map((day) => Date.UTC(2026, 10, 20 + day)),
  costMsat: fc.constantFrom(0, 999, 1_000, 5_000),
  latencyMs: fc.constantFrom(0, 1.5, 90_000),
  coverage: fc.constantFrom(0, 0.5, 1),
});

const steps = fc.array(
  fc.oneof(
    { weight: 5, arbitrary: runs.map((run) => ({ set: madeRecord(run) })) },
    { weight: 1, arbitrary: fc.integer({ min: 1, max: 40 }).map((number) => ({ remove: runIdOf(number) })) },
    {
      weight: 1,
      arbitrary: fc.record({
        progress: fc.integer({ min: 1, max: 40 }).map(runIdOf),
        costMsat: fc.constantFrom(1, 1_000, 9_000),
      }),
    },
    { weight: 1, arbitrary: fc.constantFrom(...RUN_ORDERS).map((touch) => ({ touch })) },
  ),
  { maxLength: 120 },
);

const selections = fc
  .record(
    {
      status: fc.constantFrom(...RUN_STATUSES),
      method: fc.constantFrom('pylon.local', 'nobody'),
      experiment: fc.constantFrom('a', 'b!', 'c'),
      text: fc.constantFrom('why', 'FAIL  build', 'ünïcode', '🐘', ' ', 'x'),
      since: fc.constantFrom('2026-11-21', '2026-11-23T00:00:00Z'),
      until: fc.constantFrom('2026-11-23', '2026-11-24T12:00:00+02:00'),
      cost_min_sats: fc.constantFrom(0, 0.999, 1),
      cost_max_sats: fc.constantFrom(0, 1, 5),
      sort: fc.constantFrom(...RUN_ORDERS),
      order: fc.constantFrom('asc', 'desc'),
      limit: fc.integer({ min: 1, max: 9 }),
    },
    { requiredKeys: [] },
  )
  .map((query) => selectionOf(runsQuerySchema.parse(query), 0));

function passes(record: RunRecord, wanted: RunSelection): boolean {
  const createdMs = Date.parse(record.created_at);
  const query = record.query.toLowerCase();
  return (
    (wanted.status ?? record.status) === record.status &&
    (wanted.method ?? record.config.method) === record.config.method &&
    (wanted.experiment === undefined || wanted.experiment === record.experiment) &&
    wanted.words.every((word) => query.includes(word)) &&
    createdMs >= wanted.fromMs &&
    createdMs < wanted.untilMs &&
    record.metrics.cost_msat >= wanted.costMinMsat &&
    record.metrics.cost_msat <= wanted.costMaxMsat
  );
}

const KEYS: Record<RunOrder, (record: RunRecord) => number | string> = {
  created: ({ created_at }) => Date.parse(created_at),
  cost: ({ metrics }) => metrics.cost_msat,
  latency: ({ metrics }) => metrics.elapsed_ms,
  coverage: ({ metrics }) => metrics.coverage,
  status: ({ status }) => RUN_STATUSES.indexOf(status),
  query: ({ query }) => query.toLowerCase().slice(0, 128),
};

function bruteForce(records: Iterable<RunRecord>, wanted: RunSelection): string[] {
  const key = KEYS[wanted.sort];
  const ascending = [...records]
    .filter((record) => passes(record, wanted))
    .sort((left, right) => {
      const [a, b] = [key(left), key(right)];
      return a < b ? -1 : a > b ? 1 : left.id < right.id ? -1 : 1;
    })
    .map(({ id }) => id);
  return wanted.descending ? ascending.reverse() : ascending;
}

function play(all: typeof steps extends fc.Arbitrary<infer Steps> ? Steps : never) {
  const index = new RunIndex();
  const records = new Map<string, RunRecord>();
  for (const step of all) {
    if ('set' in step) {
      index.set(step.set);
      records.set(step.set.id, step.set);
    } else if ('remove' in step) {
      index.remove(step.remove);
      records.delete(step.remove);
    } else if ('touch' in step) {
      index.page(selectionOf(runsQuerySchema.parse({ sort: step.touch, limit: 1 }), 0)); // from here on this order is kept
    } else {
      const record = records.get(step.progress);
      const { costMsat } = step;
      index.setProgress(step.progress, { costMsat, latencyMs: 7, coverage: 0.25 });
      if (record === undefined) continue;
      const metrics = { ...record.metrics, cost_msat: costMsat, elapsed_ms: 7, coverage: 0.25 };
      records.set(record.id, { ...record, metrics });
    }
  }
  return { index, records };
}

t.test('every page of every filter and order is what filtering and sorting all records gives', async (t) => {
  fc.assert(
    fc.property(steps, selections, (all, selection) => {
      const { index, records } = play(all);
      const expected = bruteForce(records.values(), selection);
      const seen: string[] = [];
      for (let cursor: string | undefined; ; ) {
        const page = index.page({ ...selection, cursor });
        t.equal(page.total, expected.length);
        seen.push(...page.ids);
        if (page.nextCursor === null) break;
        t.equal(page.ids.length, selection.limit);
        cursor = page.nextCursor;
      }
      t.strictSame(seen, expected);
    }),
    { numRuns: 300 },
  );
});

t.test('runs that come and go between two pages neither repeat nor hide another one', async (t) => {
  fc.assert(
    fc.property(steps, fc.constantFrom(...RUN_ORDERS), fc.boolean(), (all, sort, descending) => {
      const selection = { ...selectionOf(runsQuerySchema.parse({ sort, limit: 5 }), 0), descending };
      const [before, after] = [all.slice(0, all.length >> 1), all];
      const first = play(before).index.page(selection);
      if (first.nextCursor === null) return;
      const { index, records } = play(after);
      const rest = index.page({ ...selection, limit: 1_000, cursor: first.nextCursor }).ids;
      const untouched = [...play(before).records]
        .filter(([id, record]) => records.get(id) === record)
        .map(([id]) => id);
      for (const id of untouched) t.ok(first.ids.includes(id) !== rest.includes(id), `${id} is on one page`);
    }),
  );
});

t.test('a cursor of another order, or of nobody, is refused', async (t) => {
  const { index } = play([{ set: madeRecord({ number: 1 }) }, { set: madeRecord({ number: 2 }) }]);
  const ask = (query: object) => index.page(selectionOf(runsQuerySchema.parse({ limit: 1, ...query }), 0));
  const { nextCursor } = ask({});
  t.equal(ask({ cursor: nextCursor }).ids[0], runIdOf(1));
  for (const wrong of [
    { sort: 'cost', cursor: nextCursor },
    { cursor: '' },
    { cursor: 'x' },
    { cursor: Buffer.from('["created","a","b"]').toString('base64url') },
    { sort: 'query', cursor: Buffer.from(`["query",5,"${runIdOf(1)}"]`).toString('base64url') },
  ])
    t.throws(() => ask(wrong), { code: 'request-invalid', message: /cursor/ });
});

t.test('experiments are counted from the index', async (t) => {
  const { index } = play([
    { set: madeRecord({ number: 1, experiment: 'a', costMsat: 5 }) },
    { set: madeRecord({ number: 2, experiment: 'a', method: 'pylon.local', status: 'failed', createdMs: 77 }) },
    { set: madeRecord({ number: 3 }) },
    { set: madeRecord({ number: 4, experiment: 'b' }) },
    { remove: runIdOf(4) },
  ]);
  const counts = index.experiments();
  t.same([...counts.keys()], ['a']);
  t.match(counts.get('a'), { runs: 2, statuses: { done: 1, failed: 1 }, costMsat: 5, firstMs: 77 });
  t.same([...counts.get('a')!.methods].sort(), ['pylon.local', 'pylon.map_reduce']);
});
