// The money of a fake engine: plain figures for the CLI and the API to print.
import type { EngineMoney } from '../../node/engine/money-port.ts';
import { PylonError } from '../../protocol/errors.ts';
import type { LedgerReport, PayoutReport, TransactionReport } from '../../protocol/money-report.ts';

const PROVIDER = 'ab'.repeat(32);
const WHEN = '2026-11-21T12:00:00.000Z';

export const FAKE_PAYOUT: PayoutReport = {
  id: '01ARZ3NDEKTSV4RRFFQ69G5FAV',
  provider: PROVIDER,
  state: 'settled',
  amount_msat: 1_586,
  fees_msat: 0,
  runs: [{ run_id: '01ARZ3NDEKTSV4RRFFQ69G5FAV', amount_msat: 1_586 }],
  payment_hash: 'cd'.repeat(32),
  preimage: 'ef'.repeat(32),
  reason: null,
  created_at: WHEN,
  updated_at: WHEN,
};

export const FAKE_TRANSACTION: TransactionReport = {
  type: 'outgoing',
  state: 'settled',
  amount_msat: 21_000,
  fees_msat: 0,
  description: 'tea',
  invoice: 'lnbcrt210n1fake',
  payment_hash: 'cd'.repeat(32),
  preimage: 'ef'.repeat(32),
  created_at: WHEN,
  settled_at: WHEN,
};

const REPORT: LedgerReport = {
  entries: 7,
  owed_msat: 0,
  inflight_msat: 0,
  paid_msat: 1_586,
  fees_msat: 0,
  held_msat: 0,
  runs: [],
  providers: [{ provider: PROVIDER, owed_msat: 0, inflight_msat: 0, paid_msat: 1_586 }],
  payouts: [FAKE_PAYOUT],
};

const MOVEMENT = {
  seq: 3,
  id: 'settle/x/0.0',
  kind: 'settle',
  at: WHEN,
  postings: [{ account: `payable/${PROVIDER}/x`, amount_msat: 1_586 }],
};

export class FakeMoney implements EngineMoney {
  readonly calls: unknown[] = [];
  /** A fault that `verify` tells. */
  fault: string | undefined;

  async ledger(runId?: string) {
    this.calls.push(['ledger', runId]);
    return runId === undefined ? REPORT : { ...REPORT, movements: [MOVEMENT] };
  }

  async verify() {
    const { fault } = this;
    return {
      ok: fault === undefined,
      checks: [{ check: 'books', ok: fault === undefined, detail: fault ?? '7 entries' }],
    };
  }

  async earnings() {
    const sums = { jobs: 61, earned_msat: 1_586, received_msat: 1_586, due_msat: 0, disputed_msat: 0, advance_msat: 0 };
    const { payment_hash } = FAKE_TRANSACTION;
    const bill = { id: 'bill/x', provider: PROVIDER, customer: 'cd'.repeat(32), state: 'paid' as const };
    const bills = [{ ...bill, amount_msat: 1_586, payment_hash, created_at: WHEN, updated_at: WHEN }];
    return { providers: [{ provider: PROVIDER, ...sums }], bills };
  }

  async wallet() {
    return {
      kind: 'hub' as const,
      label: 'play money of the embedded hub',
      network: 'regtest',
      balance_msat: 99_998_414,
      methods: ['pay_invoice'],
      alias: 'fake',
      pubkey: '02'.repeat(33),
    };
  }

  async invoice(wanted: Parameters<EngineMoney['invoice']>[0]) {
    this.calls.push(['invoice', wanted]);
    return { ...FAKE_TRANSACTION, type: 'incoming' as const, state: 'pending' as const, preimage: null };
  }

  async pay(invoice: string) {
    this.calls.push(['pay', invoice]);
    if (!invoice.startsWith('lnbcrt')) throw new PylonError('invoice-invalid');
    return FAKE_TRANSACTION;
  }

  async transactions() {
    return [FAKE_TRANSACTION];
  }

  async connect(wanted: Parameters<EngineMoney['connect']>[0]) {
    this.calls.push(['connect', wanted]);
    return 'nostr+walletconnect://fake';
  }
}
