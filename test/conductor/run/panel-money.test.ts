// Money follows the verdict, whatever the schedule: every stake of every voice is resolved exactly once.
import fc from 'fast-check';
import t from 'tap';
import type { MarketReply } from '../../../conductor/ports.ts';
import { Conductor } from '../../../conductor/run/conductor.ts';
import { balancesWithin } from '../../../ledger/book/accounts.ts';
import { Book } from '../../../ledger/book/book.ts';
import { openRunsOf } from '../../../ledger/book/reserve.ts';
import { RunBudgets } from '../../../ledger/book/run-budgets.ts';
import { extractiveBackend } from '../../../node/backends/extractive.ts';
import { canonicalHash } from '../../../protocol/canonical.ts';
import { PylonError } from '../../../protocol/errors.ts';
import type { RunConfig } from '../../../protocol/run.ts';
import { RecordingJournal } from '../../support/recording-journal.ts';
import { type AskedOf, after, type Behaviour, ScriptedMarket, silently } from '../../support/scripted-market.ts';
import { seededRandom } from '../../support/seeded-random.ts';
import { textCorpus } from '../../support/text-corpus.ts';
import { RUN_CONFIG } from '../../support/traces.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

const LOG = Array.from({ length: 120 }, (_, line) => `2026-01-01 INFO worker ${line} checked item ${line * 7}`).join(
  '\n',
);

/** A real quote of the chunk, but not what was asked for: it passes every gate that looks at one answer alone. */
function lie(reply: MarketReply, asked: AskedOf): MarketReply {
  const lines = asked.request.text.split('\n');
  const line = Math.floor(lines.length / 2); // the first may well be what the honest quote for all that are like it
  const quote = lines[line]!;
  const output = { findings: [{ quote, line: line + 1, score: 9 }] };
  return { ...reply, result: { ...reply.result, output, output_hash: canonicalHash(output) } };
}

const lying: Behaviour = async (asked, honest) => lie(await honest(), asked);
const refusing: Behaviour = async () => {
  throw new PylonError('job-failed');
};

interface Actor {
  readonly does: 'answers' | 'lies' | 'refuses' | 'is silent';
  readonly afterMs: number;
}

function behaviourOf({ does, afterMs }: Actor, clock: VirtualClock): Behaviour {
  if (does === 'is silent') return silently;
  const act = { answers: undefined, lies: lying, refuses: refusing }[does];
  return async (asked, honest) => {
    const reply = await after(clock, afterMs)(asked, honest);
    return act === undefined ? reply : act(asked, async () => reply);
  };
}

interface Scene {
  readonly actors: readonly Actor[];
  readonly config?: Partial<RunConfig>;
  /** The user interrupts at this time. */
  readonly interruptMs?: number;
  /** The store fails at this commit. */
  readonly failAt?: number;
}

async function play({ actors, config, interruptMs, failAt }: Scene) {
  const clock = new VirtualClock();
  const engine = extractiveBackend();
  const market = new ScriptedMarket(engine);
  for (const [index, actor] of actors.entries()) market.provider(`p${index}`, behaviourOf(actor, clock));
  const journal = new RecordingJournal();
  let commits = 0;
  journal.before = () => {
    if (failAt !== undefined && ++commits >= failAt) throw new PylonError('store-failed');
  };
  const book = Book.volatile(() => clock.now());
  const ports = { clock, random: seededRandom(3), journal, book: new RunBudgets(book), local: engine, engine };
  const controller = new AbortController();
  if (interruptMs !== undefined) clock.after(interruptMs, () => controller.abort());
  const running = new Conductor({ ...ports, market }).run(
    {
      runId: '01ARZ3NDEKTSV4RRFFQ69G5FAV',
      query: 'Which worker checked item 700?',
      corpus: textCorpus({ 'app.log': LOG }),
      config: { ...RUN_CONFIG, chunk_size: 2_000, fanout: 3, timeout_ms: 3_000, ...config },
    },
    controller.signal,
  );
  const failure = await clock.runUntil(running.then(() => undefined).catch((thrown: unknown) => thrown));
  return { journal, market, book, failure };
}

const actor = fc.record({
  does: fc.constantFrom('answers', 'answers', 'lies', 'refuses', 'is silent') as fc.Arbitrary<Actor['does']>,
  afterMs: fc.constantFrom(0, 1, 40, 40, 400, 2_999),
});

t.test('every stake is resolved exactly once, whatever is answered, late, lied, refused or interrupted', async (t) => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(actor, { minLength: 1, maxLength: 6 }),
      fc.constantFrom('none', 'redundancy:2of3', 'redundancy:3of3', 'credibility'),
      fc.option(fc.nat(500), { nil: undefined }),
      async (actors, verification, interruptMs) => {
        const scene = { actors, config: { verification }, ...(interruptMs === undefined ? {} : { interruptMs }) };
        const { journal, book, failure } = await play(scene);
        if (failure instanceof PylonError && failure.code === 'verification-unavailable') {
          t.ok(actors.length < 3, 'too few to ask');
          t.same([journal.events, [...openRunsOf(book.rows)]], [[], []], 'and nothing was begun');
          return;
        }
        t.equal(failure, undefined);
        const reserved = journal.of('BudgetReserve');
        const settled = new Map(journal.of('BudgetSettle').map((event) => [event.query_id, event.amount_msat]));
        const released = new Map(journal.of('BudgetRelease').map((event) => [event.query_id, event.amount_msat]));
        for (const { query_id, amount_msat } of reserved)
          if ((settled.get(query_id) ?? 0) + (released.get(query_id) ?? 0) !== amount_msat)
            t.fail(`${query_id}: ${settled.get(query_id)} + ${released.get(query_id)} of ${amount_msat}`);
        t.equal(settled.size + released.size, reserved.length);
        t.equal(journal.state?.held_msat, 0);
        t.equal(journal.state?.in_flight, 0);
        t.same([...openRunsOf(book.rows)], []);
        const owed = [...balancesWithin(book.rows, 'payable/')].reduce((sum, [, amount]) => sum + amount, 0);
        t.equal(owed, journal.state?.spent_msat);
      },
    ),
    { numRuns: 60 },
  );
});

t.test('when the store fails in the middle the run ends with that, and nothing hangs', async (t) => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(actor, { minLength: 1, maxLength: 4 }),
      fc.constantFrom('none', 'redundancy:2of3', 'credibility'),
      fc.integer({ min: 2, max: 60 }),
      async (actors, verification, failAt) => {
        const { failure, journal } = await play({ actors, config: { verification }, failAt });
        if (failure === undefined) t.match(journal.events.at(-1)?.type, /RunDone|RunFailed/, 'it ended before');
        else t.match(failure, { code: actors.length < 3 ? /store-failed|verification-unavailable/ : 'store-failed' });
      },
    ),
    { numRuns: 30 },
  );
});

const answers = (afterMs = 5): Actor => ({ does: 'answers', afterMs });
const lies = (afterMs = 5): Actor => ({ does: 'lies', afterMs });

t.test('two of three that agree are paid, the third is not, and its answer is not evidence', async (t) => {
  const { journal } = await play({
    actors: [answers(), answers(), lies()],
    config: { verification: 'redundancy:2of3' },
  });
  t.match(journal.record, { status: 'done', metrics: { coverage: 1, chunks_local: 0 } });
  for (const event of journal.of('VerifyRedundant')) t.match(event, { verdict: 'accepted', n: 2 });
  const paid = new Set(journal.of('BudgetSettle').map(({ provider }) => provider));
  t.equal(paid.size, 2);
  t.equal(journal.of('VerifyAccept').length, journal.record.metrics.chunks);
  for (const { reason } of journal.of('BudgetRelease')) t.equal(reason, 'disagreed');
});

t.test('where no two agree the chunk stays unanswered, with the reason, and nobody is paid', async (t) => {
  const { journal } = await play({ actors: [answers(), lies()], config: { verification: 'redundancy:2of2' } });
  t.match(journal.record, { status: 'failed', error: { code: 'quorum-not-reached' }, cost_sats: 0 });
  t.match(journal.record.error?.message, /do not agree/);
  t.equal(journal.of('FallbackLocal').length, 0, 'never a weaker check in its place');
});

t.test('of one operator only one is asked about a chunk', async (t) => {
  const clock = new VirtualClock();
  const engine = extractiveBackend();
  const operator = 'ab'.repeat(32);
  const market = new ScriptedMarket(engine)
    .provider('a', undefined, { operator })
    .provider('b', undefined, { operator })
    .provider('c');
  const journal = new RecordingJournal();
  const book = new RunBudgets(Book.volatile(() => clock.now()));
  const ports = { clock, random: seededRandom(3), journal, book, local: engine, engine, market };
  const config = { ...RUN_CONFIG, chunk_size: 2_000, fanout: 3, verification: 'redundancy:2of2' };
  const corpus = textCorpus({ 'app.log': LOG });
  const request = { runId: '01ARZ3NDEKTSV4RRFFQ69G5FAV', query: 'Which worker checked item 700?', corpus, config };
  await clock.runUntil(new Conductor(ports).run(request, new AbortController().signal));
  t.match(journal.record, { status: 'done', metrics: { coverage: 1 } });
  const alone = canonicalHash('c');
  for (const { provider, chunk } of journal.of('SubQuerySubmit'))
    t.ok(
      provider === alone ||
        journal.of('SubQuerySubmit').some((other) => other.chunk === chunk && other.provider === alone),
    );
});
