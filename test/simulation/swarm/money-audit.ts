// The books kept a second time, from nothing but the entries and the events, and held against what the ledger says after every
// step: I1 to I6, I11 and I12 as far as a run without a wallet meets them. A fault is told, never thrown, so that all are seen.
import type { Operation } from '../../../ledger/book/book.ts';
import type { TraceEvent } from '../../../protocol/trace.ts';

interface Budget {
  readonly limitMsat: number;
  heldMsat: number;
  settledMsat: number;
  readonly holds: Map<string, number>;
}

export class MoneyAudit {
  readonly faults: string[] = [];
  #seq = 0;
  readonly #budgets = new Map<string, Budget>();
  /** What is owed, by provider: the entries must come to the same as the events. */
  readonly #owed = new Map<string, number>();

  /** What the events of the runs said, by provider (hex), in msat. */
  owedTo(provider: string): number {
    return this.#owed.get(provider) ?? 0;
  }

  /** One commit: events with the operation that they tell of, if any. */
  see(events: readonly TraceEvent[], operation: Operation | undefined): void {
    if (operation !== undefined) this.#operation(operation);
    for (const event of events) this.#event(event, operation);
  }

  /** I11: a run that has ended holds nothing. */
  end(runId: string): void {
    const budget = this.#budgets.get(runId);
    if (budget === undefined) {
      this.#fault(`I11 ${runId} ended and was never opened`);
      return;
    }
    if (budget.heldMsat !== 0 || budget.holds.size > 0)
      this.#fault(`I11 ${runId} ended and holds ${budget.heldMsat} msat for ${[...budget.holds.keys()].slice(0, 3)}`);
    this.#budgets.delete(runId);
  }

  #operation({ entry, seq }: Operation): void {
    if (entry === undefined) {
      this.#fault(`I6 operation ${seq} was done before and is told again`);
      return;
    }
    if (entry.seq !== ++this.#seq) this.#fault(`I7 operation ${entry.seq} came where ${this.#seq} is next`);
    const sum = entry.postings.reduce((total, [, msat]) => total + msat, 0);
    if (sum !== 0) this.#fault(`I1 operation ${entry.id} sums to ${sum} msat`);
    if (entry.kind === 'open-run') {
      const { run_id, limit_msat } = entry.facts;
      const budget = { limitMsat: limit_msat, heldMsat: 0, settledMsat: 0, holds: new Map<string, number>() };
      this.#budgets.set(run_id, budget);
    }
  }

  #event(event: TraceEvent, operation: Operation | undefined): void {
    if (!event.type.startsWith('Budget')) return;
    if (operation?.entry === undefined) {
      this.#fault(`I12 ${event.type} ${event.run_id} moves money without an entry`);
      return;
    }
    const budget = this.#budgets.get(event.run_id);
    if (budget === undefined) {
      this.#fault(`I11 ${event.type} in ${event.run_id}, whose budget is not open`);
      return;
    }
    if (event.type === 'BudgetReserve') this.#reserve(budget, event);
    else if (event.type === 'BudgetSettle') this.#settle(budget, event);
    else if (event.type === 'BudgetRelease') this.#release(budget, event);
    const availableMsat = budget.limitMsat - budget.heldMsat - budget.settledMsat;
    if (availableMsat < 0 || budget.heldMsat < 0)
      this.#fault(`I2 ${event.run_id} has ${availableMsat} msat available and ${budget.heldMsat} held`);
    if (budget.settledMsat > budget.limitMsat) this.#fault(`I3 ${event.run_id} settled more than its limit`);
  }

  #reserve(budget: Budget, event: Extract<TraceEvent, { type: 'BudgetReserve' }>): void {
    if (budget.holds.has(event.query_id)) this.#fault(`I4 ${event.query_id} of ${event.run_id} is reserved twice`);
    budget.holds.set(event.query_id, event.amount_msat);
    budget.heldMsat += event.amount_msat;
  }

  #settle(budget: Budget, event: Extract<TraceEvent, { type: 'BudgetSettle' }>): void {
    const amountMsat = event.amount_msat + (event.fee_reserve_msat ?? 0);
    this.#take(budget, event.run_id, event.query_id, amountMsat);
    budget.settledMsat += amountMsat;
    this.#owed.set(event.provider, this.owedTo(event.provider) + event.amount_msat);
  }

  #release(budget: Budget, event: Extract<TraceEvent, { type: 'BudgetRelease' }>): void {
    this.#take(budget, event.run_id, event.query_id, event.amount_msat);
  }

  /** I4: a hold resolves once, in whole; a settlement's rest is released with it. */
  #take(budget: Budget, runId: string, queryId: string, amountMsat: number): void {
    const held = budget.holds.get(queryId);
    if (held === undefined || amountMsat > held) {
      this.#fault(`I4 ${queryId} of ${runId} gives ${amountMsat} of ${held ?? 'no'} msat`);
      return;
    }
    budget.heldMsat -= amountMsat;
    if (amountMsat === held) budget.holds.delete(queryId);
    else budget.holds.set(queryId, held - amountMsat);
  }

  #fault(fault: string): void {
    if (this.faults.length < 100) this.faults.push(fault);
  }
}
