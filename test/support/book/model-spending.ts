// What runs may spend and what is owed for their work, told a second time and in another way than the book does:
// every amount is worked out from who holds what.
import type { Facts } from '../../../ledger/book/entry.ts';

/** A run whose budget is open. */
export interface ModelRun {
  readonly limit: number;
  readonly ppm: number;
  readonly holds: Map<string, { readonly price: number; readonly fee: number }>;
  owed: number;
  fees: number;
}

/** Why the book must refuse; undefined when it must not. */
export type Refusal = 'internal' | 'budget-exhausted' | 'invoice-refused' | 'payment-proof-invalid' | undefined;

const feeOn = (amount: number, ppm: number) => Number((BigInt(amount) * BigInt(ppm) + 999_999n) / 1_000_000n);

export class ModelSpending {
  readonly runs = new Map<string, ModelRun>();
  /** provider → run → msat owed and not on its way. */
  readonly payable = new Map<string, Map<string, number>>();
  readonly feeReserve = new Map<string, number>();
  owedEver = 0;

  heldBy(run: ModelRun): number {
    let sum = 0;
    for (const { price, fee } of run.holds.values()) sum += price + fee;
    return sum;
  }

  available(run: ModelRun): number {
    return run.limit - this.heldBy(run) - run.owed - run.fees;
  }

  owedTo(provider: string): number {
    return [...(this.payable.get(provider)?.values() ?? [])].reduce((sum, msat) => sum + msat, 0);
  }

  /** What is owed to a provider for a run; a minus takes away. */
  owe(provider: string, runId: string, msat: number): void {
    const lines = this.payable.get(provider) ?? new Map<string, number>();
    const sum = (lines.get(runId) ?? 0) + msat;
    if (sum === 0) lines.delete(runId);
    else lines.set(runId, sum);
    this.payable.set(provider, lines);
  }

  setFeeAside(provider: string, msat: number): void {
    this.feeReserve.set(provider, (this.feeReserve.get(provider) ?? 0) + msat);
  }

  openRun({ run_id, limit_msat, fee_ppm }: Facts<'open-run'>): Refusal {
    if (this.runs.has(run_id)) return 'internal';
    this.runs.set(run_id, { limit: limit_msat, ppm: fee_ppm, holds: new Map(), owed: 0, fees: 0 });
    return undefined;
  }

  reserve({ run_id, query_id, price_msat }: Facts<'reserve'>): Refusal {
    const run = this.runs.get(run_id);
    if (run === undefined || run.holds.has(query_id)) return 'internal';
    const fee = feeOn(price_msat, run.ppm);
    if (price_msat + fee > this.available(run)) return 'budget-exhausted';
    run.holds.set(query_id, { price: price_msat, fee });
    return undefined;
  }

  settle({ run_id, query_id, provider, claimed_msat }: Facts<'settle'>): Refusal {
    const run = this.runs.get(run_id);
    const hold = run?.holds.get(query_id);
    if (run === undefined || hold === undefined) return 'internal';
    run.holds.delete(query_id);
    const owed = claimed_msat < hold.price ? claimed_msat : hold.price;
    const fee = feeOn(owed, run.ppm);
    run.owed += owed;
    run.fees += fee;
    this.owedEver += owed;
    this.owe(provider, run_id, owed);
    this.setFeeAside(provider, fee);
    return undefined;
  }

  /** A hold is spent whole, and owed to nobody. Undefined when there is none. */
  spendHold(runId: string, queryId: string): { readonly price: number; readonly fee: number } | undefined {
    const run = this.runs.get(runId);
    const hold = run?.holds.get(queryId);
    if (run === undefined || hold === undefined) return undefined;
    run.holds.delete(queryId);
    run.owed += hold.price;
    run.fees += hold.fee;
    this.owedEver += hold.price;
    return hold;
  }

  /** What was spent so came back: a run that goes on may spend it again. */
  unspend(runId: string, price: number, fee: number): void {
    this.owedEver -= price;
    const run = this.runs.get(runId);
    if (run === undefined) return;
    run.owed -= price;
    run.fees -= fee;
  }

  release({ run_id, query_id }: Facts<'release'>): Refusal {
    return this.runs.get(run_id)?.holds.delete(query_id) === true ? undefined : 'internal';
  }

  closeRun({ run_id }: Facts<'close-run'>): Refusal {
    const run = this.runs.get(run_id);
    if (run === undefined || run.holds.size > 0) return 'internal';
    this.runs.delete(run_id);
    return undefined;
  }
}
