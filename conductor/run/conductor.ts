// The walk of a query: survey the input, choose what to ask, keep `fanout` chunks in flight until the
// quorum holds, reduce the evidence to one cited answer, close the run. Each arrow leaves one event.
import { setMaxListeners } from 'node:events';
import { PylonError, toPylonError } from '../../protocol/errors.ts';
import type { Offer } from '../../protocol/handler.ts';
import { QUERY_CHARS_MAX } from '../../protocol/limits.ts';
import { msat } from '../../protocol/money.ts';
import { parseQuorum, parseVerification, type Quorum, quorumTarget, type Verification } from '../../protocol/policy.ts';
import type { TraceFact } from '../../protocol/trace.ts';
import { MarketChoice } from '../market/choice.ts';
import { Pace } from '../market/pace.ts';
import type { Market } from '../ports.ts';
import { encodePlan } from '../search/plan.ts';
import { analyseQuery } from '../search/query.ts';
import { Trust } from '../verify/trust.ts';
import { CanaryDesk } from './canary-desk.ts';
import { askChunk } from './chunk-query.ts';
import type { ConductorPorts, RunContext, RunRequest } from './context.ts';
import { checkEscrow, escrowMarket } from './escrow-terms.ts';
import { EvidencePool } from './evidence.ts';
import { Faults } from './faults.ts';
import { type Cutting, type Fragment, fragmentsOf } from './fragments.ts';
import { gateOf } from './gate.ts';
import { judgedMarket } from './judged-market.ts';
import { LateCosts } from './late-costs.ts';
import { LooseEnds } from './loose-ends.ts';
import { isPrepaid } from './prepaid-hold.ts';
import { reduce } from './reduce.ts';
import { only, type Repair, repairAnswers } from './repair.ts';
import { inFlight } from './scheduler.ts';
import { selectFragments } from './select.ts';
import { describe } from './sub-query.ts';
import { survey } from './survey.ts';
import { Tally } from './tally.ts';
import { tierOf } from './tier.ts';
import { checkTier } from './tier-terms.ts';
import { TraceEmitter } from './trace-emitter.ts';
import { Turnstile } from './turnstile.ts';
import type { Voice } from './voice.ts';

/** A reason to stop asking that is no fault: enough chunks are answered. */
const QUORUM_REACHED = 'the quorum is reached';

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

/** Ends a run's asking: the user's signal, the deadline, a failed store or the quorum, whichever comes first. */
class Ending {
  readonly #controller = new AbortController();
  readonly #stops: (() => void)[] = [];

  constructor(ports: ConductorPorts, request: RunRequest, signal: AbortSignal) {
    setMaxListeners(0, this.#controller.signal); // each query in flight listens: no leak, whatever node warns of above ten
    const interrupt = () => this.end(new PylonError('interrupted', { cause: signal.reason }));
    if (signal.aborted) interrupt();
    signal.addEventListener('abort', interrupt, { once: true });
    this.#stops.push(() => signal.removeEventListener('abort', interrupt));
    const { deadline_ms: deadlineMs } = request.config;
    if (deadlineMs === undefined) return;
    const late = () => this.end(new PylonError('deadline-passed', { value: `${deadlineMs} ms` }));
    this.#stops.push(ports.clock.after(deadlineMs, late));
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Why asking ended early, when it was no good end. */
  get fault(): PylonError | undefined {
    const { aborted, reason } = this.#controller.signal;
    return aborted && reason !== QUORUM_REACHED ? toPylonError(reason) : undefined;
  }

  end(reason: PylonError | typeof QUORUM_REACHED): void {
    this.#controller.abort(reason);
  }

  dispose(): void {
    for (const stop of this.#stops) stop();
  }
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
  const ask = async (fragment: Fragment) => {
    const sameAs = tally.load(fragment);
    void context.emitter.emit({
      type: 'EnvLoadFragment',
      chunk: fragment.index,
      span: fragment.span,
      ...(sameAs === undefined ? {} : { same_as: sameAs }),
    });
    if (sameAs !== undefined || (chosen !== undefined && !chosen.has(fragment.index))) return;
    const outcome = await askChunk(context, choice, fragment);
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
    const emitter = new TraceEmitter(request.runId, this.#ports.clock, this.#ports.journal, (error) => {
      broken ??= error;
      ending.end(error);
    });
    const limit = msat(Math.round(request.config.budget_sats * 1000));
    const { query, config, corpus, gitSha, dataset, experiment } = request;
    const identity = { git_sha: gitSha ?? null, dataset: dataset ?? null, experiment: experiment ?? null };
    const lateCosts = new LateCosts(this.#ports.clock, emitter);
    const budget = this.#ports.book.openRun(request.runId, limit, request.feeReservePpm ?? 0);
    await emitter.emit({ type: 'RunInit', query, config, inputs: [...corpus.files], ...identity }, budget);
    let end: RunEnd;
    try {
      if (broken !== undefined) throw broken;
      end = await this.#walk(request, quorum, emitter, lateCosts, ending);
    } catch (thrown) {
      end = { type: 'RunFailed', error: describe(toPylonError(thrown)) };
    } finally {
      ending.dispose();
    }
    await lateCosts.close();
    await this.#close(request.runId, emitter, end);
    if (broken !== undefined) throw broken;
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
  ): Promise<RunEnd> {
    const { synonyms, market } = this.#ports;
    const analysis = analyseQuery(request.query, synonyms === undefined ? undefined : { synonyms });
    const surveyed = await survey(request.corpus, analysis, ending.signal);
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
    const cutting: Cutting = { chunkBytes: request.config.chunk_size, kindOf: surveyed.kindOf };
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
