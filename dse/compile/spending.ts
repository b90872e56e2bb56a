// What a search may still ask. The worst case of a trial is set aside before it is asked and what it did not use comes back, so that no
// budget is passed; trials known from before count as if they were made, so that a search goes the same way whatever was known.
import type { Clock } from '../../conductor/ports.ts';
import type { CompileJob } from '../../protocol/dse/compile.ts';
import { PylonError } from '../../protocol/errors.ts';

/** Thrown by a search whose budget is used up: it ends with what it has. */
export class BudgetOver extends PylonError {
  constructor(what: string) {
    super('budget-limit-reached', { value: what });
  }
}

export class Spending {
  readonly #budget: CompileJob['budget'];
  readonly #clock: Pick<Clock, 'now'>;
  readonly #endsAtMs: number;
  #calls = 0;
  #heldCalls = 0;
  #msat = 0;

  /** Its time begins now. */
  constructor(budget: CompileJob['budget'], clock: Pick<Clock, 'now'>) {
    this.#budget = budget;
    this.#clock = clock;
    this.#endsAtMs = clock.now() + budget.maxTimeMs;
  }

  get callsLeft(): number {
    return this.#budget.maxCalls - this.#calls - this.#heldCalls;
  }

  get msatLeft(): number {
    return Math.max(0, this.#budget.maxMsat - this.#msat);
  }

  /** @throws PylonError `compile-stopped` when the time is over */
  checkTime(): void {
    if (this.#clock.now() < this.#endsAtMs) return;
    const value = `${this.#budget.maxTimeMs / 1_000} s`;
    throw new PylonError('compile-stopped', { value, reason: 'the time of this compile is over' });
  }

  /** Sets calls aside. @throws BudgetOver when they do not fit; nothing is set aside then */
  hold(calls: number): void {
    if (calls > this.callsLeft) throw new BudgetOver(`${this.#budget.maxCalls} calls`);
    this.#heldCalls += calls;
  }

  /** What a hold came to. */
  settle(heldCalls: number, usedCalls: number, msat: number): void {
    this.#heldCalls -= heldCalls;
    this.#calls += usedCalls;
    this.#msat += msat;
  }
}

/**
 * Candidates that the budget pays for, each on all of dev, beside the base that they are held against.
 * @param callsEach of one example
 */
export function proposalsAffordable(maxCalls: number, devCount: number, callsEach: number): number {
  const perProposal = devCount * callsEach;
  return Math.max(0, Math.floor(maxCalls / perProposal) - 1);
}
