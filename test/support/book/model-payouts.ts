// Payouts as a second opinion: who got what, for which runs, and what is still on its way.
import type { Facts, PayoutState } from '../../../ledger/book/entry.ts';
import { INVOICE_JOBS_MAX } from '../../../protocol/limits.ts';
import type { ModelSpending, Refusal } from './model-spending.ts';
import { proves } from './payments.ts';

export interface ModelPayout {
  readonly provider: string;
  readonly lines: ReadonlyMap<string, number>;
  readonly amount: number;
  readonly fee: number;
  state: PayoutState;
  /** Set once it is sent. */
  hash?: string;
  /** Set where it was decided before its query was answered: whether anybody can take it. */
  ahead?: 'sealed' | 'revealed' | 'takable';
}

const OPEN: readonly PayoutState[] = ['planned', 'sent', 'unknown'];

export class ModelPayouts {
  readonly all = new Map<string, ModelPayout>();
  readonly open = new Map<string, ModelPayout>();
  readonly hashes = new Set<string>();
  readonly paid = new Map<string, number>();
  feesPaid = 0;
  readonly #spending: ModelSpending;

  constructor(spending: ModelSpending) {
    this.#spending = spending;
  }

  /** One invoice names so many runs at most; the others wait, with their part of what is set aside for routing. */
  plan({ payout_id, provider }: Facts<'plan-payout'>): Refusal {
    const owed = this.#spending.owedTo(provider);
    if (this.all.has(payout_id) || owed === 0) return 'internal';
    const all = [...(this.#spending.payable.get(provider) ?? [])].sort(([one], [other]) => (one < other ? -1 : 1));
    const lines = new Map(all.slice(0, INVOICE_JOBS_MAX));
    for (const [runId, msat] of lines) this.#spending.owe(provider, runId, -msat);
    const amount = owed - this.#spending.owedTo(provider);
    const reserved = this.#spending.feeReserve.get(provider) ?? 0;
    const fee = amount === owed ? reserved : Math.floor(reserved * (amount / owed));
    this.#spending.setFeeAside(provider, -fee);
    const payout: ModelPayout = { provider, lines, amount, fee, state: 'planned' };
    this.all.set(payout_id, payout);
    this.open.set(payout_id, payout);
    return undefined;
  }

  send({ payout_id, payment_hash }: Facts<'send-payout'>): Refusal {
    const payout = this.#in(payout_id, 'planned');
    if (payout === undefined) return 'internal';
    if (this.hashes.has(payment_hash)) return 'invoice-refused';
    this.hashes.add(payment_hash);
    payout.hash = payment_hash;
    payout.state = 'sent';
    return undefined;
  }

  doubt({ payout_id }: Facts<'doubt-payout'>): Refusal {
    const payout = this.#in(payout_id, 'sent');
    if (payout === undefined) return 'internal';
    payout.state = 'unknown';
    return undefined;
  }

  settle({ payout_id, preimage, fees_msat }: Facts<'settle-payout'>): Refusal {
    const payout = this.#in(payout_id, 'sent', 'unknown');
    if (payout === undefined) return 'internal';
    if (!proves(preimage, payout.hash)) return 'payment-proof-invalid';
    payout.state = 'settled';
    this.open.delete(payout_id);
    this.paid.set(payout.provider, (this.paid.get(payout.provider) ?? 0) + payout.amount);
    this.feesPaid += fees_msat;
    return undefined;
  }

  fail({ payout_id }: Facts<'fail-payout'>): Refusal {
    const payout = this.#in(payout_id, ...OPEN);
    if (payout === undefined || payout.ahead !== undefined) return 'internal';
    payout.state = 'failed';
    this.open.delete(payout_id);
    for (const [runId, msat] of payout.lines) this.#spending.owe(payout.provider, runId, msat);
    this.#spending.setFeeAside(payout.provider, payout.fee);
    return undefined;
  }

  /** A hold becomes a payout that is sent already. */
  ahead(facts: Facts<'prepay-payout'>, kind: 'sealed' | 'takable'): Refusal {
    const { payout_id, run_id, query_id, provider, payment_hash } = facts;
    if (this.all.has(payout_id)) return 'internal';
    if (this.hashes.has(payment_hash)) return 'invoice-refused';
    const hold = this.#spending.spendHold(run_id, query_id);
    if (hold === undefined) return 'internal';
    const { price: amount, fee } = hold;
    const lines = new Map([[run_id, amount]]);
    const payout: ModelPayout = { provider, lines, amount, fee, state: 'sent', hash: payment_hash, ahead: kind };
    this.hashes.add(payment_hash);
    this.all.set(payout_id, payout);
    this.open.set(payout_id, payout);
    return undefined;
  }

  reveal({ payout_id }: Facts<'reveal-payout'>): Refusal {
    const payout = this.#in(payout_id, 'sent', 'unknown');
    const [runId = ''] = payout?.lines.keys() ?? [];
    if (payout?.ahead !== 'sealed' || !this.#spending.runs.has(runId)) return 'internal';
    payout.ahead = 'revealed';
    return undefined;
  }

  giveBack({ payout_id }: Facts<'return-payout'>): Refusal {
    const payout = this.#in(payout_id, 'sent', 'unknown');
    if (payout?.ahead === undefined) return 'internal';
    payout.state = 'failed';
    this.open.delete(payout_id);
    for (const runId of payout.lines.keys()) this.#spending.unspend(runId, payout.amount, payout.fee);
    return undefined;
  }

  #in(id: string, ...states: readonly PayoutState[]): ModelPayout | undefined {
    const payout = this.all.get(id);
    return payout !== undefined && states.includes(payout.state) ? payout : undefined;
  }
}
