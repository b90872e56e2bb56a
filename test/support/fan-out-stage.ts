// One fan-out without the run around it: a question to every chunk of some texts, by the run's own scheduler, market, money and
// verification, and what it was told of each line.
import { CanaryDesk } from '../../conductor/chunk/canary-desk.ts';
import { gateOf } from '../../conductor/chunk/gate.ts';
import { tierOf } from '../../conductor/chunk/tier.ts';
import { Turnstile } from '../../conductor/chunk/turnstile.ts';
import type { ChunkAnswer, Voice } from '../../conductor/chunk/voice.ts';
import { recordsChunkSize } from '../../conductor/cut/records-size.ts';
import { Pace } from '../../conductor/market/pace.ts';
import type { Backend, Clock, Market, Reputation } from '../../conductor/ports.ts';
import type { RunContext } from '../../conductor/run/context.ts';
import { FanOut } from '../../conductor/run/fan-out.ts';
import { Faults } from '../../conductor/run/faults.ts';
import { LateCosts } from '../../conductor/run/late-costs.ts';
import { LooseEnds } from '../../conductor/run/loose-ends.ts';
import type { Resumption } from '../../conductor/run/resumed.ts';
import { TraceEmitter } from '../../conductor/run/trace-emitter.ts';
import { Trust } from '../../conductor/verify/trust.ts';
import { Book } from '../../ledger/book/book.ts';
import { RunBudgets } from '../../ledger/book/run-budgets.ts';
import { msat } from '../../protocol/money.ts';
import { parseVerification } from '../../protocol/policy.ts';
import type { FieldSpec, RecordValue } from '../../protocol/records.ts';
import type { RunConfig } from '../../protocol/run.ts';
import { RecordingJournal } from './recording-journal.ts';
import { seededRandom } from './seeded-random.ts';
import { textCorpus } from './text-corpus.ts';
import { RUN_CONFIG, runIdOf } from './traces.ts';

export interface FanOutScene {
  readonly text: string;
  readonly query?: string;
  readonly fields?: readonly FieldSpec[];
  readonly kind?: 'log' | 'prose';
  readonly local: Backend;
  readonly clock: Clock;
  readonly market?: Market;
  readonly reputation?: Reputation;
  readonly config?: Partial<RunConfig>;
  readonly resumption?: Resumption;
  readonly seed?: number;
}

/** What was told of one line. */
export interface ToldLine {
  readonly quote: string;
  readonly record: Readonly<Record<string, RecordValue>> | undefined;
}

async function contextOf(scene: FanOutScene, journal: RecordingJournal): Promise<RunContext> {
  const { clock, local, market, reputation, text, query = 'What is each line?', fields, seed = 3 } = scene;
  const config = { ...RUN_CONFIG, fanout: 4, timeout_ms: 10_000, ...scene.config };
  const resumed = scene.resumption === undefined ? {} : { resumption: scene.resumption };
  const request = { runId: runIdOf(1), query, corpus: textCorpus({ 'in.log': text }), config, ...resumed };
  const emitter = new TraceEmitter(request.runId, clock, journal, (error) => {
    throw error;
  });
  const book = new RunBudgets(Book.volatile(() => clock.now()));
  const identity = { git_sha: null, dataset: null, experiment: null };
  const budget = book.openRun(request.runId, msat(config.budget_sats * 1_000), 0);
  await emitter.emit({ type: 'RunInit', query, config, inputs: [...request.corpus.files], ...identity }, budget);
  const verification = parseVerification(config.verification);
  const trust = new Trust<Voice>((provider) => reputation?.standing(provider));
  const random = seededRandom(seed);
  const tier = tierOf(verification, trust, random);
  const pace = new Pace(clock);
  const context: RunContext = {
    clock,
    random,
    journal,
    book,
    local,
    engine: local,
    ...(market === undefined ? {} : { market }),
    request,
    emitter,
    pace,
    runPace: pace.run(),
    lateCosts: new LateCosts(clock, emitter),
    faults: new Faults(),
    looseEnds: new LooseEnds(),
    tier,
    trust,
    ownAnswers: new Turnstile(2),
    canaries: tier.keepsRecords ? new CanaryDesk() : undefined,
    question: { text: query, terms: '', ...(fields === undefined ? {} : { fields }) },
    countOf: () => undefined,
    signal: new AbortController().signal,
  };
  const gate = await gateOf(context, verification);
  return gate === undefined ? context : { ...context, gate };
}

/** Asks every chunk. */
export async function playFanOut(scene: FanOutScene) {
  const journal = new RecordingJournal();
  const context = await contextOf(scene, journal);
  const answers = new Map<number, ChunkAnswer>();
  const { chunk_size: chunkBytes } = context.request.config;
  const size = scene.fields === undefined ? { chunkBytes } : recordsChunkSize(scene.fields, chunkBytes);
  const { tally } = await new FanOut(context).ask({
    question: context.question,
    cutting: { ...size, kindOf: () => scene.kind ?? 'log' },
    gathering: {
      add: (fragment, answer) => void answers.set(fragment.index, answer),
      remove: (chunks) => {
        for (const chunk of chunks) answers.delete(chunk);
      },
    },
  });
  await context.lateCosts.close();
  const lines = [...answers.values()].flatMap(({ findings }) =>
    findings.map(({ finding, record, startLine }) => [startLine, { quote: finding.quote, record }] as const),
  );
  const told: ReadonlyMap<number, ToldLine> = new Map(lines.sort(([one], [other]) => one - other));
  const paid = new Map<string, number>();
  for (const { provider, amount_msat } of journal.of('BudgetSettle'))
    paid.set(provider, (paid.get(provider) ?? 0) + amount_msat);
  const linesDropped = [...answers.values()].reduce((sum, answer) => sum + (answer.linesDropped ?? 0), 0);
  return { journal, context, tally, answers, told, paid, linesDropped };
}
