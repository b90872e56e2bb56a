// The engine of this process: store, journal, swarm, backends and conductor put together. Here the
// ledger's classes meet the conductor's ports, and the compiler checks the fit.

import type { Book } from '../../conductor/ports.ts';
import type { ActiveParams } from '../../conductor/predict/options.ts';
import type { RunRequest as Asked } from '../../conductor/run/context.ts';
import { strategyOf } from '../../conductor/strategies/strategies.ts';
import { RunBudgets } from '../../ledger/book/run-budgets.ts';
import { followRun } from '../../ledger/follow.ts';
import type { Spent } from '../../ledger/leaderboard/leaderboard.ts';
import { type PylonError, toPylonError } from '../../protocol/errors.ts';
import { inputBytes } from '../../protocol/input-bytes.ts';
import { msat } from '../../protocol/money.ts';
import type { ProviderHistory, ProviderJobs, ProviderQuery } from '../../protocol/provider-history.ts';
import type { ProvidersQuery, ProvidersReport } from '../../protocol/provider-report.ts';
import type { TraceEvent } from '../../protocol/trace.ts';
import { ulid } from '../../protocol/ulid.ts';
import type { ChosenBackend } from '../backends/choose.ts';
import { extractiveBackend } from '../backends/extractive.ts';
import { Synonyms } from '../backends/synonyms.ts';
import { collectFor, tellSkipped } from '../input/collect.ts';
import { FileCorpus } from '../input/corpus.ts';
import { gitSha } from '../version.ts';
import { paramsOfResumed, paramsOfRun } from './artifacts.ts';
import { Backends, type WantedBackend } from './backends.ts';
import { type ConductorParts, conductorOf } from './conductor-of.ts';
import { LocalMoney } from './engine-money.ts';
import { FinishedRuns } from './finished-runs.ts';
import { Improving } from './improving.ts';
import { keepable } from './kept-request.ts';
import { type LedgerParts, openLedger } from './ledger-parts.ts';
import type { EngineMoney } from './money-port.ts';
import type {
  DeadRun,
  EngineHealth,
  EngineOptions,
  ExperimentLibrary,
  Predictions,
  RunLibrary,
  RunRequest,
  ServedEngine,
  StartedRun,
} from './port.ts';
import { type PredictingParts, predicting } from './predicting.ts';
import { announcedOf, recentJobs } from './provider-page.ts';
import { Providing } from './providing.ts';
import { type ReplayReport, replayRun } from './replaying.ts';
import { backendOf, collectAgain, readRun } from './resuming.ts';
import { asksSwarm, checkChunkFits, configOf, fittingConfig, routeOfRun } from './run-config.ts';
import { chooseTier } from './tier-choice.ts';
import { type Till, Tills } from './tills.ts';
import { Treasury } from './treasury.ts';
import { untilBegun } from './until-begun.ts';

/** A run that failed is its caller's to hear of. */
function notOurs(): void {}

class LocalEngine extends Improving implements ServedEngine {
  readonly runs: RunLibrary;
  readonly experiments: ExperimentLibrary;
  readonly predictions: Predictions;
  readonly money: EngineMoney;
  readonly #options: EngineOptions;
  readonly #ledger: LedgerParts;
  readonly #book: Book;
  readonly #embedded = extractiveBackend();
  readonly #synonyms: Synonyms;
  readonly #backends: Backends;
  readonly #tills: Tills;
  readonly #treasury: Treasury;
  readonly #finished: FinishedRuns;
  #providing: Providing | undefined;
  #closing: Promise<void> | undefined;

  constructor(options: EngineOptions, ledger: LedgerParts) {
    const [backends, synonyms] = [new Backends(options), new Synonyms()];
    super({ options, ledger, backends, synonyms });
    this.#synonyms = synonyms;
    this.#backends = backends;
    this.#options = options;
    this.#ledger = ledger;
    this.#book = new RunBudgets(ledger.book);
    this.runs = ledger.library;
    this.experiments = ledger.experiments;
    const { book, store, journal } = ledger;
    this.#treasury = new Treasury({ engine: options, book, post: (operation) => journal.post(operation) });
    this.#tills = new Tills(options, this.#treasury);
    const { keepFolder } = ledger;
    this.#finished = new FinishedRuns({ runs: this.runs, keepFolder, notice: options.notice });
    const finished: PredictingParts['finished'] = (runId, running) => this.#finished.record(runId, running);
    const backend = (wanted: WantedBackend) => backends.of(wanted);
    const begin: PredictingParts['begin'] = (request, signal, active) => this.#start(request, signal, active);
    this.predictions = predicting({ options, ledger, book: this.#book, backend, begin, finished });
    this.money = new LocalMoney({ book, store, treasury: this.#treasury, nowMs: () => options.clock.now() });
  }

  get #parts(): ConductorParts {
    const { journal, reputation, artifacts } = this.#ledger;
    const synonyms = (word: string) => this.#synonyms.of(word);
    const inForce = artifacts === undefined ? {} : { artifacts: artifacts.inForce };
    return {
      options: this.#options,
      journal,
      reputation,
      book: this.#book,
      engine: this.#embedded,
      synonyms,
      ...inForce,
    };
  }

  /** In the background: the wallet may be away, and nothing here waits for it. */
  takeUpPayouts(): void {
    void this.#treasury.takeUpPayouts();
  }

  /** Begins to serve as a provider, where the options say so. */
  async provide(): Promise<void> {
    const { provider } = this.#options;
    if (provider === undefined) return;
    const { backend, languageModel } = await this.#backends.of(provider);
    this.#providing = await Providing.start(this.#options, provider, backend, languageModel, this.#treasury);
  }

  /** Begins to look up what an earlier process was paying; a wallet that is away does not keep anybody waiting. */
  lookUpPayments(): void {
    this.#treasury.lookUpLeft().catch((thrown: unknown) => this.#options.notice(toPylonError(thrown).message));
  }

  start(request: RunRequest, signal: AbortSignal): Promise<StartedRun> {
    return this.#start(request, signal);
  }

  /** @param given the parameters of its prediction; those in force when absent */
  async #start(request: RunRequest, signal: AbortSignal, given?: ActiveParams): Promise<StartedRun> {
    const { options } = request;
    const [collected, chosen] = await Promise.all([
      collectFor(request, this.#options.home),
      this.#backends.of(options),
    ]);
    const skipped = tellSkipped(collected.skipped);
    if (skipped !== '') this.#options.notice(`skipped: ${skipped}`);
    const bytesGiven = inputBytes(collected.files);
    const active = given ?? paramsOfRun(this.#ledger.artifacts, request.query, collected.files);
    const route = routeOfRun(options, chosen.languageModel !== undefined, bytesGiven, active);
    const till = asksSwarm(options, route) ? await this.#tills.open(options, chosen) : undefined;
    const budget_sats = till === undefined ? options.budget_sats : await this.#tills.budgetSats(options, till);
    const { name } = chosen.backend;
    const tier = chooseTier(options, till?.session.market.offers(), name, this.#options.notice);
    const wanted = { ...configOf(options, name, tier, route, active), budget_sats };
    const config = till === undefined ? wanted : fittingConfig(till.session, wanted, options);
    await this.#ledger.book.recover(); // a run that could not be written may have left it ahead of the disk
    const runId = ulid(this.#options.clock.now(), this.#options.random.bytes(10));
    const sha = await gitSha();
    const { interrupted, evidence } = this.#ledger;
    const locations = collected.files.map(({ location }) => location);
    const asked = {
      runId,
      query: request.query,
      corpus: new FileCorpus(collected.files),
      config,
      route,
      ...(active === undefined ? {} : { active }),
      onOpen: () => {
        interrupted.keepRequest(runId, keepable(request));
        evidence.keepInputs(runId, locations);
      },
      ...(sha === undefined ? {} : { gitSha: sha }),
      ...(options.dataset === undefined ? {} : { dataset: options.dataset }),
      ...(options.experiment === undefined ? {} : { experiment: options.experiment }),
    };
    return this.#run(asked, chosen, till, signal);
  }

  async resume(runId: string, signal: AbortSignal): Promise<StartedRun> {
    const { request, state, leftMsat, resumption } = await readRun(this.#ledger, runId);
    const options = { ...request.options, ...backendOf(state) };
    const [files, chosen] = await Promise.all([
      collectAgain(request, state, this.#options.home),
      this.#backends.of(options),
    ]);
    const isSwarm = asksSwarm(options, { strategyId: strategyOf(state.config) });
    const till = isSwarm ? await this.#tills.open(options, chosen) : undefined;
    const left = { ...options, budget_sats: leftMsat / 1_000 };
    const leftSats = till === undefined ? left.budget_sats : await this.#tills.budgetSats(left, till);
    if (till !== undefined) checkChunkFits(till.session, state.config);
    await this.#ledger.book.recover();
    const { query, config } = state;
    const corpus = new FileCorpus(files);
    const onOpen = () => this.#ledger.interrupted.takeUp(state);
    const goingOn = resumption(msat(Math.round(leftSats * 1_000)));
    const active = paramsOfResumed(this.#ledger.artifacts, config);
    return this.#run({ runId, query, corpus, config, active, onOpen, resumption: goingOn }, chosen, till, signal);
  }

  replay(runId: string): Promise<ReplayReport> {
    const payload = (hash: string) => this.payload(runId, hash);
    return replayRun({ runId, events: this.runs.events(runId, 0), payload });
  }

  async deadRuns(): Promise<readonly DeadRun[]> {
    const dead: DeadRun[] = [];
    for await (const run of this.#ledger.interrupted.dead()) dead.push(run);
    return dead;
  }

  async #run(asked: Asked, chosen: ChosenBackend, till: Till | undefined, signal: AbortSignal): Promise<StartedRun> {
    const { runId } = asked;
    const feeReservePpm = till?.purse?.feePpm ?? 0;
    const running = conductorOf(this.#parts, chosen, till).run({ ...asked, feeReservePpm }, signal);
    await untilBegun(this.#ledger.journal, runId, running);
    const finished = this.#finished.record(runId, running);
    if (till !== undefined) finished.then((record) => this.#tills.tellUnpaid(till, record), notOurs);
    return { runId, finished };
  }

  subscribe(runId: string, fromSeq: number, listener: (event: TraceEvent) => void): () => void {
    const onFailure = (error: PylonError) => this.#options.notice(error.message);
    return followRun(this.#ledger.source, { runId, fromSeq, listener, onFailure });
  }

  providers(query: ProvidersQuery): Promise<ProvidersReport> {
    return this.#ledger.leaderboard.report(query);
  }

  async provider(key: string, query: ProviderQuery): Promise<ProviderHistory> {
    const announcement = announcedOf(await this.#tills.offerOf(key));
    return { ...(await this.#ledger.leaderboard.history(key, query)), announcement };
  }

  providerJobs(key: string): Promise<ProviderJobs> {
    return recentJobs(this.runs, key);
  }

  inputs(runId: string): Promise<readonly string[] | undefined> {
    return this.#ledger.evidence.inputs(runId);
  }

  payload(runId: string, hash: string): Promise<Uint8Array | undefined> {
    return this.#ledger.evidence.payload(runId, hash);
  }

  snapshot(runId: string): Promise<Uint8Array> {
    return this.#ledger.snapshot(runId);
  }

  get receive(): ServedEngine['receive'] {
    return this.#ledger.receive;
  }

  hear(listener: (events: readonly TraceEvent[]) => void): () => void {
    return this.#ledger.source.subscribe(listener);
  }

  spentSince(sinceMs: number): Promise<Spent> {
    return this.#ledger.leaderboard.spentSince(sinceMs);
  }

  health(): EngineHealth {
    return {
      public_key: null,
      relays: [],
      provider: null,
      runs_active: this.#finished.active,
      ...this.#providing?.health(),
    };
  }

  close(): Promise<void> {
    this.#closing ??= this.#shutDown();
    return this.#closing;
  }

  async #shutDown(): Promise<void> {
    await this.stopImproving();
    await this.#finished.settled();
    await this.#tills.close();
    await this.#providing?.stop();
    await this.#treasury.close();
    this.#synonyms.close();
    await this.#ledger.close();
  }
}

/** Opens everything a process of Pylon needs. @throws PylonError `store-*` | `home-unwritable` | `backend-*` | `relay-url-invalid` */
export async function openEngine(options: EngineOptions, ledger?: LedgerParts): Promise<ServedEngine> {
  const engine = new LocalEngine(options, ledger ?? (await openLedger(options)));
  try {
    if (options.takesUpPayouts === true) engine.takeUpPayouts();
    await engine.provide();
    engine.lookUpPayments();
    return engine;
  } catch (thrown) {
    await engine.close();
    throw thrown;
  }
}
