// What is told about money: balances, payouts, entries, earnings, the wallet. Snake case, amounts in msat: `--json`
// prints it, the API serves it, and the dashboard reads it. Nothing here is a secret; preimages only of what is settled.
import { z } from 'zod';

const amount = z.number().int();
const id = z.string().max(256);

export const payoutReportSchema = z.object({
  id,
  provider: id,
  state: z.enum(['planned', 'sent', 'unknown', 'settled', 'failed']),
  amount_msat: amount,
  fees_msat: amount,
  /** Run id → what of it is paid for that run. */
  runs: z.array(z.object({ run_id: id, amount_msat: amount })),
  /** Where it was decided before its query was answered: out of escrow, or in advance. */
  ahead: z.object({ query_id: id, by: z.enum(['escrow', 'prepayment']) }).optional(),
  payment_hash: id.nullable(),
  preimage: id.nullable(),
  reason: z.string().nullable(),
  created_at: z.string(),
  updated_at: z.string(),
});
export type PayoutReport = z.infer<typeof payoutReportSchema>;

export const entryReportSchema = z.object({
  seq: z.number().int(),
  id,
  kind: z.string(),
  at: z.string(),
  postings: z.array(z.object({ account: id, amount_msat: amount })),
});
export type EntryReport = z.infer<typeof entryReportSchema>;

export const ledgerReportSchema = z.object({
  entries: z.number().int(),
  /** Sums over everything: what is owed now, on its way, paid and proven, and what routing has cost. */
  owed_msat: amount,
  inflight_msat: amount,
  paid_msat: amount,
  fees_msat: amount,
  held_msat: amount,
  /** Budgets of runs that go on. */
  runs: z.array(
    z.object({ run_id: id, limit_msat: amount, available_msat: amount, held_msat: amount, settled_msat: amount }),
  ),
  providers: z.array(z.object({ provider: id, owed_msat: amount, inflight_msat: amount, paid_msat: amount })),
  /** Newest first. */
  payouts: z.array(payoutReportSchema),
  /** With a run: every movement that concerns it, oldest first. */
  movements: z.array(entryReportSchema).optional(),
});
export type LedgerReport = z.infer<typeof ledgerReportSchema>;

export const billReportSchema = z.object({
  id,
  provider: id,
  customer: id,
  state: z.enum(['open', 'paid', 'expired']),
  amount_msat: amount,
  payment_hash: id,
  created_at: z.string(),
  updated_at: z.string(),
});
export type BillReport = z.infer<typeof billReportSchema>;

/** Of each provider: earned = received + due + disputed - advance. */
export const earningsReportSchema = z.object({
  providers: z.array(
    z.object({
      provider: id,
      jobs: z.number().int(),
      earned_msat: amount,
      received_msat: amount,
      due_msat: amount,
      disputed_msat: amount,
      advance_msat: amount,
    }),
  ),
  /** Invoices that were given, newest first. */
  bills: z.array(billReportSchema),
});
export type EarningsReport = z.infer<typeof earningsReportSchema>;

/** One thing that was held against another. */
export const ledgerCheckSchema = z.object({ check: z.string(), ok: z.boolean(), detail: z.string() });
export const ledgerVerdictSchema = z.object({ ok: z.boolean(), checks: z.array(ledgerCheckSchema) });
export type LedgerCheck = z.infer<typeof ledgerCheckSchema>;
export type LedgerVerdict = z.infer<typeof ledgerVerdictSchema>;

export const walletReportSchema = z.object({
  /** The hub is play money. */
  kind: z.enum(['hub', 'connected']),
  label: z.string(),
  network: z.string(),
  balance_msat: amount,
  methods: z.array(z.string()),
  alias: z.string(),
  pubkey: z.string(),
});
export type WalletReport = z.infer<typeof walletReportSchema>;

export const transactionReportSchema = z.object({
  type: z.enum(['incoming', 'outgoing']),
  state: z.enum(['pending', 'settled', 'accepted', 'expired', 'failed']),
  amount_msat: amount,
  fees_msat: amount,
  description: z.string(),
  invoice: z.string().nullable(),
  payment_hash: id,
  preimage: id.nullable(),
  created_at: z.string(),
  settled_at: z.string().nullable(),
});
export type TransactionReport = z.infer<typeof transactionReportSchema>;
