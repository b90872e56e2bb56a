import t from 'tap';
import { type Change, changeOf, HOUR_MAX } from '../../../ledger/leaderboard/fold.ts';
import { foldEvent, type RunState } from '../../../protocol/fold.ts';
import { TRACE_VERSION, type TraceEvent, type TraceFact } from '../../../protocol/trace.ts';
import { runIdOf, TRACE_BEGINS_MS, traceOf } from '../../support/traces.ts';

const USAGE = { calls: 1, input_tokens: 2, output_tokens: 3 };

/** What each fact after RunInit says, a second after the other. */
function changesOf(facts: readonly TraceFact[], beginsMs = TRACE_BEGINS_MS): (Change | undefined)[] {
  let state: RunState = foldEvent(undefined, traceOf({ queries: 0 })[0]!);
  return facts.map((fact, index) => {
    const header = { v: TRACE_VERSION, run_id: runIdOf(1), seq: index + 1, timestamp_ms: beginsMs + index * 1_000 };
    const event = { ...header, ...fact } as TraceEvent;
    const change = changeOf(state, event);
    state = foldEvent(state, event);
    return change;
  });
}

function submit(query_id: string, more: object = {}): TraceFact {
  const asked = { query_id, chunk: 0, attempt: 0, provider: 'p', venue: 'Swarm' as const, price_msat: 5 };
  return { type: 'SubQuerySubmit', ...asked, ...more };
}

function returned(query_id: string, more: object = {}): TraceFact {
  const base = { query_id, ok: true, latency_ms: 12.5, findings: 0, quotes_dropped: 0, usage: USAGE, preview: '' };
  return { type: 'SubQueryReturn', ...base, ...more };
}

const failed = (query_id: string, code: string) => returned(query_id, { ok: false, error: { code, message: code } });

t.test(
  'a query counts when asked and when it ended, for the model and under the name that was announced',
  async (t) => {
    const place = { hour: Math.floor(TRACE_BEGINS_MS / 3_600_000), provider: 'p', model: 'm' };
    t.same(
      changesOf([
        { type: 'BudgetReserve', query_id: 'a', amount_msat: 7 },
        submit('a', { model: 'm', name: 'carol' }),
        { type: 'SubQueryExecute', query_id: 'a' },
        returned('a'),
        { type: 'BudgetSettle', query_id: 'a', provider: 'p', amount_msat: 5 },
      ]),
      [
        undefined,
        { ...place, atMs: TRACE_BEGINS_MS + 1_000, what: 'asked', name: 'carol' },
        undefined,
        { ...place, atMs: TRACE_BEGINS_MS + 3_000, what: 'answered', latencyMs: 12.5 },
        { ...place, atMs: TRACE_BEGINS_MS + 4_000, what: 'settled', amountMsat: 5 },
      ],
    );
  },
);

t.test('what comes after the end of a query changes nothing, and a word on its cost is no second end', async (t) => {
  const told = changesOf([
    submit('a'),
    { type: 'SubQueryTimeout', query_id: 'a', after_ms: 9, reason: 'timeout' },
    { type: 'SubQueryCancel', query_id: 'a', reason: 'job-cancelled', usage: USAGE },
    returned('a'),
    submit('b'),
    { type: 'SubQueryCancel', query_id: 'b', reason: 'interrupted' },
    { type: 'SubQueryCancel', query_id: 'b', reason: 'job-cancelled', usage: USAGE },
    returned('c'),
  ]);
  t.same(
    told.map((change) => change?.what),
    ['asked', 'timeouts', undefined, undefined, 'asked', 'cancelled', undefined, undefined],
  );
});

t.test('a provider that asks for what it is owed did not fail, nor one that no relay could reach', async (t) => {
  const facts = ['job-payment-required', 'relay-unreachable', 'job-failed', 'result-invalid'].flatMap((code) => [
    submit(code),
    failed(code, code),
  ]);
  t.same(
    changesOf(facts).flatMap((change) => (change?.what === 'asked' ? [] : [change?.what])),
    ['cancelled', 'cancelled', 'failed', 'failed'],
  );
});

t.test('the local backend is no provider', async (t) => {
  t.same(changesOf([submit('a', { venue: 'Local', provider: 'extractive' }), returned('a')]), [undefined, undefined]);
});

t.test('money for a query that nobody knows is its provider’s all the same', async (t) => {
  const [paid] = changesOf([{ type: 'BudgetSettle', query_id: '', provider: 'p', amount_msat: 5 }]);
  t.match(paid, { provider: 'p', model: '', what: 'settled', amountMsat: 5 });
});

t.test('times that no clock shows count as the first and the last hour', async (t) => {
  t.match(changesOf([submit('a')], -1e15), [{ hour: 0, atMs: 0 }]);
  t.match(changesOf([submit('a')], Number.MAX_SAFE_INTEGER), [{ hour: HOUR_MAX }]);
});
