import t from 'tap';
import { KnownChunks } from '../../../conductor/run/known-chunks.ts';
import type { TraceEvent, TraceFact } from '../../../protocol/trace.ts';
import { RUN_CONFIG, runIdOf } from '../../support/traces.ts';

const HASH = 'c'.repeat(64);
const USAGE = { calls: 0, input_tokens: 0, output_tokens: 0 };

function known(verification: string, facts: readonly TraceFact[]): KnownChunks {
  const chunks = new KnownChunks();
  const identity = { git_sha: null, dataset: null, experiment: null };
  const init: TraceFact = {
    type: 'RunInit',
    query: '?',
    config: { ...RUN_CONFIG, verification },
    inputs: [],
    ...identity,
  };
  const header = { v: 1, run_id: runIdOf(1), timestamp_ms: 0 };
  for (const [seq, fact] of [init, ...facts].entries()) chunks.observe({ ...header, seq, ...fact } as TraceEvent);
  return chunks;
}

function asked(query_id: string, price_msat = 10, more: { venue?: 'Local'; canary?: true } = {}): TraceFact {
  const [chunk = '', attempt = ''] = query_id.split('.');
  const provider = more.venue ?? `provider ${attempt}`;
  const submitted = { query_id, chunk: Number(chunk), attempt: 0, provider, price_msat };
  return { type: 'SubQuerySubmit', venue: 'Swarm', ...submitted, ...more };
}

const returned = (query_id: string, ok = true): TraceFact => {
  const counts = { latency_ms: 1, findings: 0, quotes_dropped: 0, usage: USAGE, preview: '' };
  return {
    type: 'SubQueryReturn',
    query_id,
    ok,
    ...counts,
    ...(ok ? { output_hash: HASH, model: `model of ${query_id}` } : {}),
  };
};
const settled = (query_id: string): TraceFact => ({ type: 'BudgetSettle', query_id, provider: 'p', amount_msat: 10 });
const accepted = (query_id: string): TraceFact => ({ type: 'VerifyAccept', chunk: 0, query_id });
const agreed = (agreeing: string[], verdict = 'accepted'): TraceFact => {
  const counts = { chunk: 0, agreement: 1, n: agreeing.length, m: agreeing.length };
  return { type: 'VerifyRedundant', ...counts, verdict, agreeing, dissenting: [] };
};

t.test('an answer counts when it came and its work is owed or was free, in whatever order', async (t) => {
  const answers: [what: string, facts: TraceFact[], query: string | undefined][] = [
    ['asked', [asked('0.0')], undefined],
    ['answered, not settled', [asked('0.0'), returned('0.0')], undefined],
    ['settled', [asked('0.0'), returned('0.0'), settled('0.0')], '0.0'],
    ['paid in advance', [asked('0.0'), settled('0.0'), returned('0.0')], '0.0'],
    ['paid in advance, no answer', [asked('0.0'), settled('0.0'), returned('0.0', false)], undefined],
    ['free', [asked('0.0', 0), returned('0.0')], '0.0'],
    ['our own', [asked('0.0', 0, { venue: 'Local' }), returned('0.0')], '0.0'],
    ['late, not settled', [asked('0.0'), returned('0.0'), asked('0.1'), returned('0.1'), settled('0.1')], '0.1'],
    ['two', [asked('0.0', 0), returned('0.0'), asked('0.1', 0), returned('0.1')], '0.0'],
  ];
  for (const [what, facts, query] of answers) {
    const chunks = known('none', facts);
    t.equal(chunks.answer(0)?.queryId, query, what);
    t.same([...chunks.chunks()], query === undefined ? [] : [0], what);
    if (query !== undefined) t.match(chunks.answer(0), { model: `model of ${query}`, outputHash: HASH });
  }
});

t.test('where answers are checked, the accepted one counts once one of those who said the same is paid', async (t) => {
  const two = [asked('0.0'), asked('0.1'), returned('0.0'), returned('0.1')];
  const verdict = [agreed(['0.0', '0.1']), accepted('0.0')];
  const answers: [what: string, facts: TraceFact[], query: string | undefined][] = [
    ['paid, not accepted', [...two, settled('0.0'), settled('0.1')], undefined],
    ['accepted, not paid', [...two, ...verdict], undefined],
    ['accepted and paid', [...two, ...verdict, settled('0.0'), settled('0.1')], '0.0'],
    ['the other one is paid', [...two, ...verdict, settled('0.1')], '0.0'],
    ['alone', [asked('0.0'), returned('0.0'), accepted('0.0'), settled('0.0')], '0.0'],
    [
      'taken back',
      [...two, ...verdict, settled('0.0'), { type: 'VerifyReopen', chunk: 0, reason: 'caught' }],
      undefined,
    ],
    [
      'a canary',
      [asked('0.c0', 10, { canary: true }), returned('0.c0'), agreed(['0.c0'], 'canary'), settled('0.c0')],
      undefined,
    ],
  ];
  for (const [what, facts, query] of answers) t.equal(known('credibility', facts).answer(0)?.queryId, query, what);
  t.match(known('credibility', [...two, ...verdict, settled('0.1')]).answer(0), {
    isLocal: false,
    agreeing: ['provider 0', 'provider 1'],
  });
  const own = [asked('0.2', 0, { venue: 'Local' }), returned('0.2'), agreed([], 'local'), accepted('0.2')];
  t.match(known('credibility', [...two, ...own]).answer(0), { queryId: '0.2', isLocal: true, agreeing: [] });
});

t.test(
  'records that several answers were put together to are known by their own payload, with what was left out',
  async (t) => {
    const MERGED = 'd'.repeat(64);
    const counts = { chunk: 0, agreement: 1, n: 2, m: 2, lines: 40, lines_dropped: 3 };
    const compared: TraceFact = { type: 'VerifyRedundant', ...counts, verdict: 'accepted', agreeing: ['0.0', '0.1'] };
    const merged: TraceFact = { type: 'VerifyAccept', chunk: 0, query_id: '0.1', output_hash: MERGED };
    const asking = [asked('0.0'), returned('0.0'), asked('0.1'), returned('0.1'), compared, merged];
    t.equal(known('redundancy:2of3', asking).answer(0), undefined, 'not before somebody is paid');
    const answered = [...asking, settled('0.0'), settled('0.1')];
    t.match(known('redundancy:2of3', answered).answer(0), {
      queryId: '0.1',
      outputHash: MERGED,
      confirmedBy: [],
      agreeing: ['provider 1', 'provider 0'],
      linesDropped: 3,
    });
    const again = known('redundancy:2of3', [...answered, agreed(['0.1']), accepted('0.1')]).answer(0);
    t.match(again, { outputHash: HASH, linesDropped: 0 }, 'accepted again, as it is');
  },
);
