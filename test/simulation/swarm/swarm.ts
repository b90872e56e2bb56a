// A simulated swarm round the real conductor: the same Conductor, the same book, the same fold; a virtual clock, seeded streams,
// a market in memory. The same scenario gives the same events to the last byte.

import { Pace } from '../../../conductor/market/pace.ts';
import { Conductor } from '../../../conductor/run/conductor.ts';
import type { ConductorPorts, RunRequest } from '../../../conductor/run/context.ts';
import { Book } from '../../../ledger/book/book.ts';
import { RunBudgets } from '../../../ledger/book/run-budgets.ts';
import { toPylonError } from '../../../protocol/errors.ts';
import type { RunConfig } from '../../../protocol/run.ts';
import { ulid } from '../../../protocol/ulid.ts';
import { RUN_CONFIG } from '../../support/traces.ts';
import { microtasks, VirtualClock } from '../../support/virtual-clock.ts';
import { Answers } from './answers.ts';
import { Minds } from './behaviours.ts';
import { MoneyAudit } from './money-audit.ts';
import { SimNetwork } from './network.ts';
import { Population } from './population.ts';
import { type RunEnd, RunEnds } from './run-ends.ts';
import type { Scenario } from './scenario.ts';
import { Scorebook } from './scorebook.ts';
import { CHUNK_BYTES, simCorpus } from './sim-corpus.ts';
import { SimJournal } from './sim-journal.ts';
import { SimMarket } from './sim-market.ts';
import { Stream } from './streams.ts';
import { truthfulBackend } from './truthful-backend.ts';

/** What a simulated query asks; only its length matters. */
const QUERY = 'Which host has the highest v?';

/** A fixed vote asks two and, where they differ, a third; all it shares with ours is the code. */
const FIXED_VOTE = 'redundancy:2of3';

export interface SwarmOutcome {
  readonly scorebook: Scorebook;
  readonly ends: readonly RunEnd[];
  readonly faults: readonly string[];
  readonly traceHash: string;
  readonly events: number;
  readonly strays: number;
}

function configOf(scenario: Scenario): RunConfig {
  const { fanout, quorum, budgetSats, timeoutMs, deadlineMs, scheme, tier } = scenario;
  return {
    ...RUN_CONFIG,
    chunk_size: CHUNK_BYTES,
    fanout,
    quorum,
    budget_sats: budgetSats,
    timeout_ms: timeoutMs,
    verification: scheme === 'vote-2of3' ? FIXED_VOTE : tier,
    ...(deadlineMs === undefined ? {} : { deadline_ms: deadlineMs }),
  };
}

export class Swarm {
  readonly clock = new VirtualClock(undefined, microtasks);
  readonly scorebook = new Scorebook();
  readonly population: Population;
  readonly market: SimMarket;
  readonly journal: SimJournal;
  /** What each run answered; runs that failed have none. */
  readonly answers: string[] = [];
  readonly book = Book.volatile(() => this.clock.now());
  readonly #scenario: Scenario;
  readonly #audit = new MoneyAudit();
  readonly #ends = new RunEnds();
  readonly #ids: Stream;
  readonly #conductor: Conductor;

  /** @param isStrict checks every event against the open format too */
  constructor(scenario: Scenario, isStrict = false) {
    this.#scenario = scenario;
    const stream = (concern: string) => new Stream(scenario.seed, concern);
    this.#ids = stream('ids');
    const answers = new Answers(scenario.seed);
    const network = new SimNetwork(scenario.network, stream('network'));
    this.population = new Population(scenario, network.regions, stream('providers'));
    const minds = new Minds(answers, scenario, stream('minds'));
    const { clock, population, scorebook } = this;
    const pace = stream('pace');
    this.market = new SimMarket({ clock, scenario, population, network, minds, pace, witness: scorebook });
    this.journal = new SimJournal(clock, this.book, this.#audit, (...told) => this.#read(...told), isStrict);
    const local = truthfulBackend(answers);
    const ports: ConductorPorts = {
      clock,
      random: stream('conductor'),
      journal: this.journal,
      book: new RunBudgets(this.book),
      market: this.market,
      reputation: this.journal.reputations,
      pace: new Pace(clock, { hedges: scenario.scheme === 'ours' }),
      local,
      engine: local,
    };
    this.#conductor = new Conductor(ports);
    scorebook.onLiarUnpaid = (citizen) => {
      if (citizen.behaviour === 'whitewashing') population.whitewash(citizen);
    };
    this.#trouble(scenario);
  }

  /** All runs, one after the other, by the same conductor. */
  async run(): Promise<SwarmOutcome> {
    for (let run = 0; run < this.#scenario.runs; run++) await this.#one(run);
    const { scorebook, journal, market } = this;
    const faults = [...this.#audit.faults, ...journal.faults, ...this.#ends.faults];
    const traceHash = journal.traceHash();
    return { scorebook, ends: this.#ends.all, faults, traceHash, events: journal.events, strays: market.strays };
  }

  /** Lets everything happen that is still on its way: late results, costs told late, signs of life. */
  async drain(): Promise<void> {
    while (await this.clock.step());
  }

  async #one(run: number): Promise<void> {
    const scenario = this.#scenario;
    const runId = ulid(this.clock.now(), this.#ids.bytes(10));
    const corpus = simCorpus(scenario.seed * 1_000_003 + run, scenario.chunks);
    const request: RunRequest = { runId, query: QUERY, corpus, config: configOf(scenario) };
    this.#ends.begin(runId, this.clock.awakeMs, scenario.deadlineMs);
    const signal = new AbortController().signal;
    try {
      await this.clock.runUntil(this.#conductor.run(request, signal));
      this.#ends.end(runId, this.clock.awakeMs);
    } catch (thrown) {
      this.#ends.fail(runId, this.clock.awakeMs, toPylonError(thrown));
    }
  }

  #read(...[event, state]: Parameters<Scorebook['see']>): void {
    this.scorebook.see(event, state);
    this.#ends.see(event);
    if (event.type === 'RunDone') this.answers.push(event.output);
  }

  #trouble({ vanishAtMs, jump }: Scenario): void {
    if (vanishAtMs !== undefined) this.clock.after(vanishAtMs, () => this.population.vanish());
    if (jump === undefined) return;
    const { kind, atMs, byMs } = jump;
    this.clock.after(atMs, () => (kind === 'set' ? this.clock.jump(byMs) : this.clock.sleep(byMs)));
  }
}
