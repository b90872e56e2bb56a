// Reads the events of a simulated run and holds them against what is true: which accepted answers were lies, whose work was
// rejected, who was paid for what, how often each chunk was asked. Only the simulation can know; the conductor never sees this.
import type { Ask } from '../../../conductor/ports.ts';
import type { RunState } from '../../../protocol/fold.ts';
import { tellsAccepted } from '../../../protocol/fold-answers.ts';
import type { TraceEvent } from '../../../protocol/trace.ts';
import type { SimAnswer, Worth } from './answers.ts';
import { CONSTANT_LIARS, LIARS } from './behaviours.ts';
import type { Citizen } from './population.ts';
import type { Witness } from './sim-market.ts';

interface Query {
  readonly chunk: number;
  readonly isSwarm: boolean;
  readonly isCanary: boolean;
  citizen: Citizen | undefined;
  worth: Worth | undefined;
  /** It came back and passed the gates that look at one answer alone. */
  hasReturned: boolean;
}

/** What happened in all runs together. */
export interface Score {
  chunks: number;
  /** Asked of the swarm, canaries and hedges included. */
  executions: number;
  canaries: number;
  hedges: number;
  /** Chunks whose accepted answer was put in doubt again. */
  reopened: number;
  acceptedSwarm: number;
  acceptedLocal: number;
  acceptedLies: number;
  acceptedVariants: number;
  honestReturned: number;
  honestRejected: number;
  spentMsat: number;
  /** What one job for each chunk would have cost at the prices asked. */
  askedMsat: number;
}

export class Scorebook implements Witness {
  readonly score: Score = {
    chunks: 0,
    executions: 0,
    canaries: 0,
    hedges: 0,
    reopened: 0,
    acceptedSwarm: 0,
    acceptedLocal: 0,
    acceptedLies: 0,
    acceptedVariants: 0,
    honestReturned: 0,
    honestRejected: 0,
    spentMsat: 0,
    askedMsat: 0,
  };
  /** Jobs for which each liar was paid. */
  readonly paidLiars = new Map<number, number>();
  /** A constant liar was not paid: it is caught, as it sees it. */
  onLiarUnpaid: (citizen: Citizen) => void = () => undefined;
  readonly #queries = new Map<string, Map<string, Query>>();
  /** By run, the worth of what each chunk came to. */
  readonly #accepted = new Map<string, Map<number, Worth | 'local'>>();

  isCanary(ask: Ask): boolean {
    return this.#asked(ask)?.isCanary ?? false;
  }

  answered(ask: Ask, citizen: Citizen, answer: SimAnswer): void {
    const query = this.#asked(ask);
    if (query === undefined) return;
    query.citizen = citizen;
    query.worth = answer.worth;
  }

  /** Jobs for which one and the same constant liar was paid, at most. */
  get liarJobsPaidMax(): number {
    return Math.max(0, ...this.paidLiars.values());
  }

  see(event: TraceEvent, state: RunState): void {
    const { run_id: runId } = event;
    switch (event.type) {
      case 'RunInit':
        this.#queries.set(runId, new Map());
        this.#accepted.set(runId, new Map());
        break;
      case 'EnvLoadFragment':
        this.score.chunks++;
        break;
      case 'SubQuerySubmit':
        this.#submit(event);
        break;
      case 'SubQueryHedge':
        this.score.hedges++;
        break;
      case 'SubQueryReturn':
        if (event.ok) this.#return(runId, event.query_id, !tellsAccepted(state.config));
        break;
      case 'VerifyAccept':
        this.#accept(runId, event.query_id);
        break;
      case 'VerifyReopen':
        this.#accepted.get(runId)?.delete(event.chunk);
        this.score.reopened++;
        break;
      case 'BudgetSettle':
        this.#settle(event);
        break;
      case 'BudgetRelease':
        this.#release(event);
        break;
      case 'RunDone':
      case 'RunFailed':
        this.#end(runId);
        break;
    }
  }

  /** The query that a job is for: what is on the wire does not say it, lest canaries be told from it. */
  #asked({ request, queryId = '' }: Ask): Query | undefined {
    return this.#find(request.job, queryId);
  }

  #find(runId: string, queryId: string): Query | undefined {
    return this.#queries.get(runId)?.get(queryId);
  }

  #submit(event: Extract<TraceEvent, { type: 'SubQuerySubmit' }>): void {
    const isSwarm = event.venue === 'Swarm';
    const isCanary = event.canary === true;
    if (isSwarm) {
      this.score.executions++;
      this.score.askedMsat += event.price_msat;
    }
    if (isCanary) this.score.canaries++;
    const query = { chunk: event.chunk, isSwarm, isCanary, citizen: undefined, worth: undefined, hasReturned: false };
    this.#queries.get(event.run_id)?.set(event.query_id, query);
  }

  /** @param counts without a tier that checks answers, what passes the gates is what a chunk comes to */
  #return(runId: string, queryId: string, counts: boolean): void {
    const query = this.#find(runId, queryId);
    if (query === undefined) return;
    query.hasReturned = true;
    if (query.worth !== undefined && query.citizen !== undefined && !LIARS.has(query.citizen.behaviour))
      this.score.honestReturned++;
    if (counts) this.#accept(runId, queryId);
  }

  #accept(runId: string, queryId: string): void {
    const query = this.#find(runId, queryId);
    if (query === undefined || query.isCanary) return;
    this.#accepted.get(runId)?.set(query.chunk, query.isSwarm ? (query.worth ?? 'true') : 'local');
  }

  #settle(event: Extract<TraceEvent, { type: 'BudgetSettle' }>): void {
    this.score.spentMsat += event.amount_msat;
    const citizen = this.#find(event.run_id, event.query_id)?.citizen;
    if (citizen === undefined || !CONSTANT_LIARS.has(citizen.behaviour)) return;
    this.paidLiars.set(citizen.number, (this.paidLiars.get(citizen.number) ?? 0) + 1);
  }

  #release(event: Extract<TraceEvent, { type: 'BudgetRelease' }>): void {
    const query = this.#find(event.run_id, event.query_id);
    if (query?.citizen === undefined || !query.hasReturned || event.reason === 'claimed less') return;
    this.#queries.get(event.run_id)?.delete(event.query_id); // rejected: nothing more is said of it
    if (LIARS.has(query.citizen.behaviour)) this.onLiarUnpaid(query.citizen);
    else this.score.honestRejected++;
  }

  #end(runId: string): void {
    for (const worth of this.#accepted.get(runId)?.values() ?? []) {
      if (worth === 'local') this.score.acceptedLocal++;
      else this.score.acceptedSwarm++;
      if (worth === 'lie') this.score.acceptedLies++;
      if (worth === 'variant') this.score.acceptedVariants++;
    }
    this.#queries.delete(runId);
    this.#accepted.delete(runId);
  }
}
