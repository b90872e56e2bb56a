// Tier `credibility` in whole runs: strangers are tested, liars are found, what they sold is asked again, records last.
import t from 'tap';
import { Conductor } from '../../../conductor/run/conductor.ts';
import { Book } from '../../../ledger/book/book.ts';
import { RunBudgets } from '../../../ledger/book/run-budgets.ts';
import { Reputations } from '../../../ledger/reputation.ts';
import { extractiveBackend } from '../../../node/backends/extractive.ts';
import { canonicalHash } from '../../../protocol/canonical.ts';
import { foldEvent, type RunState } from '../../../protocol/fold.ts';
import { RecordingJournal } from '../../support/recording-journal.ts';
import { after, type Behaviour, ScriptedMarket } from '../../support/scripted-market.ts';
import { seededRandom } from '../../support/seeded-random.ts';
import { textCorpus } from '../../support/text-corpus.ts';
import { RUN_CONFIG, runIdOf } from '../../support/traces.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

const LINES = Array.from({ length: 3_000 }, (_, line) => `2026-01-01 INFO worker ${line} checked item ${line * 7}`);
const LOG = [...LINES.slice(0, 1_500), 'ERROR the disk of host alpha9 is full', ...LINES.slice(1_500)].join('\n');

/** Honest `jobs` times, and from then on a liar that quotes something else of the chunk. */
function turning(clock: VirtualClock, jobs: number): Behaviour {
  let done = 0;
  return async (asked, honest) => {
    const reply = await after(clock, 20)(asked, honest);
    if (done++ < jobs) return reply;
    const lines = asked.request.text.split('\n');
    const line = Math.floor(lines.length / 2);
    const output = { findings: [{ quote: lines[line]!, line: line + 1, score: 9 }] };
    return { ...reply, result: { ...reply.result, output, output_hash: canonicalHash(output) } };
  };
}

/** Several runs of one conductor, with what is remembered between them. */
function scene(stock: (market: ScriptedMarket, clock: VirtualClock) => unknown, seed = 5) {
  const clock = new VirtualClock();
  const engine = extractiveBackend();
  const market = new ScriptedMarket(engine);
  stock(market, clock);
  const reputation = new Reputations({ valueNow: () => undefined });
  const random = seededRandom(seed);
  const run = async (number = 1) => {
    const journal = new RecordingJournal();
    let state: RunState | undefined;
    journal.before = (events) => {
      for (const event of events) {
        state = foldEvent(state, event);
        reputation.see(state, event);
      }
    };
    const book = new RunBudgets(Book.volatile(() => clock.now()));
    const ports = { clock, random, journal, book, local: engine, engine, market, reputation };
    const config = { ...RUN_CONFIG, chunk_size: 1_500, fanout: 4, verification: 'credibility' };
    const corpus = textCorpus({ 'app.log': LOG });
    const request = { runId: runIdOf(number), query: 'Which host has a full disk?', corpus, config };
    await clock.runUntil(new Conductor(ports).run(request, new AbortController().signal));
    return { journal, record: journal.record, state: journal.state! };
  };
  return { clock, market, reputation, run };
}

const honest = (count: number) => (market: ScriptedMarket, clock: VirtualClock) => {
  for (let index = 0; index < count; index++) market.provider(`honest ${index}`, after(clock, 20));
};

t.test('strangers are tested before they are believed, and cost little once they are known', async (t) => {
  const { run } = scene(honest(6));
  const first = await run(1);
  t.match(first.record, { status: 'done', metrics: { coverage: 1, held_msat: 0 } });
  t.match(first.record.output, /alpha9/);
  t.ok(first.record.metrics.canaries > 6, `${first.record.metrics.canaries} canaries`);
  t.ok(first.record.metrics.chunks_local < first.record.metrics.chunks / 5);
  const second = await run(2);
  t.match(second.record, { status: 'done', metrics: { coverage: 1 } });
  const perChunk = ({ record }: typeof first) => record.metrics.sub_queries / record.metrics.chunks;
  t.comment(`executions a chunk: ${perChunk(first).toFixed(2)}, then ${perChunk(second).toFixed(2)}`);
  t.ok(perChunk(second) < 1.5 && perChunk(second) < perChunk(first));
  t.ok(second.record.metrics.canaries > 0, 'and are tested all the same');
});

t.test('liars are found, are not paid for lies nor asked again, and no lie is left in the answer', async (t) => {
  const { run, market } = scene((market, clock) => {
    honest(5)(market, clock);
    for (const name of ['liar 1', 'liar 2']) market.provider(name, turning(clock, 0));
  });
  const { journal, record, state } = await run();
  t.match(record, { status: 'done', metrics: { coverage: 1, held_msat: 0 } });
  const liars = new Set(['liar 1', 'liar 2'].map((name) => canonicalHash(name)));
  t.equal(journal.of('BudgetSettle').filter(({ provider }) => liars.has(provider)).length, 0);
  t.ok(market.asked.filter(({ offer }) => liars.has(offer.provider)).length <= 10);
  for (const chunk of state.chunks)
    if (chunk.answer !== undefined) t.notOk(liars.has(state.queries.get(chunk.answer)!.provider));
});

t.test('who turns when it is trusted is caught before the run ends, and what it sold is asked again', async (t) => {
  for (const seed of [1, 2, 3, 4]) {
    const { run } = scene((market, clock) => {
      honest(5)(market, clock);
      market.provider('sleeper', turning(clock, 25));
    }, seed);
    const { journal, record, state } = await run();
    t.match(record, { status: 'done', metrics: { coverage: 1, held_msat: 0 } });
    const own = new Set(
      journal
        .of('SubQuerySubmit')
        .flatMap((event) => (event.provider === canonicalHash('sleeper') ? [event.query_id] : [])),
    );
    const sold = journal.of('VerifyAccept').filter(({ query_id }) => own.has(query_id)).length;
    t.comment(`seed ${seed}: ${sold} sold, ${journal.of('VerifyReopen').length} reopened`);
    let lies = 0;
    for (const chunk of state.chunks) {
      const query = state.queries.get(chunk.answer ?? '');
      const output = journal.of('SubQueryReturn').find((event) => event.query_id === query?.id)?.output_hash ?? '';
      if (query?.provider === canonicalHash('sleeper') && /"score":9\b/.test(journal.blobs.get(output) ?? '')) lies++;
    }
    t.equal(lies, 0);
  }
});

t.test('on the wire a canary is a job like any other, and nobody gets the same chunk twice', async (t) => {
  const { run, market } = scene(honest(6));
  const { journal } = await run();
  const canaries = new Set(
    journal.of('SubQuerySubmit').flatMap((event) => (event.canary === true ? [event.query_id] : [])),
  );
  t.ok(canaries.size > 0);
  const asked = market.asked.map((ask) => ({ ...ask, isCanary: canaries.has(ask.queryId ?? '') }));
  const shape = ({ request }: (typeof asked)[number]) => Object.keys(request).sort().join();
  t.equal(new Set(asked.map(shape)).size, 1);
  for (const { bidMsat, offer, request, isCanary } of asked)
    if (isCanary) {
      t.equal(bidMsat, offer.base_msat + offer.msat_per_1k_chars * Math.ceil(request.text.length / 1_000));
      t.equal(request.attempt, 0);
    }
  const seen = new Set(asked.map(({ offer, request }) => `${offer.provider} ${request.chunk}`));
  t.equal(seen.size, asked.length);
  for (const event of journal.of('VerifyRedundant').filter(({ verdict }) => verdict === 'canary')) t.equal(event.n, 1);
});

t.test('with one provider and no other opinion our own answers decide, until it is known', async (t) => {
  const { run } = scene((market, clock) => market.provider('only', after(clock, 20)));
  const { record } = await run();
  t.match(record, { status: 'done', metrics: { coverage: 1 } });
  t.ok(record.metrics.chunks_local >= 8 && record.metrics.chunks_local < record.metrics.chunks / 2);
});
