// Tier `objective`: an answer with one invented quote in it, or of another form than the user's schema, is not believed and not paid,
// whoever gave it.
import t from 'tap';
import { Conductor } from '../../../conductor/run/conductor.ts';
import { compileSchema } from '../../../conductor/verify/json-schema.ts';
import { Book } from '../../../ledger/book/book.ts';
import { RunBudgets } from '../../../ledger/book/run-budgets.ts';
import { extractiveBackend } from '../../../node/backends/extractive.ts';
import { canonicalHash } from '../../../protocol/canonical.ts';
import type { RunConfig } from '../../../protocol/run.ts';
import type { ExtractorOutput } from '../../../protocol/signature.ts';
import { RecordingJournal } from '../../support/recording-journal.ts';
import { type Behaviour, ScriptedMarket } from '../../support/scripted-market.ts';
import { seededRandom } from '../../support/seeded-random.ts';
import { textCorpus } from '../../support/text-corpus.ts';
import { RUN_CONFIG } from '../../support/traces.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

const LOG = Array.from({ length: 120 }, (_, line) => `2026-01-01 INFO worker ${line} checked item ${line * 7}`).join(
  '\n',
);
const honestly: Behaviour = (_asked, honest) => honest();

/** Honest work, and one quote of its own making. */
const embellishing: Behaviour = async (_asked, honest) => {
  const reply = await honest();
  const { findings } = reply.result.output as ExtractorOutput;
  const output = { findings: [...findings, { quote: 'ERROR worker 13 fell ill', score: 1 }] };
  return { ...reply, result: { ...reply.result, output, output_hash: canonicalHash(output) } };
};

async function play(providers: Record<string, Behaviour>, config: Partial<RunConfig>) {
  const clock = new VirtualClock();
  const engine = extractiveBackend();
  const market = new ScriptedMarket(engine);
  for (const [name, behaviour] of Object.entries(providers)) market.provider(name, behaviour);
  const journal = new RecordingJournal();
  const book = new RunBudgets(Book.volatile(() => clock.now()));
  const running = new Conductor({ clock, random: seededRandom(5), journal, book, local: engine, engine, market }).run(
    {
      runId: '01ARZ3NDEKTSV4RRFFQ69G5FAV',
      query: 'Which worker checked item 700?',
      corpus: textCorpus({ 'app.log': LOG }),
      config: { ...RUN_CONFIG, chunk_size: 2_000, fanout: 3, ...config },
    },
    new AbortController().signal,
  );
  await clock.runUntil(running);
  const paid = new Set(journal.of('BudgetSettle').map(({ provider }) => provider));
  return { journal, paid, record: journal.record };
}

t.test(
  'an answer with one invented quote counts where nothing is asked for, and not where the objective tier is',
  async (t) => {
    const swarm = { embellishing, honest: honestly };
    const none = await play({ embellishing }, { verification: 'none' });
    t.equal(none.record.status, 'done');
    t.ok(none.paid.has(canonicalHash('embellishing')));
    const { record, journal, paid } = await play(swarm, { verification: 'objective' });
    t.match(record, { status: 'done', metrics: { coverage: 1, held_msat: 0, chunks_local: 0 } });
    t.same([...paid], [canonicalHash('honest')]);
    const verdicts = journal.of('VerifyObjective').map(({ verdict }) => verdict);
    t.ok(verdicts.includes('rejected'));
    t.equal(verdicts.filter((verdict) => verdict === 'accepted').length, record.metrics.chunks);
    for (const { verdict, reason } of journal.of('VerifyObjective'))
      if (verdict === 'rejected') t.match(reason, /^quotes of the result do not stand in the chunk/);
    for (const { reason } of journal.of('BudgetRelease')) t.equal(reason, 'refuted');
  },
);

t.test(
  'the schema is held against our own answer as well: what nobody can satisfy stays unanswered, and costs nothing',
  async (t) => {
    const verification_schema = JSON.stringify({ properties: { findings: { maxItems: 0 } } });
    const config = { verification: 'objective:form.json', verification_schema };
    await compileSchema('true'); // loads what no virtual clock waits for
    const { record, journal, paid } = await play({ one: honestly, two: honestly }, config);
    t.match(record, { status: 'failed', cost_sats: 0, metrics: { chunks_answered: 0, held_msat: 0 } });
    t.equal(journal.of('FallbackLocal').length, record.metrics.chunks, 'our own was tried');
    t.match(record.error?.message, /breaks the schema: output\/findings must NOT have more than 0 items/);
    const asked = record.metrics.sub_queries;
    t.equal(journal.of('VerifyObjective').filter(({ verdict }) => verdict === 'rejected').length, asked);
    t.same([...paid], []);
  },
);
