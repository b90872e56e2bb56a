// The walk of a query: survey the input, choose what to ask, keep `fanout` chunks in flight until the
// quorum holds, reduce the evidence to one cited answer, close the run. Each arrow leaves one event.
import { describe, PylonError, toPylonError } from '../../protocol/errors.ts';
import type { Offer } from '../../protocol/handler.ts';
import { QUERY_CHARS_MAX } from '../../protocol/limits.ts';
import { msat } from '../../protocol/money.ts';
import { parseVerification, type Verification } from '../../protocol/policy.ts';
import { parseQuorum, type Quorum, quorumTarget } from '../../protocol/quorum.ts';
import type { TraceFact } from '../../protocol/trace.ts';
import { CanaryDesk } from '../chunk/canary-desk.ts';
import { askChunk } from '../chunk/chunk-query.ts';
import { gateOf } from '../chunk/gate.ts';
import { judgedMarket } from '../chunk/judged-market.ts';
import { tierOf } from '../chunk/tier.ts';
import { Turnstile } from '../chunk/turnstile.ts';
import type { Voice } from '../chunk/voice.ts';
import { type Cutting, type Fragment, fragmentsOf } from '../cut/fragments.ts';
import { selectFragments } from '../cut/select.ts';
import { type Survey, survey } from '../cut/survey.ts';
import { MarketChoice } from '../market/choice.ts';
import { Pace } from '../market/pace.ts';
import type { Market } from '../ports.ts';
import { encodePlan } from '../search/plan.ts';
import { analyseQuery } from '../search/query.ts';
import { checkEscrow, escrowMarket } from '../stake/escrow-terms.ts';
import { isPrepaid } from '../stake/prepaid-hold.ts';
import { Trust } from '../verify/trust.ts';
import { AnswersBefore } from './answer-before.ts';
import type { ConductorPorts, RunContext, RunRequest } from './context.ts';
import { Ending, QUORUM_REACHED } from './ending.ts';
import { EvidencePool } from './evidence.ts';
import { Faults } from './faults.ts';
import { LateCosts } from './late-costs.ts';
import { LooseEnds } from './loose-ends.ts';
import { reduce } from './reduce.ts';
import { only, type Repair, repairAnswers } from './repair.ts';
import { checkFiles, checkInput } from './resumed.ts';
import { inFlight } from './scheduler.ts';
import { Tally } from './tally.ts';
import { checkTier } from './tier-terms.ts';
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

function cuttingOf({ config }: RunRequest, { kindOf }: Survey): Cutting {
  return { chunkBytes: config.chunk_size, kindOf };
}

function failed(thrown: unknown): RunEnd {
  return { type: 'RunFailed', error: describe(toPylonError(thrown)) };
}

/** Those who may be asked in this run. @throws PylonError `escrow-unavailable` */
function marketOf(market: Market, { config }: RunRequest, verification: Verification): Market {
  const paid = config.escrow === true ? escrowMarket(market) : market;
  return verification.kind === 'validated' ? judgedMarket(paid, verification.validator) : paid;
}

/** How many chunks end the asking early. Only a fraction needs them counted beforehand. */
async function enoughFor(quorum: Quorum, context: RunContext, cutting: Cutting): Promise<number> {
  if (quorum.kind === 'count') return quorum.count;
  if (quorum.kind !== 'fraction') return Number.POSITIVE_INFINITY;
  let chunks = 0;
  for await (const _fragment of fragmentsOf(context.request.corpus, cutting)) chunks++;
  return quorumTarget(quorum, chunks);
}

/** How answers are taken back and chunks asked again. */
function mending(
  context: RunContext,
  cutting: Cutting,
  choice: MarketChoice | undefined,
  tally: Tally,
  pool: EvidencePool,
): Repair {
  const { corpus, config } = context.request;
  return {
    withdraw: (chunks) => {
      pool.remove(chunks);
      for (const chunk of chunks) tally.reopen(chunk);
    },
    ask: (again) => {
      const ask = async (fragment: Fragment) => {
        const how = again.get(fragment.index);
        const outcome = await askChunk(context, choice, fragment, how);
        if (how?.known !== undefined) {
          // It was answered before, and stays so where nobody could say more.
          if (typeof outcome !== 'object') return;
          pool.remove(new Set([fragment.index]));
        } else tally.settle(fragment, outcome);
        if (typeof outcome === 'object') pool.add(fragment, outcome.findings, outcome.model);
      };
      return inFlight(only(fragmentsOf(corpus, cutting), again), config.fanout, ask, context.signal);
    },
  };
}

/** How far providers are believed, where their answers are checked. */
function believing({ tier, trust }: RunContext) {
  return tier.keepsRecords ? { credibilityOf: (provider: string) => trust.worth(provider) } : {};
}

/** Asks the selected fragments, `fanout` at a time, and gathers what they say. */
async function fanOut(
  context: RunContext,
  cutting: Cutting,
  chosen: ReadonlySet<number> | undefined,
  tally: Tally,
): Promise<EvidencePool> {
  const pool = new EvidencePool();
  const { market, random, pace } = context;
  const prepaid = (offer: Offer) => isPrepaid(context, offer);
  const choice =
    market === undefined
      ? undefined
      : new MarketChoice({ market, random, pace, isPrepaid: prepaid, ...believing(context) });
  const known = context.request.resumption?.known;
  const before = new AnswersBefore(context);
  const ask = async (fragment: Fragment) => {
    const sameAs = tally.load(fragment);
    const { index: chunk, span } = fragment;
    const twin = sameAs === undefined ? {} : { same_as: sameAs };
    if (known?.span(chunk) === undefined) void context.emitter.emit({ type: 'EnvLoadFragment', chunk, span, ...twin });
    if (sameAs !== undefined || (chosen !== undefined && !chosen.has(fragment.index))) return;
    const outcome = (await before.of(fragment)) ?? (await askChunk(context, choice, fragment));
    tally.settle(fragment, outcome);
    if (typeof outcome === 'object') pool.add(fragment, outcome.findings, outcome.model);
  };
  const { corpus, config } = context.request;
  try {
    await inFlight(fragmentsOf(corpus, cutting), config.fanout, ask, context.signal);
    if (context.tier.keepsRecords) await repairAnswers(context, mending(context, cutting, choice, tally, pool));
  } finally {
    context.canaries?.close();
    await context.looseEnds.close();
  }
  return pool;
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
      return undefined;
    }
    checkFiles(resumption, corpus);
    const surveyed = await this.#survey(request, signal);
    await checkInput(resumption, corpus, cuttingOf(request, surveyed), surveyed.inputHash);
    const { limitMsat, settledMsat, times } = resumption;
    request.onOpen?.();
    const budget = book.reopenRun(runId, { limitMsat, settledMsat, feePpm, times });
    await emitter.emit({ type: 'RunResume', times }, budget);
    return surveyed;
  }

  #survey({ query, corpus }: RunRequest, signal: AbortSignal): Promise<Survey> {
    const { synonyms } = this.#ports;
    return survey(corpus, analyseQuery(query, synonyms === undefined ? undefined : { synonyms }), signal);
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
    const { market } = this.#ports;
    const surveyed = before ?? (await this.#survey(request, ending.signal));
    if (request.resumption?.state.input_hash === undefined)
      void emitter.emit({ type: 'EnvSurvey', input_hash: surveyed.inputHash });
    const faults = new Faults();
    const verification = parseVerification(request.config.verification);
    const trust = new Trust<Voice>((provider) => this.#ports.reputation?.standing(provider));
    const tier = tierOf(verification, trust, this.#ports.random);
    const pace = this.#ports.pace ?? new Pace(this.#ports.clock);
    const ungated: RunContext = {
      ...this.#ports,
      pace,
      runPace: pace.run(),
      ...(market === undefined ? {} : { market: marketOf(market, request, verification) }),
      request,
      emitter,
      lateCosts,
      faults,
      looseEnds: new LooseEnds(),
      tier,
      trust,
      ownAnswers: new Turnstile(OWN_ANSWERS),
      canaries: tier.keepsRecords ? new CanaryDesk() : undefined,
      terms: encodePlan(surveyed.plan),
      countOf: surveyed.countOf,
      signal: ending.signal,
    };
    const gate = await gateOf(ungated, verification);
    const context: RunContext = gate === undefined ? ungated : { ...ungated, gate };
    const cutting = cuttingOf(request, surveyed);
    const { chosen } = await selectFragments(context, cutting, surveyed.plan);
    const enough = await enoughFor(quorum, context, cutting);
    const tally = new Tally((covered) => {
      if (covered >= enough) ending.end(QUORUM_REACHED);
    });
    const pool = await fanOut(context, cutting, chosen, tally);
    const ended = quorum.kind === 'best-effort' && ending.fault?.code === 'deadline-passed' ? undefined : ending.fault;
    const shortfall = ended ?? tally.shortfall(quorum, faults.usual());
    if (tally.answered === 0) throw shortfall ?? new PylonError('no-answer');
    const { output, spanRefs, fault } = await reduce(context, pool);
    const error = shortfall ?? fault;
    const end = { type: 'RunDone' as const, output, span_refs: [...spanRefs] };
    return error === undefined ? { ...end, status: 'done' } : { ...end, status: 'partial', error: describe(error) };
  }
}
