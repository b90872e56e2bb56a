// The provider's side as a second opinion: what each customer owes for each job, and what came of each invoice.
import type { Facts } from '../../../ledger/book/entry.ts';
import type { Refusal } from './model-spending.ts';

export interface ModelBill {
  readonly facts: Facts<'bill'>;
  state: 'open' | 'paid' | 'expired';
}

/** Who owes to whom. */
export const pairOf = (provider: string, customer: string) => `${provider}/${customer}`;

export class ModelEarning {
  readonly bills = new Map<string, ModelBill>();
  /** The id of a bill that came to its end. */
  endedBill: string | undefined;
  readonly openBills = new Map<string, ModelBill>();
  /** pair → job → msat due. */
  readonly due = new Map<string, Map<string, number>>();
  readonly received = new Map<string, number>();
  readonly disputed = new Map<string, number>();
  /** By provider: all that was claimed, and what came in for work nobody knew of. */
  readonly earned = new Map<string, number>();

  claim({ provider, customer, job, amount_msat }: Facts<'claim'>): Refusal {
    gain(this.earned, provider, amount_msat);
    this.#owe(pairOf(provider, customer), job, amount_msat);
    return undefined;
  }

  bill(facts: Facts<'bill'>): Refusal {
    const sum = facts.lines.reduce((total, [, msat]) => total + msat, 0);
    const jobs = new Set(facts.lines.map(([job]) => job));
    if (this.bills.has(facts.bill_id) || sum !== facts.amount_msat || jobs.size < facts.lines.length) return 'internal';
    const bill: ModelBill = { facts, state: 'open' };
    this.bills.set(facts.bill_id, bill);
    this.openBills.set(facts.bill_id, bill);
    return undefined;
  }

  receive({ bill_id }: Facts<'receive'>): Refusal {
    const bill = this.bills.get(bill_id);
    if (bill === undefined || bill.state === 'paid') return 'internal';
    const { provider, customer, amount_msat, lines } = bill.facts;
    const pair = pairOf(provider, customer);
    bill.state = 'paid';
    this.endedBill = bill_id;
    this.openBills.delete(bill_id);
    gain(this.received, pair, amount_msat);
    for (const [job, paid, isFinal] of lines) {
      const due = this.due.get(pair)?.get(job) ?? 0;
      if (paid > due) gain(this.earned, provider, paid - due);
      if (isFinal && due > paid) gain(this.disputed, pair, due - paid);
      this.#owe(pair, job, isFinal || paid > due ? -due : -paid);
    }
    return undefined;
  }

  expire({ bill_id }: Facts<'expire-bill'>): Refusal {
    const bill = this.openBills.get(bill_id);
    if (bill === undefined) return 'internal';
    bill.state = 'expired';
    this.endedBill = bill_id;
    this.openBills.delete(bill_id);
    return undefined;
  }

  #owe(pair: string, job: string, msat: number): void {
    const jobs = this.due.get(pair) ?? new Map<string, number>();
    const sum = (jobs.get(job) ?? 0) + msat;
    if (sum === 0) jobs.delete(job);
    else jobs.set(job, sum);
    this.due.set(pair, jobs);
  }
}

function gain(sums: Map<string, number>, name: string, msat: number): void {
  sums.set(name, (sums.get(name) ?? 0) + msat);
}
