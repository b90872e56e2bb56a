// What an optimiser works with: candidates that are tried on examples within the budget, and a model that proposes. It sees the examples of
// the search and no others; what it does is kept in order, and is the same again for the same job.

import { type CatalogueEntry, catalogueEntry } from '../../conductor/signatures/catalogue.ts';
import { canonicalHash } from '../../protocol/canonical.ts';
import type { CompileJob } from '../../protocol/dse/compile.ts';
import { CANDIDATES_MAX } from '../../protocol/dse/compile.ts';
import { PROPOSE, type ProposeInput, type ProposeOutput } from '../../protocol/dse/judge.ts';
import { PylonError } from '../../protocol/errors.ts';
import type { PredictParams } from '../../protocol/predict-params.ts';
import type { Usage } from '../../protocol/signature.ts';
import type { VisibleExample, VisibleExamples } from '../examples/visible.ts';
import { type Evaluation, type Made, meanReward, type Scored } from './evaluate.ts';
import { BudgetOver, type Spending } from './spending.ts';

/** Trials in flight together; a kill loses as many. */
const IN_FLIGHT = 4;

/** Parameters that are tried. */
export interface Candidate {
  readonly paramsHash: string;
  readonly params: PredictParams;
  readonly origin: { readonly how: string; readonly parent: string | null };
  /** By example, in the order in which it was tried on them. */
  readonly scored: ReadonlyMap<string, Scored>;
}

export interface WorkbenchOptions {
  readonly job: CompileJob;
  readonly entry: CatalogueEntry;
  readonly examples: VisibleExamples;
  readonly evaluation: Evaluation;
  readonly spending: Spending;
  /** Called where a search has come a step further: what is there may be kept. */
  readonly onStep: () => Promise<void>;
  readonly signal: AbortSignal;
}

export class Workbench {
  readonly job: CompileJob;
  readonly entry: CatalogueEntry;
  readonly train: readonly VisibleExample[];
  readonly dev: readonly VisibleExample[];
  /** The parameters in force, tried first. */
  readonly base: Candidate;
  /** Questions to the model that proposes. */
  readonly proposals: Made[] = [];
  readonly #options: WorkbenchOptions;
  readonly #candidates = new Map<string, Candidate & { readonly scored: Map<string, Scored> }>();

  constructor(options: WorkbenchOptions) {
    this.#options = options;
    this.job = options.job;
    this.entry = options.entry;
    this.train = options.examples.train;
    this.dev = options.examples.dev;
    this.base = this.add(options.job.base, 'the parameters in force');
  }

  /** In the order in which they were added. */
  get candidates(): readonly Candidate[] {
    return [...this.#candidates.values()];
  }

  /** Calls of one example where nothing needs to be repaired. */
  get callsEach(): number {
    return this.#options.evaluation.callsEach;
  }

  get callsLeft(): number {
    return this.#options.spending.callsLeft;
  }

  /** The candidate of these parameters: the one that is there already, where there is one. @throws BudgetOver past CANDIDATES_MAX */
  add(params: PredictParams, how: string, parent?: Candidate): Candidate {
    const paramsHash = canonicalHash(params);
    const known = this.#candidates.get(paramsHash);
    if (known !== undefined) return known;
    if (this.#candidates.size >= CANDIDATES_MAX) throw new BudgetOver(`${CANDIDATES_MAX} candidates`);
    const origin = { how, parent: parent?.paramsHash ?? null };
    const candidate = { paramsHash, params, origin, scored: new Map<string, Scored>() };
    this.#candidates.set(paramsHash, candidate);
    return candidate;
  }

  /**
   * Tries a candidate on those of the examples that it was not tried on yet.
   * @returns its mean reward on all of them
   * @throws BudgetOver; PylonError `compile-stopped` when it is aborted or its time is over; what a trial failed with that is nobody's fault
   */
  async score(candidate: Candidate, examples: readonly VisibleExample[]): Promise<number> {
    const left = examples.filter(({ exampleId }) => !candidate.scored.has(exampleId));
    for (let at = 0; at < left.length; at += IN_FLIGHT) await this.#tryAll(candidate, left.slice(at, at + IN_FLIGHT));
    return meanReward(examples.map(({ exampleId }) => candidate.scored.get(exampleId)!));
  }

  /** Tells that a step of the search is done. */
  step(): Promise<void> {
    return this.#options.onStep();
  }

  /**
   * Asks the model for better instructions. @returns undefined where it gave none that can be used
   * @throws as `score` does
   */
  async propose(input: ProposeInput): Promise<ProposeOutput | undefined> {
    const entry = catalogueEntry(PROPOSE.signatureId)!;
    const params = entry.defaults;
    const { evaluation, spending, signal } = this.#options;
    const held = 1 + params.repairsMax;
    this.#checkGoing();
    spending.hold(held);
    let calls = 0;
    try {
      const limits = { maxCalls: held + spending.callsLeft, maxMsat: spending.msatLeft };
      const asked = { signatureId: PROPOSE.signatureId, input, params, ...limits };
      const { trial, by, hash } = await evaluation.trials.of(asked, signal);
      calls = callsOf(trial.usage);
      this.proposals.push({ hash, by, usage: trial.usage });
      return trial.error === null ? (trial.output as ProposeOutput) : undefined;
    } finally {
      spending.settle(held, calls, 0);
    }
  }

  /** All of them are waited for, so that what was made is kept even where one of them fails. */
  async #tryAll(candidate: Candidate, examples: readonly VisibleExample[]): Promise<void> {
    const { evaluation, spending, signal } = this.#options;
    this.#checkGoing();
    const share = Math.max(evaluation.callsEach, Math.floor(spending.callsLeft / examples.length));
    const each = Math.min(evaluation.callsAtMost(candidate.params), share);
    const held = each * examples.length;
    spending.hold(held);
    const limits = { maxCalls: each + spending.callsLeft, maxMsat: spending.msatLeft };
    const trying = examples.map((example) => evaluation.of(candidate.params, example, signal, limits));
    const settled = await Promise.allSettled(trying);
    let [calls, msat] = [0, 0];
    const scored = this.#candidates.get(candidate.paramsHash)!.scored;
    for (const result of settled) {
      if (result.status === 'rejected') continue;
      scored.set(result.value.exampleId, result.value);
      calls += callsOf(result.value.usage);
      msat += result.value.costMsat;
    }
    spending.settle(held, calls, msat);
    const failed = settled.find((result) => result.status === 'rejected');
    if (failed === undefined) return;
    this.#checkGoing();
    if (failed.reason instanceof PylonError && failed.reason.code === 'budget-limit-reached')
      throw new BudgetOver(failed.reason.value ?? 'the budget');
    throw failed.reason;
  }

  #checkGoing(): void {
    const { signal, spending } = this.#options;
    if (signal.aborted) throw new PylonError('compile-stopped', { cause: signal.reason });
    spending.checkTime();
  }
}

/** A prediction without a model counts as one call: a search over it has an end, too. */
export function callsOf({ calls }: Usage): number {
  return Math.max(1, calls);
}
