// The walk of a query: open the run, survey the input, let a strategy find the answer, close the run with it. Each arrow leaves
// one event.
import { describe, PylonError, toPylonError } from '../../protocol/errors.ts';
import { QUERY_CHARS_MAX } from '../../protocol/limits.ts';
import { msat } from '../../protocol/money.ts';
import { parseVerification, type Verification } from '../../protocol/policy.ts';
import { parseQuorum, type Quorum } from '../../protocol/quorum.ts';
import type { TraceFact } from '../../protocol/trace.ts';
import { CanaryDesk } from '../chunk/canary-desk.ts';
import { gateOf } from '../chunk/gate.ts';
import { judgedMarket } from '../chunk/judged-market.ts';
import { tierOf } from '../chunk/tier.ts';
import { Turnstile } from '../chunk/turnstile.ts';
import type { Voice } from '../chunk/voice.ts';
import { type Ranking, type Survey, survey } from '../cut/survey.ts';
import { Pace } from '../market/pace.ts';
import type { Market } from '../ports.ts';
import type { ReceiptDraft } from '../predict/receipt-draft.ts';
import { encodePlan } from '../search/plan.ts';
import { analyseQuery } from '../search/query.ts';
import { checkEscrow, escrowMarket } from '../stake/escrow-terms.ts';
import { cuttingOf } from '../strategies/map-reduce.ts';
import { readSteps } from '../strategies/rlm/memory.ts';
import { strategyNamed, strategyOf } from '../strategies/strategies.ts';
import type { Outcome } from '../strategies/strategy.ts';
import { Trust } from '../verify/trust.ts';
import type { ConductorPorts, RunContext, RunRequest } from './context.ts';
import { Ending } from './ending.ts';
import { FanOut } from './fan-out.ts';
import { Faults } from './faults.ts';
import { LateCosts } from './late-costs.ts';
import { LooseEnds } from './loose-ends.ts';
import { ranksInput } from './ranks-input.ts';
import { checkFiles, checkInput } from './resumed.ts';
import { checkTier } from './tier-terms.ts';
import { beginReceipt, failReceipt, finishReceipt } from './top-receipt.ts';
import { TraceEmitter } from './trace-emitter.ts';

/** Chunks that are computed here at a time because the voices leave doubt. */
const OWN_ANSWERS = 2;

/** How a run ends. */
type RunEnd = Extract<TraceFact, { type: 'RunDone' | 'RunFailed' }>;

/** Refuses what cannot be asked, before anything is recorded. @throws PylonError `query-empty` | `query-too-long` | `quorum-invalid` | `input-empty` */
function check(request: RunRequest): Quorum {
  if (request.query.trim() === '') throw new PylonError('query-empty', { value: request.query });
  if (request.query.length > QUERY_CHARS_MAX)
    throw new PylonError('query-too-long', { value: `${request.query.length} characters` });
  if (request.corpus.files.length === 0) throw new PylonError('input-empty');
  return parseQuorum(request.config.quorum);
}

function failed(thrown: unknown): RunEnd {
  return { type: 'RunFailed', error: describe(toPylonError(thrown)) };
}

/** Those who may be asked in this run. @throws PylonError `escrow-unavailable` */
function marketOf(market: Market, { config }: RunRequest, verification: Verification): Market {
  const paid = config.escrow === true ? escrowMarket(market) : market;
  return verification.kind === 'validated' ? judgedMarket(paid, verification.validator) : paid;
}

export class Conductor {
  readonly #ports: ConductorPorts;

  constructor(ports: ConductorPorts) {
    this.#ports = ports;
  }

  /**
   * Runs one query to its end. What happened is in the journal: RunDone with the answer (status `done`, or
   * `partial` with an error that says what is missing), or RunFailed. Aborting `signal` gives the partial answer.
   * @throws PylonError when the request is refused before the run began, or the journal cannot be written
   */
  async run(request: RunRequest, signal: AbortSignal): Promise<void> {
    const quorum = check(request);
    checkEscrow(request, this.#ports);
    await checkTier(request, this.#ports);
    const ending = new Ending(this.#ports, request, signal);
    let broken: PylonError | undefined;
    const onFailure = (error: PylonError) => {
      broken ??= error;
      ending.end(error);
    };
    const { clock, journal } = this.#ports;
    const emitter = new TraceEmitter(request.runId, clock, journal, onFailure, request.resumption?.state.next_seq);
    const lateCosts = new LateCosts(clock, emitter);
    let end: RunEnd;
    try {
      const surveyed = await this.#open(request, emitter, ending.signal);
      end = await this.#walk(request, quorum, emitter, lateCosts, ending, surveyed).catch(failed);
    } finally {
      ending.dispose();
    }
    await lateCosts.close();
    await this.#close(request.runId, emitter, end);
    if (broken !== undefined) throw broken;
  }

  /**
   * Opens the trace and the budget. An interrupted run first reads its input again, and is refused where that is another.
   * @returns what was read, where it was
   */
  async #open(request: RunRequest, emitter: TraceEmitter, signal: AbortSignal): Promise<Survey | undefined> {
    const {
      query,
      config,
      corpus,
      runId,
      resumption,
      gitSha,
      dataset,
      experiment,
      feeReservePpm: feePpm = 0,
    } = request;
    const { book } = this.#ports;
    if (resumption === undefined) {
      const identity = { git_sha: gitSha ?? null, dataset: dataset ?? null, experiment: experiment ?? null };
      request.onOpen?.();
      const budget = book.openRun(runId, msat(Math.round(config.budget_sats * 1000)), feePpm);
      await emitter.emit({ type: 'RunInit', query, config, inputs: [...corpus.files], ...identity }, budget);
      request.opening?.tellTo(emitter);
      return undefined;
    }
    checkFiles(resumption, corpus);
    const surveyed = await this.#survey(request, signal);
    await checkInput(resumption, corpus, cuttingOf(config, surveyed), surveyed.inputHash);
    await readSteps(resumption); // only for its complaints
    const { limitMsat, settledMsat, times } = resumption;
    request.onOpen?.();
    const budget = book.reopenRun(runId, { limitMsat, settledMsat, feePpm, times });
    await emitter.emit({ type: 'RunResume', times }, budget);
    return surveyed;
  }

  #survey({ query, corpus, config }: RunRequest, signal: AbortSignal): Promise<Survey> {
    const { synonyms } = this.#ports;
    const analysis = analyseQuery(query, synonyms === undefined ? undefined : { synonyms });
    return survey(corpus, analysis, signal, ranksInput(this.#ports, config, analysis));
  }

  /** Pays what is owed, whatever the run came to, and ends it: no hold is left, and nothing follows. */
  async #close(runId: string, emitter: TraceEmitter, end: RunEnd): Promise<void> {
    const { payer, ahead, book } = this.#ports;
    await ahead?.endRun(runId);
    if (!emitter.hasFailed) await payer?.payRun(runId, (fact, operation) => emitter.emit(fact, operation));
    if (!emitter.hasFailed) await emitter.emit(end, book.closeRun(runId));
  }

  async #walk(
    request: RunRequest,
    quorum: Quorum,
    emitter: TraceEmitter,
    lateCosts: LateCosts,
    ending: Ending,
    before: Survey | undefined,
  ): Promise<RunEnd> {
    if (emitter.hasFailed) throw ending.fault ?? new PylonError('store-failed');
    const surveyed = before ?? (await this.#survey(request, ending.signal));
    if (request.resumption?.state.input_hash === undefined)
      void emitter.emit({ type: 'EnvSurvey', input_hash: surveyed.inputHash });
    const strategyId = strategyOf(request.config);
    const thread = beginReceipt(this.#ports, request, strategyId, emitter, surveyed.inputHash);
    let outcome: Outcome;
    try {
      const ranking = surveyed.ranks ? await surveyed.ranking() : undefined;
      const context = await this.#context(request, emitter, lateCosts, ending.signal, ranking, thread);
      const walk = { context, thread, surveyed, quorum, ending, fanOut: new FanOut(context) };
      outcome = await strategyNamed(strategyId)(walk);
    } catch (thrown) {
      failReceipt(thread, toPylonError(thrown));
      throw thrown;
    }
    finishReceipt(thread, outcome);
    const { output, citations, fault } = outcome;
    const end = { type: 'RunDone' as const, output, span_refs: citations.map(({ span }) => span) };
    return fault === undefined ? { ...end, status: 'done' } : { ...end, status: 'partial', error: describe(fault) };
  }

  /** What all steps of the run share. */
  async #context(
    request: RunRequest,
    emitter: TraceEmitter,
    lateCosts: LateCosts,
    signal: AbortSignal,
    ranking: Ranking | undefined,
    thread: ReceiptDraft,
  ): Promise<RunContext> {
    const { market, random, reputation, clock } = this.#ports;
    const verification = parseVerification(request.config.verification);
    const trust = new Trust<Voice>((provider) => reputation?.standing(provider));
    const tier = tierOf(verification, trust, random);
    const pace = this.#ports.pace ?? new Pace(clock);
    const ungated: RunContext = {
      ...this.#ports,
      pace,
      runPace: pace.run(),
      ...(market === undefined ? {} : { market: marketOf(market, request, verification) }),
      request,
      emitter,
      thread,
      lateCosts,
      faults: new Faults(),
      looseEnds: new LooseEnds(),
      tier,
      trust,
      ownAnswers: new Turnstile(OWN_ANSWERS),
      canaries: tier.keepsRecords ? new CanaryDesk() : undefined,
      question: { text: request.query, ...(ranking === undefined ? {} : { terms: encodePlan(ranking.plan) }) },
      countOf: (group) => ranking?.countOf(group),
      signal,
    };
    const gate = await gateOf(ungated, verification);
    return gate === undefined ? ungated : { ...ungated, gate };
  }
}
