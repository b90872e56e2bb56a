import t from 'tap';
import type { Payer } from '../../../conductor/ports.ts';
import { Conductor } from '../../../conductor/run/conductor.ts';
import { balanceOf, balancesWithin } from '../../../ledger/book/accounts.ts';
import { Book } from '../../../ledger/book/book.ts';
import { openRunsOf } from '../../../ledger/book/reserve.ts';
import { RunBudgets } from '../../../ledger/book/run-budgets.ts';
import { extractiveBackend } from '../../../node/backends/extractive.ts';
import { canonicalHash } from '../../../protocol/canonical.ts';
import { PylonError } from '../../../protocol/errors.ts';
import { msat } from '../../../protocol/money.ts';
import type { RunConfig } from '../../../protocol/run.ts';
import type { TraceEvent } from '../../../protocol/trace.ts';
import { RecordingJournal } from '../../support/recording-journal.ts';
import { type Behaviour, offerOf, ScriptedMarket, silently } from '../../support/scripted-market.ts';
import { seededRandom } from '../../support/seeded-random.ts';
import { textCorpus } from '../../support/text-corpus.ts';
import { RUN_CONFIG } from '../../support/traces.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

const RUN = '01ARZ3NDEKTSV4RRFFQ69G5FAV';
const LOG = Array.from({ length: 2_000 }, (_, line) => `2026-01-01 INFO worker ${line} checked item ${line * 7}`).join(
  '\n',
);

/** A journal on a slow disk: what was committed is durable a while later. */
class SlowJournal extends RecordingJournal {
  readonly #clock: VirtualClock;
  readonly durable = new Set<string>();

  constructor(clock: VirtualClock) {
    super();
    this.#clock = clock;
  }

  override async commit(...[events, operation]: Parameters<RecordingJournal['commit']>): Promise<void> {
    await super.commit(events, operation);
    await new Promise<void>((resolve) => this.#clock.after(7, resolve));
    for (const event of events) if (event.type === 'BudgetReserve') this.durable.add(event.query_id);
  }
}

interface Setup {
  readonly config?: Partial<RunConfig>;
  readonly market: (market: ScriptedMarket, journal: SlowJournal) => unknown;
  readonly payer?: Partial<Payer>;
  readonly feeReservePpm?: number;
}

async function run({ config, market: stock, payer, feeReservePpm }: Setup) {
  const clock = new VirtualClock();
  const engine = extractiveBackend();
  const journal = new SlowJournal(clock);
  const market = new ScriptedMarket(engine);
  stock(market, journal);
  const book = Book.volatile(() => clock.now());
  const paid: string[] = [];
  const paying: Payer = {
    payRun: async (runId) => void paid.push(runId),
    payProvider: async () => false,
    noteOwed: () => undefined,
    ...payer,
  };
  const ports = { clock, random: seededRandom(7), journal, book: new RunBudgets(book), local: engine, engine };
  const conductor = new Conductor({ ...ports, market, payer: paying });
  const request = {
    runId: RUN,
    query: 'Which worker checked item 700?',
    corpus: textCorpus({ 'app.log': LOG }),
    config: { ...RUN_CONFIG, chunk_size: 8_000, fanout: 4, ...config },
    ...(feeReservePpm === undefined ? {} : { feeReservePpm }),
  };
  await clock.runUntil(conductor.run(request, new AbortController().signal));
  const owed = [...balancesWithin(book.rows, 'payable/')].reduce((sum, [, amount]) => sum + amount, 0);
  return { journal, market, book, paid, owed, record: journal.record };
}

const queryOf = ({ request }: Parameters<Behaviour>[0]) => `${request.chunk}.${request.attempt}`;

t.test('nothing is sent before what it may cost is set aside on disk', async (t) => {
  let asked = 0;
  await run({
    market: (market, journal) =>
      market.provider('a', async (ask, honest) => {
        asked++;
        t.ok(journal.durable.has(queryOf(ask)), `query ${queryOf(ask)} has its reserve`);
        return honest();
      }),
  });
  t.ok(asked > 5);
});

t.test('nothing is sent when what it may cost could not be set aside on disk', async (t) => {
  let asked = 0;
  const running = run({
    market: (market, journal) => {
      market.provider('a', async (_ask, honest) => {
        asked++;
        return honest();
      });
      journal.before = (events) => {
        if (events.some(({ type }) => type === 'BudgetReserve')) throw new PylonError('store-failed');
      };
    },
  });
  await t.rejects(running, { code: 'store-failed' });
  t.equal(asked, 0);
});

t.test('a lying claim cannot raise the bill, and a modest one lowers it', async (t) => {
  const claiming =
    (amount: number): Behaviour =>
    async (_ask, honest) => ({ ...(await honest()), amountMsat: msat(amount) });
  const greedy = await run({ market: (market) => market.provider('a', claiming(999_999_999)) });
  const { sub_queries: queries, cost_msat: cost } = greedy.record.metrics;
  t.equal(greedy.market.asked.length, queries);
  t.equal(
    cost,
    greedy.market.asked.reduce((sum, { bidMsat }) => sum + bidMsat, 0),
    'what was agreed, and no more',
  );
  t.equal(greedy.owed, cost);
  const modest = await run({ market: (market) => market.provider('a', claiming(1)) });
  t.equal(modest.record.metrics.cost_msat, modest.record.metrics.chunks);
  t.ok(modest.record.metrics.released_msat > 0);
});

t.test('work that is rejected, late or never done is not owed', async (t) => {
  const invented: Behaviour = async (_ask, honest) => {
    const reply = await honest();
    const findings = [{ quote: 'nobody ever wrote this', line: 1, score: 1 }];
    return { ...reply, result: { ...reply.result, output: { findings } } };
  };
  /** Bound as it should be, and made up all the same. */
  const wellBound: Behaviour = async (ask, honest) => {
    const reply = await invented(ask, honest);
    return { ...reply, result: { ...reply.result, output_hash: canonicalHash(reply.result.output) } };
  };
  for (const behaviour of [silently, invented, wellBound]) {
    const { record, owed, book } = await run({ market: (market) => market.provider('bad', behaviour) });
    t.match(record.metrics, { cost_msat: 0, paid_msat: 0, held_msat: 0 });
    t.ok(record.metrics.released_msat > 0);
    t.equal(owed, 0);
    t.same([...openRunsOf(book.rows)], [], 'the budget is closed, no hold is left');
  }
});

t.test('a budget is never passed, also when providers raise their prices in the middle', async (t) => {
  let answered = 0;
  const dear = (market: ScriptedMarket, price: number) => {
    const rising: Behaviour = async (ask, honest) => {
      if (++answered === 3) dear(market, price * 20);
      if (ask.bidMsat < offerOf('x', { base_msat: price }).base_msat) throw new PylonError('job-price-too-low');
      return honest();
    };
    return market.provider('rising', rising, { base_msat: price });
  };
  const { record, owed, paid } = await run({ config: { budget_sats: 1 }, market: (market) => dear(market, 50) });
  t.match(record, { status: 'partial', error: { code: 'budget-exhausted' } });
  t.ok(owed <= 1_000, `${owed} msat`);
  t.ok(record.metrics.coverage > 0 && record.metrics.coverage < 1);
  t.same(paid, [RUN], 'and what is owed is paid');
});

t.test('what routing may cost is part of the budget', async (t) => {
  const { record, owed, book } = await run({ market: (market) => market.provider('a'), feeReservePpm: 100_000 });
  t.equal(owed, record.metrics.cost_msat);
  const reserved = [...balancesWithin(book.rows, 'fee-reserve/')].reduce((sum, [, amount]) => sum + amount, 0);
  t.ok(reserved >= owed / 10);
  t.equal(record.metrics.held_msat, 0);
  t.equal(balanceOf(book.rows, 'routing'), -reserved);
});

t.test(
  'a provider that wants money first is paid what it is owed, and asked again; others go on meanwhile',
  async (t) => {
    let wants = true;
    const demanding: Behaviour = async (_ask, honest) => {
      if (wants) throw new PylonError('job-payment-required');
      return honest();
    };
    const paidFor: string[] = [];
    const payer = {
      payProvider: async (provider: string) => {
        paidFor.push(provider);
        wants = false;
        return true;
      },
    };
    const { record } = await run({ market: (market) => market.provider('a', demanding), payer });
    t.match(record, { status: 'done', metrics: { chunks_local: 0, coverage: 1 } });
    t.ok(paidFor.length >= 1);
  },
);

t.test('a provider that wants money nobody owes it is left alone', async (t) => {
  const demanding: Behaviour = async () => {
    throw new PylonError('job-payment-required');
  };
  const { record, owed } = await run({ market: (market) => market.provider('a', demanding) });
  t.match(record, { status: 'done', metrics: { coverage: 1, cost_msat: 0 } });
  t.equal(record.metrics.chunks_local, record.metrics.chunks, 'the local backend stands in');
  t.equal(owed, 0);
});

t.test('what a run owes is paid before it ends, whatever it came to', async (t) => {
  const order: string[] = [];
  const payer = {
    payRun: async () => void order.push('paid'),
  };
  const { journal } = await run({ market: (market) => market.provider('a'), payer });
  t.same(order, ['paid']);
  const types = journal.events.map(({ type }: TraceEvent) => type);
  t.equal(types.at(-1), 'RunDone', 'nothing follows the end');
});
