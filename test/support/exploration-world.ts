// A seeded world for explorations: a controller that does anything, to any depth; two hundred chunks at a time asked of providers that
// lie about what they cost, fall silent or give nonsense. It counts calls, tokens and sats by itself, and holds the money after each event.
import type { LanguageModel, MarketReply } from '../../conductor/ports.ts';
import { linearRegex } from '../../conductor/predict/rlm/regex/linear-regex.ts';
import { Conductor } from '../../conductor/run/conductor.ts';
import type { ConductorPorts } from '../../conductor/run/context.ts';
import { limitsOf } from '../../conductor/strategies/limits.ts';
import { Book } from '../../ledger/book/book.ts';
import { RunBudgets } from '../../ledger/book/run-budgets.ts';
import { extractiveBackend } from '../../node/backends/extractive.ts';
import { canonicalHash } from '../../protocol/canonical.ts';
import { PylonError } from '../../protocol/errors.ts';
import { msat } from '../../protocol/money.ts';
import { LIMIT_NAMES, USED_BY } from '../../protocol/predict-budgets.ts';
import type { RunConfig } from '../../protocol/run.ts';
import type { Usage } from '../../protocol/signature.ts';
import type { TraceEvent } from '../../protocol/trace.ts';
import { RecordingJournal } from './recording-journal.ts';
import { modelPorts } from './scripted-controller.ts';
import { type AskedOf, after, type Behaviour, ScriptedMarket, silently } from './scripted-market.ts';
import { oracle } from './scripted-oracle.ts';
import { seededRandom } from './seeded-random.ts';
import { replayed, topReceipt } from './strategy-stage.ts';
import { textCorpus } from './text-corpus.ts';
import { RUN_CONFIG } from './traces.ts';
import { VirtualClock } from './virtual-clock.ts';

const WORDS = ['disk', 'full', 'alpha9', 'worker', 'INFO', 'ERROR', 'checked', 'valve', '界', '🎉'];
const TIERS = ['none', 'none', 'redundancy:2of3', 'credibility'];
const FIELDS = [{ name: 'level', type: 'string', values: ['INFO', 'ERROR'] }];

/** Draws of one seed. */
class Dice {
  readonly #random;

  constructor(seed: number) {
    this.#random = seededRandom(seed);
  }

  below(limit: number): number {
    return Math.floor(this.#random.fraction() * limit);
  }

  between(min: number, max: number): number {
    return min + this.below(max - min + 1);
  }

  one<Item>(items: readonly Item[]): Item {
    return items[this.below(items.length)]!;
  }

  chance(share: number): boolean {
    return this.#random.fraction() < share;
  }
}

/** What the endpoint and the providers themselves count. */
class Count {
  readonly usage = { calls: 0, input_tokens: 0, output_tokens: 0 };
  modelCalls = 0;
  /** What each query may be paid at most: what was claimed, and no more than was offered. */
  readonly owed = new Map<string, number>();

  add({ calls, input_tokens, output_tokens }: Usage): void {
    this.usage.calls += calls;
    this.usage.input_tokens += input_tokens;
    this.usage.output_tokens += output_tokens;
  }
}

/** Anything a controller may write, sense or none. */
function anyAction(dice: Dice, isFirst: boolean): string {
  const over = dice.one([{}, {}, { over: 'hits' }, { over: 'found' }, { over: 'nothing' }]);
  const question = dice.one(['Which host has a full disk?', 'Which worker checked 77?', 'What broke?']);
  const actions: readonly unknown[] = [
    { action: 'Search', mode: dice.one(['literal', 'regex', 'bm25']), text: dice.one(WORDS), into: 'hits' },
    { action: 'ExtractOverChunks', question, into: 'found' },
    { action: 'ExtractOverChunks', question, into: 'found', files: [0] },
    { action: 'ExtractOverChunks', question: `${question} (${dice.below(9)})`, into: 'found', ...over },
    { action: 'ExtractOverChunks', question, fields: FIELDS, into: 'lines', chunkBytes: dice.one([1_024, 1_500]) },
    { action: 'SubLm', question, over: dice.one(['hits[1]', 'found[1]', 'said', 'nothing']), into: 'said' },
    { action: 'SubLm', question, over: dice.one(['hits', 'found']), explore: true, into: 'below' },
    { action: 'Compute', from: 'found', steps: [{ op: 'count' }], into: 'n' },
    { action: 'ToolCall', tool: dice.one(['grep', 'list_files', 'rm']), args: { pattern: dice.one(WORDS) } },
    { action: 'Load', file: 0, startByte: dice.below(1_000), endByte: 2_000 },
    { action: 'Final', answer: '{{found[1].text}} [1]', evidence: ['found[1]'] },
    { action: 'Final', answer: '{{found[1].text}} [1]', evidence: ['found[1]'] },
    { action: 'Final', answer: 'It is so.', evidence: [] },
    { action: 'Final', answer: 'It is so.', evidence: [] },
    { action: 'Delete', everything: true },
  ];
  if (isFirst && dice.chance(0.7)) return JSON.stringify(actions[1]); // else many worlds would ask nobody
  return dice.chance(0.05) ? 'I would rather not say.' : JSON.stringify(dice.one(actions));
}

function modelOf(dice: Dice, count: Count): LanguageModel {
  return {
    model: 'scripted',
    async complete({ messages }) {
      const [system = '', user = ''] = messages.map(({ content }) => content);
      const text = user.startsWith('State: ')
        ? anyAction(dice, user.includes('{"iteration":0,"depth":0'))
        : oracle(system, user);
      const usage = { calls: 1, input_tokens: Math.ceil(user.length / 4), output_tokens: Math.ceil(text.length / 4) };
      // As a leaf it is asked what a provider would be.
      if (!/"(findings|records)"/.test(system)) count.modelCalls++;
      count.add(usage);
      return { text, usage };
    },
  };
}

/** Answers, sometimes late, sometimes not, sometimes nonsense, and claims what it likes. */
function providerOf(dice: Dice, clock: VirtualClock, count: Count): Behaviour {
  const claims = dice.one([1, 1, 0, 3, 1_000]);
  const kind = dice.one(['good', 'good', 'good', 'slow', 'silent', 'broken', 'wrong']);
  const told = (asked: AskedOf, reply: MarketReply): MarketReply => {
    const usage = { calls: 1, input_tokens: asked.request.text.length >> 2, output_tokens: 7 };
    const amount = Math.round(asked.bidMsat * claims);
    count.add(usage);
    count.owed.set(asked.queryId ?? '', Math.min(amount, asked.bidMsat));
    return { ...reply, amountMsat: msat(amount), result: { ...reply.result, usage } };
  };
  return async (asked, honest) => {
    if (kind === 'silent') return silently(asked, honest);
    const delayMs = kind === 'slow' ? dice.between(500, 9_000) : dice.between(1, 60);
    await after(clock, delayMs)(asked, honest);
    if (kind === 'broken') throw new PylonError('job-failed');
    const reply = await honest();
    if (kind !== 'wrong' || !('findings' in (reply.result.output as object))) return told(asked, reply);
    const output = { findings: [{ quote: asked.request.text.split('\n')[0]!.slice(0, 50) || 'x', line: 1, score: 9 }] };
    return told(asked, { ...reply, result: { ...reply.result, output, output_hash: canonicalHash(output) } });
  };
}

function textOf(dice: Dice): string {
  const lines = Array.from({ length: dice.between(500, 5_000) }, (_, index) => {
    const words = Array.from({ length: dice.between(2, 12) }, () => dice.one(WORDS));
    return `10:00:${index % 60} ${words.join(' ')} ${dice.below(1_000)}`;
  });
  return lines.join('\n');
}

/** Holds the money to the limit after each event. */
class HeldJournal extends RecordingJournal {
  readonly faults: string[] = [];
  readonly #limitMsat: number;

  constructor(limitMsat: number) {
    super();
    this.#limitMsat = limitMsat;
  }

  override async commit(...[events, operation]: Parameters<RecordingJournal['commit']>): Promise<void> {
    await super.commit(events, operation);
    const { spent_msat: spent = 0, held_msat: held = 0 } = this.state ?? {};
    if (spent + held > this.#limitMsat) this.faults.push(`after event ${events.at(-1)?.seq}: ${spent} + ${held} msat`);
  }
}

function of<Type extends TraceEvent['type']>(journal: RecordingJournal, type: Type) {
  return journal.of(type);
}

/** Plays one world. @returns what is wrong with it, each in a line; and how it ended */
export async function playWorld(seed: number): Promise<{ faults: string[]; status: string; subQueries: number }> {
  const dice = new Dice(seed);
  const clock = new VirtualClock();
  const count = new Count();
  const engine = extractiveBackend();
  const market = new ScriptedMarket(engine);
  for (let index = dice.between(1, 12); index > 0; index--) {
    const price = {
      base_msat: dice.between(0, 40),
      msat_per_1k_chars: dice.below(5),
      concurrency: dice.between(1, 40),
    };
    market.provider(`p${index}`, providerOf(dice, clock, count), price);
  }
  const budgetSats = dice.one([0.05, 3, 1_000, 1_000]);
  const journal = new HeldJournal(budgetSats * 1_000);
  const regex = linearRegex({ now: () => clock.now(), cpu: () => clock.now() });
  const ports: ConductorPorts = {
    clock,
    random: seededRandom(seed + 1),
    journal,
    book: new RunBudgets(Book.volatile(() => clock.now())),
    engine,
    market,
    patterns: async () => regex,
    ...modelPorts(modelOf(dice, count)),
  };
  const limits = {
    maxRlmIterations: dice.between(1, 16),
    maxLmCalls: dice.between(1, 50),
    maxSubLmCalls: dice.one([0, 50, 3_000, 3_000]),
    maxToolCalls: dice.below(3),
    maxOutputChars: dice.between(200, 100_000),
  };
  const config: RunConfig = {
    ...RUN_CONFIG,
    strategy_id: dice.one(['rlm_lite.v1', 'rlm_lite.v1', 'rlm_lite.v1', 'distilled.search_line_extract.v1']),
    chunk_size: 1_024,
    fanout: 200,
    max_depth: dice.between(1, 3),
    budget_sats: budgetSats,
    verification: dice.one(TIERS),
    timeout_ms: dice.one([2_000, 8_000]),
    limits: limitsOf('rlm_lite.v1', limits),
    ...(dice.chance(0.2) ? { deadline_ms: dice.between(10, 20_000) } : {}),
  };
  const request = {
    runId: '01ARZ3NDEKTSV4RRFFQ69G5FAV',
    query: 'Which host has a full disk?',
    corpus: textCorpus({ 'a.log': textOf(dice) }),
    config,
  };
  try {
    await clock.runUntil(new Conductor(ports).run(request, new AbortController().signal));
  } catch (thrown) {
    // A tier that cannot be had is refused before anything is recorded.
    if (thrown instanceof PylonError && journal.events.length === 0)
      return { faults: [], status: thrown.code, subQueries: 0 };
    throw thrown;
  }
  const faults = [...journal.faults, ...(await check(journal, count))];
  const { status, metrics } = journal.record;
  return { faults, status, subQueries: metrics.sub_queries };
}

/** Everything that must be so of a run that is over. */
async function check(journal: HeldJournal, count: Count): Promise<string[]> {
  const faults: string[] = [];
  const same = (name: string, said: unknown, counted: unknown) => {
    if (said !== counted) faults.push(`${name}: the run says ${String(said)}, the other side ${String(counted)}`);
  };
  const { metrics, status } = journal.record;
  const receipt = topReceipt(journal);
  same('calls of the model', metrics.lm_calls, count.modelCalls);
  same('calls of the model in the receipt', receipt.budgets.usage.lmCalls, count.modelCalls);
  same('calls', metrics.calls, count.usage.calls);
  same('tokens read', metrics.input_tokens, count.usage.input_tokens);
  same('tokens written', metrics.output_tokens, count.usage.output_tokens);
  const settled = of(journal, 'BudgetSettle');
  for (const { query_id, amount_msat } of settled) same(`sats of ${query_id}`, amount_msat, count.owed.get(query_id));
  same(
    'sats',
    metrics.cost_msat,
    settled.reduce((sum, { amount_msat }) => sum + amount_msat, 0),
  );
  same('sats in the receipt', receipt.budgets.usage.msat, metrics.cost_msat);
  same('sats held at the end', metrics.held_msat, 0);
  for (const name of LIMIT_NAMES) {
    const [limit, used] = [receipt.budgets.limits[name], receipt.budgets.usage[USED_BY[name]]];
    if (limit !== undefined && used > limit && name !== 'maxTimeMs') faults.push(`${name}: ${used} of ${limit}`);
  }
  const queries = of(journal, 'SubQuerySubmit');
  same('names of queries', new Set(queries.map(({ query_id }) => query_id)).size, queries.length);
  if (metrics.coverage > 1) faults.push(`a coverage of ${metrics.coverage}`);
  if (receipt.rlmTrace !== null)
    same('the output of the replay', (await replayed(journal)).outputHash, receipt.hashes.output);
  else if (status !== 'failed' && receipt.strategyId === 'rlm_lite.v1') faults.push('no exploration was kept');
  return faults;
}
