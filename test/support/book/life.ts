// A book that has seen everything once: payouts and bills in every state they can be in, an open run, a hold.
import { join } from 'node:path';
import { Book } from '../../../ledger/book/book.ts';
import type { EntryKind, Facts } from '../../../ledger/book/entry.ts';
import { RunJournal } from '../../../ledger/journal.ts';
import { Store } from '../../../ledger/store/store.ts';
import { promptTimer } from '../prompt-timer.ts';
import { type TemporaryTest, temporaryFolder } from '../temporary-folder.ts';
import { decisionOf, preimageOf } from './payments.ts';

export const PROVIDER = 'a'.repeat(64);
const [OTHER, CUSTOMER] = ['b'.repeat(64), 'c'.repeat(64)];

type Step = { [Kind in EntryKind]: [id: string, kind: Kind, facts: Facts<Kind>] }[EntryKind];

/** One query of a run, asked and answered. */
function work(run_id: string, query_id: string, provider: string, price_msat: number): Step[] {
  return [
    [`reserve/${run_id}/${query_id}`, 'reserve', { run_id, query_id, price_msat }],
    [`settle/${run_id}/${query_id}`, 'settle', { run_id, query_id, provider, claimed_msat: price_msat }],
  ];
}

const bill = (bill_id: string, amount_msat: number): Step => [
  `bill/${bill_id}`,
  'bill',
  {
    bill_id,
    provider: PROVIDER,
    customer: CUSTOMER,
    amount_msat,
    lines: [['job', amount_msat, true]],
    invoice: 'lnbcrt',
    payment_hash: bill_id,
    expires_at: 1,
  },
];

/** Payouts and bills in every state they can be in, an open run, a hold, and routing set aside. */
export const LIFE: Step[] = [
  ['open', 'open-run', { run_id: 'run', limit_msat: 1_000_000, fee_ppm: 10_000 }],
  ...work('run', '1', PROVIDER, 10_000),
  ['plan/settled', 'plan-payout', { payout_id: 'settled', provider: PROVIDER }],
  ['send/settled', 'send-payout', { payout_id: 'settled', ...decisionOf(1) }],
  ['done/settled', 'settle-payout', { payout_id: 'settled', preimage: preimageOf(1), fees_msat: 7 }],
  ...work('run', '2', PROVIDER, 20_000),
  ['plan/failed', 'plan-payout', { payout_id: 'failed', provider: PROVIDER }],
  ['send/failed', 'send-payout', { payout_id: 'failed', ...decisionOf(2) }],
  ['done/failed', 'fail-payout', { payout_id: 'failed', reason: 'no route' }],
  ['plan/unknown', 'plan-payout', { payout_id: 'unknown', provider: PROVIDER }],
  ['send/unknown', 'send-payout', { payout_id: 'unknown', ...decisionOf(3) }],
  ['doubt/unknown', 'doubt-payout', { payout_id: 'unknown', reason: 'no answer' }],
  ...work('run', '3', OTHER, 30_000),
  ['plan/sent', 'plan-payout', { payout_id: 'sent', provider: OTHER }],
  ['send/sent', 'send-payout', { payout_id: 'sent', ...decisionOf(4) }],
  ...work('run', '4', OTHER, 40_000),
  ['plan/planned', 'plan-payout', { payout_id: 'planned', provider: OTHER }],
  ['hold', 'reserve', { run_id: 'run', query_id: '5', price_msat: 50_000 }],
  ['claim', 'claim', { provider: PROVIDER, customer: CUSTOMER, job: 'job', request_id: 'r', amount_msat: 900 }],
  bill('paid', 800),
  ['paid', 'receive', { bill_id: 'paid' }],
  bill('late', 50),
  ['late', 'expire-bill', { bill_id: 'late' }],
  ['late, but paid', 'receive', { bill_id: 'late' }],
  bill('gone', 60),
  ['gone', 'expire-bill', { bill_id: 'gone' }],
  bill('open', 70),
];

/** Does it all, and closes the store again. */
export async function lived(t: TemporaryTest): Promise<{ folder: string; rows: ReadonlyMap<string, unknown> }> {
  const folder = join(await temporaryFolder(t), 'store');
  const store = await Store.open(folder);
  const book = await Book.open(store, () => 42);
  const journal = new RunJournal(store, promptTimer, book);
  for (const [id, kind, facts] of LIFE) await journal.post(book.do(id, kind, facts));
  const rows = new Map(book.rows.all());
  await store.close();
  return { folder, rows };
}
