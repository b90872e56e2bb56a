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
  /** Paid before there was work for it. */
  readonly advance = new Map<string, number>();
  /** By provider: all that was claimed. */
  readonly earned = new Map<string, number>();
  /** By provider: how many. */
  readonly jobs = new Map<string, number>();
  readonly #hashes = new Set<string>();

  claim({ provider, customer, job, amount_msat }: Facts<'claim'>): Refusal {
    const pair = pairOf(provider, customer);
    gain(this.earned, provider, amount_msat);
    gain(this.jobs, provider, 1);
    const inAdvance = this.advance.get(pair) ?? 0;
    if (inAdvance >= amount_msat) gain(this.advance, pair, -amount_msat);
    else {
      this.advance.delete(pair);
      this.#owe(pair, job, amount_msat - inAdvance);
    }
    return undefined;
  }

  bill(facts: Facts<'bill'>): Refusal {
    const sum = facts.lines.reduce((total, [, msat]) => total + msat, 0);
    const jobs = new Set(facts.lines.map(([job]) => job));
    const isKnown = this.bills.has(facts.bill_id) || this.#hashes.has(facts.payment_hash);
    if (isKnown || sum > facts.amount_msat || jobs.size < facts.lines.length) return 'internal';
    this.#hashes.add(facts.payment_hash);
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
    if (bill.facts.escrow !== undefined) {
      gain(this.earned, provider, amount_msat);
      gain(this.jobs, provider, 1);
      return undefined;
    }
    let left = amount_msat;
    const take = (job: string, atMost: number): number => {
      const paid = Math.min(atMost, left, this.due.get(pair)?.get(job) ?? 0);
      this.#owe(pair, job, -paid);
      left -= paid;
      return this.due.get(pair)?.get(job) ?? 0;
    };
    for (const [job, msat, isFinal] of lines) {
      const rest = take(job, msat);
      if (!isFinal) continue;
      gain(this.disputed, pair, rest);
      this.#owe(pair, job, -rest);
    }
    for (const job of [...(this.due.get(pair)?.keys() ?? [])].sort()) take(job, left);
    gain(this.advance, pair, left);
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
