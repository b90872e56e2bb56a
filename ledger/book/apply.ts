// Every kind of entry and what it does to the rows. The same functions serve an operation that is made now and an entry
// that is read back, so what the book says is the fold of its entries.
import type { Posting } from './accounts.ts';
import type { Entry, EntryKind, Facts } from './entry.ts';
import { escrowPayout, prepayPayout, returnPayout, revealPayout } from './escrow.ts';
import { doubtPayout, failPayout, planPayout, sendPayout, settlePayout } from './payout.ts';
import { bill, claim, expireBill, receive } from './receivables.ts';
import { closeRun, openRun, release, reopenRun, reserve } from './reserve.ts';
import type { Rows } from './rows.ts';
import { settle } from './settle.ts';

/** Does it, or throws and leaves everything as it was. @returns the postings made */
type Effect<Kind extends EntryKind> = (rows: Rows, facts: Facts<Kind>, atMs: number) => Posting[];

const EFFECTS: { readonly [Kind in EntryKind]: Effect<Kind> } = {
  'open-run': openRun,
  reserve,
  settle,
  release,
  'close-run': closeRun,
  'reopen-run': reopenRun,
  'plan-payout': planPayout,
  'send-payout': sendPayout,
  'doubt-payout': doubtPayout,
  'settle-payout': settlePayout,
  'fail-payout': failPayout,
  'escrow-payout': escrowPayout,
  'prepay-payout': prepayPayout,
  'reveal-payout': revealPayout,
  'return-payout': returnPayout,
  claim,
  bill,
  receive,
  'expire-bill': expireBill,
};

export function apply<Kind extends EntryKind>(rows: Rows, kind: Kind, facts: Facts<Kind>, atMs: number): Posting[] {
  return EFFECTS[kind](rows, facts, atMs).filter(([, msat]) => msat !== 0);
}

/** Does again what an entry says was done. @throws PylonError `internal` when it could not have been done */
export function replay(rows: Rows, entry: Entry): Posting[] {
  return apply(rows, entry.kind, entry.facts as Facts<typeof entry.kind>, entry.at_ms);
}
