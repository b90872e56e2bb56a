// The entries of the book's journal: what was done, with all its facts, and the postings that moved the money. The
// `id` is the idempotency key: the same one with the same facts is the same operation, with others a conflict (I6).
import { msat } from '../../protocol/money.ts';
import type { Posting } from './accounts.ts';

/** State of a payout; the last two are final. `unknown` keeps its money until the wallet proves what happened (I8). */
export type PayoutState = 'planned' | 'sent' | 'unknown' | 'settled' | 'failed';

/** The part of a payout that pays for one run. */
export type PayoutLine = readonly [runId: string, amount_msat: number];

/** Of a payout that was decided before its query was answered. */
export interface PaidAhead {
  readonly query_id: string;
  /** In escrow nobody can take it before we reveal the preimage; absent where it was prepaid. */
  readonly escrow?: { readonly request_id: string; readonly is_revealed: boolean };
}

/** One obligation on its way to a provider. */
export interface Payout {
  readonly id: string;
  readonly provider: string;
  readonly state: PayoutState;
  readonly amount_msat: number;
  readonly fee_reserve_msat: number;
  readonly lines: readonly PayoutLine[];
  /** Absent where it pays for work that was accepted. */
  readonly ahead?: PaidAhead;
  readonly created_ms: number;
  readonly updated_ms: number;
  readonly invoice?: string;
  readonly payment_hash?: string;
  /** The signed request to the wallet, kept until it is known what came of it. */
  readonly request?: string;
  /** Unix seconds from which on neither the request nor the invoice can be paid any more. */
  readonly void_at?: number;
  /** Which wallet was asked: only it can say what came of it. */
  readonly wallet?: string;
  /** Only once settled. */
  readonly preimage?: string;
  readonly fees_msat?: number;
  /** Why it is unknown, or failed. */
  readonly reason?: string;
}

/** An invoice that a provider of this home gave to a customer, and what came of it. */
export interface Bill {
  readonly id: string;
  readonly provider: string;
  readonly customer: string;
  readonly state: 'open' | 'paid' | 'expired';
  readonly amount_msat: number;
  /** Which jobs it is for; a final line gives up what the customer does not acknowledge. */
  readonly lines: readonly (readonly [job: string, amount_msat: number, final: boolean])[];
  readonly invoice: string;
  readonly payment_hash: string;
  /** Unix seconds. */
  readonly expires_at: number;
  /** A hold invoice: what is paid waits until the customer reveals the preimage, and goes back from `until` on (unix seconds). */
  readonly escrow?: BillEscrow;
  readonly created_ms: number;
  readonly updated_ms: number;
}

export interface BillEscrow {
  readonly request_id: string;
  readonly until: number;
}

/** A decision to pay, whole: which invoice, and the signed request to which wallet. */
interface Decision {
  invoice: string;
  payment_hash: string;
  request: string;
  void_at: number;
  wallet: string;
}

/** A decision to pay with what a query holds. */
interface DecisionAhead extends Decision {
  payout_id: string;
  run_id: string;
  query_id: string;
  provider: string;
}

interface FactsOf {
  'open-run': { run_id: string; limit_msat: number; fee_ppm: number };
  reserve: { run_id: string; query_id: string; price_msat: number };
  settle: { run_id: string; query_id: string; provider: string; claimed_msat: number };
  release: { run_id: string; query_id: string };
  'close-run': { run_id: string };
  'reopen-run': { run_id: string; limit_msat: number; settled_msat: number; fee_ppm: number; times: number };
  'plan-payout': { payout_id: string; provider: string };
  'send-payout': Decision & { payout_id: string };
  'escrow-payout': DecisionAhead & { request_id: string };
  'prepay-payout': DecisionAhead;
  'reveal-payout': { payout_id: string };
  'return-payout': { payout_id: string; reason: string };
  'doubt-payout': { payout_id: string; reason: string };
  'settle-payout': { payout_id: string; preimage: string; fees_msat: number };
  'fail-payout': { payout_id: string; reason: string };
  claim: { provider: string; customer: string; job: string; request_id: string; amount_msat: number };
  bill: {
    bill_id: string;
    provider: string;
    customer: string;
    amount_msat: number;
    lines: readonly (readonly [job: string, amount_msat: number, final: boolean])[];
    invoice: string;
    payment_hash: string;
    expires_at: number;
    escrow?: BillEscrow;
  };
  receive: { bill_id: string };
  'expire-bill': { bill_id: string };
}

export type EntryKind = keyof FactsOf;
export type Facts<Kind extends EntryKind> = Readonly<FactsOf[Kind]>;

interface EntryOf<Kind extends EntryKind> {
  /** From 1, without gaps. */
  readonly seq: number;
  readonly id: string;
  readonly kind: Kind;
  readonly at_ms: number;
  readonly facts: Facts<Kind>;
  readonly postings: readonly Posting[];
}

export type Entry = { [Kind in EntryKind]: EntryOf<Kind> }[EntryKind];

/** Amounts are whole and not below zero, whoever made the facts: -1 owed would be taken from others. @throws PylonError as `msat` */
export function assertAmounts(facts: object): void {
  for (const [name, value] of Object.entries(facts)) if (name.endsWith('_msat')) msat(value);
}
