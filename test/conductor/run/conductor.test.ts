import { createHash } from 'node:crypto';
import t from 'tap';
import { Conductor } from '../../../conductor/run/conductor.ts';
import type { RunRequest } from '../../../conductor/run/context.ts';
import { Book } from '../../../ledger/book/book.ts';
import { RunBudgets } from '../../../ledger/book/run-budgets.ts';
import { extractiveBackend } from '../../../node/backends/extractive.ts';
import { CATALOGUE } from '../../../protocol/errors.ts';
import { msat } from '../../../protocol/money.ts';
import type { RunConfig } from '../../../protocol/run.ts';
import { RecordingJournal } from '../../support/recording-journal.ts';
import { after, type Behaviour, ScriptedMarket, silently } from '../../support/scripted-market.ts';
import { seededRandom } from '../../support/seeded-random.ts';
import { textCorpus } from '../../support/text-corpus.ts';
import { RUN_CONFIG } from '../../support/traces.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

const NOISE = Array.from(
  { length: 2_000 },
  (_, index) => `2026-01-01 10:00:${index % 60} INFO worker ${index} checked item ${index * 7}`,
);
const LOG = [...NOISE.slice(0, 700), 'ERROR the disk of host alpha9 is full', ...NOISE.slice(700)].join('\n');
const QUESTION = 'Which host has a full disk?';

const CONFIG: RunConfig = { ...RUN_CONFIG, chunk_size: 8_000, fanout: 4 };

interface Setup {
  readonly config?: Partial<RunConfig>;
  readonly texts?: Record<string, string>;
  readonly query?: string;
  readonly market?: (market: ScriptedMarket, clock: VirtualClock) => unknown;
  readonly local?: boolean;
}

function setUp(setup: Setup) {
  const clock = new VirtualClock();
  const engine = extractiveBackend();
  const market = new ScriptedMarket(engine);
  if (setup.market === undefined) for (const name of ['one', 'two', 'three']) market.provider(name);
  else setup.market(market, clock);
  const journal = new RecordingJournal();
  const book = new RunBudgets(Book.volatile(() => clock.now()));
  const ports = { clock, random: seededRandom(7), journal, book, local: engine, engine };
  const conductor = new Conductor(setup.local === true ? ports : { ...ports, market });
  const request: RunRequest = {
    runId: '01ARZ3NDEKTSV4RRFFQ69G5FAV',
    query: setup.query ?? QUESTION,
    corpus: textCorpus(setup.texts ?? { 'app.log': LOG }),
    config: { ...CONFIG, ...setup.config },
  };
  return { clock, market, journal, book, conductor, request };
}

async function run(setup: Setup, signal = new AbortController().signal) {
  const parts = setUp(setup);
  await parts.clock.runUntil(parts.conductor.run(parts.request, signal));
  return { ...parts, record: parts.journal.record };
}

t.test('a run answers with a citation whose hash is the hash of the bytes it names', async (t) => {
  const { record } = await run({});
  t.equal(record.status, 'done');
  t.equal(record.metrics.coverage, 1);
  t.match(record.output, /alpha9 is full \[1\]/);
  const [span] = record.span_refs;
  t.equal(span?.start_line, 701);
  for (const ref of record.span_refs) {
    const bytes = Buffer.from(LOG).subarray(ref.start_byte, ref.end_byte);
    t.equal(createHash('sha256').update(bytes).digest('hex'), ref.content_hash);
  }
});

t.test('the answer is the same whatever the chunk size and through the swarm or without it', async (t) => {
  const whole = await run({ config: { chunk_size: 500_000 } });
  const cut = await run({});
  const local = await run({ local: true });
  const said = ({ record }: { record: typeof whole.record }) => [
    record.output,
    record.span_refs.map((span) => [span.start_byte, span.end_byte]),
  ];
  t.same(said(cut), said(whole));
  t.same(said(local), said(whole));
});

t.test('no more than `fanout` chunks are in flight', async (t) => {
  let inFlight = 0;
  let most = 0;
  const counted =
    (clock: VirtualClock): Behaviour =>
    async (asked, honest) => {
      most = Math.max(most, ++inFlight);
      const reply = await after(clock, 50)(asked, honest);
      inFlight--;
      return reply;
    };
  const { record } = await run({
    config: { fanout: 3 },
    market: (market, clock) => market.provider('a', counted(clock)).provider('b', counted(clock)),
  });
  t.equal(record.metrics.coverage, 1);
  t.equal(most, 3);
});

t.test('a provider that says nothing costs no chunk: another one is asked', async (t) => {
  const { record, clock } = await run({ market: (market) => market.provider('dead', silently).provider('alive') });
  t.equal(record.status, 'done');
  t.equal(record.metrics.coverage, 1);
  t.ok(
    record.metrics.timeouts + record.metrics.cancelled >= 1,
    'it was given up, or withdrawn when another one had answered',
  );
  t.equal(clock.pending, 0);
});

t.test('when nobody answers the chunks fall back to the local backend, with their text', async (t) => {
  const { record, journal } = await run({ market: (market) => market.provider('dead', silently) });
  t.equal(record.status, 'done');
  t.equal(record.metrics.coverage, 1);
  t.equal(record.metrics.chunks_local, record.metrics.chunks);
  t.equal(journal.of('FallbackLocal').length, record.metrics.chunks);
  t.equal(record.cost_sats, 0);
});

t.test('an invented quote is dropped, counted, not paid and asked again elsewhere', async (t) => {
  const liar: Behaviour = async (_asked, honest) => {
    const reply = await honest();
    const output = { findings: [{ quote: 'the disk of host omega1 is full', score: 99 }] };
    const { canonicalHash } = await import('../../../protocol/canonical.ts');
    return { ...reply, result: { ...reply.result, output, output_hash: canonicalHash(output) } };
  };
  const { record, journal } = await run({ market: (market) => market.provider('liar', liar).provider('honest') });
  t.equal(record.status, 'done');
  t.notMatch(record.output, /omega1/);
  t.ok(record.metrics.quotes_dropped > 0);
  const paid = new Set(journal.of('BudgetSettle').map((event) => event.provider));
  t.equal(paid.size, 1);
});

t.test('a result for another request is refused', async (t) => {
  const confused: Behaviour = async (_asked, honest) => {
    const reply = await honest();
    return { ...reply, result: { ...reply.result, nonce: '0'.repeat(32) } };
  };
  const { record, journal } = await run({ market: (market) => market.provider('confused', confused) });
  t.equal(record.metrics.chunks_local, record.metrics.chunks);
  t.ok(journal.of('SubQueryReturn').some((event) => event.error?.code === 'result-invalid'));
});

t.test('a lying amount cannot raise the bill above the announced price', async (t) => {
  const greedy: Behaviour = async (_asked, honest) => ({ ...(await honest()), amountMsat: msat(1_000_000_000) });
  const { journal } = await run({ market: (market) => market.provider('greedy', greedy) });
  for (const settled of journal.of('BudgetSettle')) t.ok(settled.amount_msat <= 10 + 9);
});

t.test('identical chunks are asked once and all count as covered', async (t) => {
  const block = `${'the same line again and again\n'.repeat(100)}\n`;
  const { record, market } = await run({
    texts: { 'a.log': block.repeat(40) },
    query: 'same line',
    config: { chunk_size: block.length },
  });
  t.equal(record.metrics.coverage, 1);
  t.ok(record.metrics.chunks_duplicate > 30);
  t.ok(market.asked.length < 10);
});

t.test('a budget below the price of one chunk fails before anything is sent', async (t) => {
  const { record, market } = await run({ config: { budget_sats: 0.001 } });
  t.equal(record.status, 'failed');
  t.equal(record.error?.code, 'budget-too-small');
  t.equal(CATALOGUE['budget-too-small'].exit, 3);
  t.equal(market.asked.length, 0);
});

t.test('a budget for some of the chunks asks the most promising ones and reports the coverage', async (t) => {
  const { record, journal } = await run({ config: { budget_sats: 0.05 } });
  t.equal(record.status, 'partial');
  t.equal(record.error?.code, 'budget-exhausted');
  t.ok(record.metrics.coverage > 0 && record.metrics.coverage < 1);
  t.ok(record.cost_sats <= 0.05);
  t.match(record.output, /alpha9/);
  t.equal(journal.of('EnvSelectFragments')[0]?.selected, 2);
});

t.test('a count quorum ends the run early and cancels what is in flight', async (t) => {
  const { record } = await run({
    config: { quorum: '5', fanout: 8 },
    market: (market, clock) => market.provider('a', after(clock, 10)).provider('b', after(clock, 900)),
  });
  t.equal(record.status, 'done');
  t.ok(record.metrics.chunks_answered >= 5);
  t.ok(record.metrics.coverage < 1);
  t.ok(record.metrics.cancelled > 0);
});

t.test('the deadline gives a partial answer and says so', async (t) => {
  const { record } = await run({
    config: { deadline_ms: 1_000 },
    market: (market, clock) => market.provider('slow', after(clock, 400)),
  });
  t.equal(record.status, 'partial');
  t.equal(record.error?.code, 'deadline-passed');
  t.ok(record.metrics.coverage > 0 && record.metrics.coverage < 1);
});

t.test('with best-effort the deadline is a good end', async (t) => {
  const { record } = await run({
    config: { deadline_ms: 1_000, quorum: 'best-effort' },
    market: (market, clock) => market.provider('slow', after(clock, 400)),
  });
  t.equal(record.status, 'done');
  t.equal(record.error, null);
});

t.test('an interrupted run answers with what it has and holds no sats', async (t) => {
  const controller = new AbortController();
  let answers = 0;
  const parts = setUp({
    market: (market, clock) =>
      market.provider('slow', async (asked, honest) => {
        const reply = await after(clock, 100)(asked, honest);
        if (++answers === 3) controller.abort();
        return reply;
      }),
  });
  await parts.clock.runUntil(parts.conductor.run(parts.request, controller.signal));
  const { record, state } = parts.journal;
  t.equal(record.status, 'partial');
  t.equal(record.error?.code, 'interrupted');
  t.equal(state?.held_msat, 0);
  t.equal(state?.in_flight, 0);
});

t.test('a journal that fails ends the run with that error', async (t) => {
  const { conductor, request, journal, clock } = setUp({});
  let commits = 0;
  journal.before = () => {
    if (++commits > 20) throw new Error('disk full');
  };
  await t.rejects(clock.runUntil(conductor.run(request, new AbortController().signal)), /disk full/);
});

t.test('an empty question and an unknown quorum are refused before anything is recorded', async (t) => {
  for (const [setup, code] of [
    [{ query: '  ' }, 'query-empty'],
    [{ query: 'x'.repeat(1_000_000) }, 'query-too-long'],
    [{ config: { quorum: 'most' } }, 'quorum-invalid'],
  ] as const) {
    const { conductor, request, journal } = setUp(setup);
    await t.rejects(conductor.run(request, new AbortController().signal), { code });
    t.equal(journal.events.length, 0);
  }
});

t.test('CRLF, very long lines, CJK and emoji give exact citations', async (t) => {
  const text = [
    'eins\r',
    `${'漢'.repeat(30_000)} disk full on host beta4 ${'🙂'.repeat(5_000)}\r`,
    'zwei disk\r',
    '',
  ].join('\n');
  const { record } = await run({ texts: { 'mixed.txt': text } });
  t.equal(record.metrics.coverage, 1);
  t.match(record.output, /beta4/);
  for (const ref of record.span_refs) {
    const bytes = Buffer.from(text).subarray(ref.start_byte, ref.end_byte);
    t.equal(createHash('sha256').update(bytes).digest('hex'), ref.content_hash);
    t.notMatch(bytes.toString(), /\ufffd/);
  }
});
