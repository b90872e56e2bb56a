// The check that anybody can ask for at any time: the whole book folded afresh and held against the store, against memory,
// and against the invariants. It reads one moment of the store, so money goes on meanwhile; faults are listed, never thrown.
import { canonicalHash } from '../../protocol/canonical.ts';
import type { RunRecord } from '../../protocol/run.ts';
import { ALL_BOOK_OPERATIONS, bookOperationKey, bookOperationOf, runKey } from '../store/keys.ts';
import type { Store, StoreView } from '../store/store.ts';
import { balanceOf, FEES, ROUTING, runAccounts, WORK } from './accounts.ts';
import type { Book } from './book.ts';
import type { Entry, Payout, PayoutState } from './entry.ts';
import { compareMemory, compareRows, entriesIn, foldEntry, type OnFault } from './fold.ts';
import { findRun, holdsWithin, openRunsOf } from './reserve.ts';
import { type NamedRow, Rows } from './rows.ts';
import type { Done } from './unsaved.ts';

export interface BookReport {
  readonly entries: number;
  /** Accounts that hold something. */
  readonly accounts: number;
  readonly runs_open: number;
  readonly holds: number;
  /** Owed and not on its way. */
  readonly payables_msat: number;
  readonly inflight_msat: number;
  readonly paid_msat: number;
  readonly payouts: Readonly<Record<PayoutState, number>>;
  /** `account: what is wrong with it`; empty when all is well. */
  readonly faults: readonly string[];
}

/** One fault makes many: the first say what it is. */
const FAULTS_MAX = 50;

/** Each entry is found by its id, and no id leads elsewhere (I6). */
class Ids {
  #entries = 0;
  readonly #view: StoreView;
  readonly #onFault: OnFault;

  constructor(view: StoreView, onFault: OnFault) {
    this.#view = view;
    this.#onFault = onFault;
  }

  follow({ id, seq, kind, facts }: Entry): void {
    this.#entries++;
    const done = this.#view.valueNow(bookOperationKey(id)) as Done | undefined;
    if (done === undefined) this.#onFault({ name: id, reason: `entry ${seq} is not found by its id` });
    else if (done[0] !== seq) this.#onFault({ name: id, reason: `entry ${seq} has the id of entry ${done[0]}` });
    else if (done[1] !== canonicalHash([kind, facts]))
      this.#onFault({ name: id, reason: `entry ${seq} has other facts than its id was used with` });
  }

  /** Ids are as many as entries, or some lead nowhere: only then is it worth to look which. */
  async end(entries: () => AsyncIterable<Entry>): Promise<void> {
    let count = 0;
    for await (const _row of this.#view.rows(ALL_BOOK_OPERATIONS)) count++;
    if (count === this.#entries) return;
    const known = new Set<string>();
    for await (const { id } of entries()) known.add(id);
    for await (const [key] of this.#view.rows(ALL_BOOK_OPERATIONS)) {
      const id = bookOperationOf(key);
      if (!known.has(id)) this.#onFault({ name: id, reason: 'an id was used that no entry has' });
    }
  }
}

/** I1 in the large: what was given out of a source is somewhere. */
function checkSums(rows: Rows, onFault: OnFault): void {
  const sum = (...folders: string[]) => folders.reduce((total, folder) => total + rows.sumWithin(folder), 0);
  const sums: [name: string, msat: number][] = [
    ['all accounts', rows.sumWithin('')],
    [WORK, balanceOf(rows, WORK) + sum('payable/', 'inflight/', 'paid/')],
    [ROUTING, balanceOf(rows, ROUTING) + sum('fee-reserve/', 'fee-inflight/') + balanceOf(rows, FEES)],
    ['earned', sum('earned/', 'due/', 'received/', 'disputed/', 'advance/')],
  ];
  for (const [name, msat] of sums)
    if (msat !== 0) onFault({ name, reason: `does not come to zero, but to ${msat} msat` });
}

/** I2, I3, I4 and I11 for one run whose budget is open. */
function checkRun(view: StoreView, rows: Rows, runId: string, onFault: OnFault): number {
  const { available, held, settled } = runAccounts;
  const limit = findRun(rows, runId)?.limit_msat ?? 0;
  const amounts = [available, held, settled].map((account) => balanceOf(rows, account(runId)));
  if (amounts.reduce((total, msat) => total + msat, 0) !== limit || amounts.some((msat) => msat < 0))
    onFault({
      name: available(runId),
      reason: `available ${amounts.join(' + held ')} is not the limit of ${limit} msat`,
    });
  const holds = [...holdsWithin(rows, runId)].map(([, { price_msat, fee_msat }]) => price_msat + fee_msat);
  const sum = holds.reduce((total, msat) => total + msat, 0);
  if (sum !== balanceOf(rows, held(runId)))
    onFault({ name: held(runId), reason: `its ${holds.length} holds come to ${sum} msat` });
  const status = (view.valueNow(runKey(runId)) as RunRecord | undefined)?.status ?? 'gone';
  if (status !== 'running' && holds.length > 0)
    onFault({ name: held(runId), reason: `the run is ${status}, and still holds ${sum} msat` });
  return holds.length;
}

const isPayout = ([row]: NamedRow) => row.startsWith('p/');

/** Payouts by state; each hash pays one of them (I5), and what is on its way is what the account says. */
function checkPayouts(rows: Rows, onFault: OnFault): Record<PayoutState, number> {
  const counts = { planned: 0, sent: 0, unknown: 0, settled: 0, failed: 0 };
  const hashes = new Map<string, string>();
  for (const [, value] of [...rows.all()].filter(isPayout)) {
    const { id, state, amount_msat, payment_hash } = value as Payout;
    counts[state]++;
    const isOpen = state !== 'settled' && state !== 'failed';
    if (balanceOf(rows, `inflight/${id}`) !== (isOpen ? amount_msat : 0))
      onFault({ name: `inflight/${id}`, reason: `the payout is ${state}, for ${amount_msat} msat` });
    if (payment_hash === undefined) continue;
    const other = hashes.get(payment_hash);
    if (other !== undefined) onFault({ name: `p/${id}`, reason: `has the payment hash of payout ${other}` });
    hashes.set(payment_hash, id);
  }
  return counts;
}

function reportOf(view: StoreView, rows: Rows, entries: number, onFault: OnFault): Omit<BookReport, 'faults'> {
  checkSums(rows, onFault);
  const open = [...openRunsOf(rows)];
  return {
    entries,
    accounts: [...rows.balancesWithin('')].length,
    runs_open: open.length,
    holds: open.reduce((total, runId) => total + checkRun(view, rows, runId, onFault), 0),
    payables_msat: rows.sumWithin('payable/'),
    inflight_msat: rows.sumWithin('inflight/'),
    paid_msat: rows.sumWithin('paid/'),
    payouts: checkPayouts(rows, onFault),
  };
}

/** @throws PylonError `store-failed` when the store cannot be read at all */
export function verifyBook(store: Store, book: Book): Promise<BookReport> {
  const faults: string[] = [];
  const onFault: OnFault = ({ name, reason }) => {
    if (faults.length < FAULTS_MAX) faults.push(`${name}: ${reason}`);
  };
  return store.atOneMoment(async (view) => {
    const [memory, unsaved, fault] = [[...book.rows.all()], book.unsavedEntries, book.fault];
    const rows = new Rows();
    const ids = new Ids(view, onFault);
    let latest = 0;
    for await (const entry of entriesIn(view, onFault)) {
      latest = entry.seq;
      foldEntry(rows, entry, onFault);
      ids.follow(entry);
    }
    await compareRows(view, rows.all(), onFault);
    await ids.end(() => entriesIn(view, () => undefined));
    const report = reportOf(view, rows, latest, onFault);
    if (fault !== undefined) onFault({ name: 'memory', reason: fault.message });
    else {
      for (const entry of unsaved) if (entry.seq > latest) foldEntry(rows, entry, onFault);
      compareMemory(memory, rows, onFault);
    }
    return { ...report, faults };
  });
}
