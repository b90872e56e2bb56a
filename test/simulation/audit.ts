// Holds what an asker's ledger says against what the fake wallet really did, once nothing is on its way: nothing lost,
// nothing paid twice, no hold left, and no payment unknown for longer than a minute after the wallet could tell.
import { balanceOf, balancesWithin, FEES, inflightAccount, paidAccount } from '../../ledger/book/accounts.ts';
import { Book } from '../../ledger/book/book.ts';
import type { Payout } from '../../ledger/book/entry.ts';
import { readEntries } from '../../ledger/book/refold.ts';
import { payoutsOf } from '../../ledger/book/report.ts';
import { openRunsOf } from '../../ledger/book/reserve.ts';
import type { Rows } from '../../ledger/book/rows.ts';
import { runsOfStatus } from '../../ledger/store/keys.ts';
import { Store } from '../../ledger/store/store.ts';
import { homePaths } from '../../node/home.ts';
import { WalletBooks } from './wallet-books.ts';
import { walletClient } from './wallet-clients.ts';
import { readWalletLog } from './wallet-log.ts';

/** The promise: from when the wallet can tell, and somebody asks it. */
const RESOLVED_WITHIN_MS = 60_000;
/** What a new home's hub begins with. */
export const GIFT_MSAT = 100_000_000;

export interface AuditedHome {
  readonly home: string;
  /** Key by which the wallet knows the payer. */
  readonly payer: string;
  /** When processes of the home were open, unix milliseconds of the simulation. */
  readonly openedMs: readonly number[];
}

export interface AuditResult {
  readonly faults: readonly string[];
  readonly runs: number;
  readonly payouts: number;
  readonly paidMsat: number;
  readonly feesMsat: number;
  /** The longest that a payment was not known although the wallet could have told. */
  readonly slowestMs: number;
  readonly slowest: string;
}

/** The latest of these moments that is not after `atMs`; 0 when there is none. */
function latestBefore(moments: readonly number[], atMs: number): number {
  return moments.reduce((latest, moment) => (moment <= atMs && moment > latest ? moment : latest), 0);
}

/** How long a payout was not known after somebody asked a wallet that could tell. What was never sent was never unknown. */
function unknownMs(payout: Payout, wallet: WalletBooks, openedMs: readonly number[]): number {
  const { updated_ms: endedMs, payment_hash: hash } = payout;
  if (hash === undefined) return 0;
  const { visibleAtMs = 0 } = wallet.asked.get(hash) ?? {};
  const isPaid = wallet.paid.has(hash);
  const couldTellMs = Math.max(
    payout.created_ms,
    latestBefore(openedMs, endedMs),
    latestBefore(wallet.ups, endedMs),
    isPaid ? Math.max(visibleAtMs, wallet.paid.get(hash)?.atMs ?? 0) : 0,
  );
  return endedMs - couldTellMs;
}

function faultsOfRest(rows: Rows): string[] {
  const faults: string[] = [];
  for (const prefix of ['held/', inflightAccount(''), 'fee-inflight/', 'payable/', 'fee-reserve/'])
    for (const [account, msat] of balancesWithin(rows, prefix)) faults.push(`${msat} msat are left in ${account}`);
  for (const run of openRunsOf(rows)) faults.push(`the budget of run ${run} is still open`);
  return faults;
}

interface Spent {
  /** What runs have settled for each provider. */
  readonly settled: ReadonlyMap<string, number>;
  readonly runs: number;
  readonly faults: string[];
}

/** From the entries alone: what each run was allowed and has settled, routing included (I3). */
async function spentBy(store: Store): Promise<Spent> {
  const settled = new Map<string, number>();
  const left = new Map<string, number>();
  const faults: string[] = [];
  for await (const { kind, facts, postings } of readEntries(store)) {
    if (kind === 'open-run') left.set(facts.run_id, facts.limit_msat);
    if (kind !== 'settle') continue;
    const moved = (folder: string) => postings.find(([account]) => account.startsWith(folder))?.[1] ?? 0;
    settled.set(facts.provider, (settled.get(facts.provider) ?? 0) + moved('payable/'));
    const rest = (left.get(facts.run_id) ?? 0) - moved('settled/');
    left.set(facts.run_id, rest);
    if (rest < 0) faults.push(`run ${facts.run_id} has spent ${-rest} msat more than its budget`);
  }
  return { settled, runs: left.size, faults };
}

/** Every payment of the ledger is one of the wallet, and the other way round. */
function faultsOfPayments(payouts: readonly Payout[], wallet: WalletBooks, payer: string): string[] {
  const faults: string[] = [];
  const decided = new Set(payouts.map(({ payment_hash }) => payment_hash));
  for (const asked of wallet.asked.values())
    if (asked.payer === payer && !decided.has(asked.hash)) faults.push(`nobody has decided to pay ${asked.hash} (I12)`);
  const known = new Set<string>();
  for (const { id, state, payment_hash: hash = '', preimage, amount_msat, fees_msat } of payouts) {
    const paid = wallet.paid.get(hash);
    if (state === 'failed' && paid !== undefined) faults.push(`LOST: payout ${id} has failed, and ${hash} was paid`);
    if (state !== 'settled') continue;
    known.add(hash);
    if (paid === undefined) faults.push(`payout ${id} is settled, and the wallet has not paid it`);
    else if (paid.amountMsat !== amount_msat || paid.feeMsat !== fees_msat)
      faults.push(
        `payout ${id} says ${amount_msat} + ${fees_msat} msat, the wallet ${paid.amountMsat} + ${paid.feeMsat}`,
      );
    if (preimage !== wallet.invoices.get(hash)?.preimage) faults.push(`payout ${id} has another preimage`);
  }
  for (const paid of wallet.paid.values())
    if (paid.payer === payer && !known.has(paid.hash))
      faults.push(`LOST: the wallet has paid ${paid.hash}, ${paid.amountMsat} msat, and no payout says so`);
  return faults;
}

function sumPaid(wallet: WalletBooks, payer: string): { paidMsat: number; feesMsat: number } {
  let [paidMsat, feesMsat] = [0, 0];
  for (const paid of wallet.paid.values()) {
    if (paid.payer !== payer) continue;
    paidMsat += paid.amountMsat;
    feesMsat += paid.feeMsat;
  }
  return { paidMsat, feesMsat };
}

/** Each provider was paid what runs have settled for it: no msat more, and none less. */
function faultsOfObligations(rows: Rows, settled: ReadonlyMap<string, number>, paidMsat: number): string[] {
  const faults: string[] = [];
  let sum = 0;
  for (const [provider, owed] of settled) {
    const paid = balanceOf(rows, paidAccount(provider));
    sum += owed;
    if (paid > owed) faults.push(`TWICE: ${provider} is owed ${owed} msat and was paid ${paid}`);
    if (paid < owed) faults.push(`${provider} is owed ${owed} msat and was paid ${paid}`);
  }
  if (sum !== paidMsat)
    faults.push(`${paidMsat > sum ? 'TWICE: ' : ''}${sum} msat are owed in all, ${paidMsat} were paid`);
  return faults;
}

/** What providers of a home have received, by their own books. */
export function receivedMsat(rows: Rows): number {
  return [...balancesWithin(rows, 'received/')].reduce((sum, [, msat]) => sum + msat, 0);
}

/** A provider has written down all that the wallet has for it, and nothing else. @param name of its connection */
export function faultsOfReceipts(name: string, received: number, wallet: WalletBooks): string[] {
  const paid = wallet.receivedMsat(walletClient(name));
  return paid === received ? [] : [`the wallet has ${paid} msat for ${name}, its books say ${received}`];
}

/** What a provider's books say of themselves: earned = received + due + disputed - advance. */
export function faultsOfEarnings(rows: Rows): string[] {
  const sum = (folder: string) => [...balancesWithin(rows, folder)].reduce((all, [, msat]) => all + msat, 0);
  const [earned, due, disputed, advance] = ['earned/', 'due/', 'disputed/', 'advance/'].map(sum) as [
    number,
    number,
    number,
    number,
  ];
  const balance = -earned - receivedMsat(rows) - due - disputed - advance;
  return balance === 0 ? [] : [`a provider's earnings do not balance by ${balance} msat`];
}

interface LedgerAtRest {
  readonly rows: Rows;
  readonly payouts: readonly Payout[];
  readonly settled: ReadonlyMap<string, number>;
  readonly runs: number;
  readonly faults: string[];
}

/** Reads a home's ledger, which no process may have open, and holds it against itself: everything must have been settled. */
async function ledgerAtRest(home: string): Promise<LedgerAtRest> {
  const store = await Store.open(homePaths.store(home));
  try {
    const book = await Book.open(store, () => 0); // folds all entries, and refuses where they do not balance
    const { rows } = book;
    const payouts = await payoutsOf(book, store, Number.MAX_SAFE_INTEGER);
    const { settled, runs, faults } = await spentBy(store);
    faults.push(...faultsOfRest(rows));
    for await (const run of store.keys(runsOfStatus('running'))) faults.push(`run ${run} has no end`);
    return { rows, payouts, settled, runs, faults };
  } finally {
    await store.close();
  }
}

/** A home that pays by the fake wallet. */
export async function audit({ home, payer, openedMs }: AuditedHome, walletLog: string): Promise<AuditResult> {
  const wallet = new WalletBooks(readWalletLog(walletLog));
  const { rows, payouts, settled, runs, faults } = await ledgerAtRest(home);
  const { paidMsat, feesMsat } = sumPaid(wallet, payer);
  faults.push(
    ...wallet.faults,
    ...faultsOfPayments(payouts, wallet, payer),
    ...faultsOfObligations(rows, settled, paidMsat),
  );
  if (balanceOf(rows, FEES) !== feesMsat)
    faults.push(`the wallet took ${feesMsat} msat of fees, the book says otherwise`);
  let [slowestMs, slowest] = [0, ''];
  for (const payout of payouts) {
    const ms = unknownMs(payout, wallet, openedMs);
    const { trouble } = wallet.asked.get(payout.payment_hash ?? '') ?? {};
    if (ms > slowestMs) [slowestMs, slowest] = [ms, `${payout.state}, ${trouble ?? 'never asked'}`];
    if (ms > RESOLVED_WITHIN_MS) faults.push(`payout ${payout.id} (${trouble}) was unknown for ${ms} ms`);
  }
  return { faults, runs, payouts: payouts.length, paidMsat, feesMsat, slowestMs, slowest };
}

/** A home that pays by its own hub, whose owner began with a gift. @param balanceMsat what the hub says is left of it */
export async function auditEmbedded(home: string, balanceMsat: number): Promise<AuditResult> {
  const { rows, payouts, settled, runs, faults } = await ledgerAtRest(home);
  const paidMsat = GIFT_MSAT - balanceMsat;
  faults.push(...faultsOfObligations(rows, settled, paidMsat), ...faultsOfEarnings(rows));
  const received = receivedMsat(rows);
  if (received !== paidMsat) faults.push(`${paidMsat} msat were paid, and the providers have received ${received}`);
  return { faults, runs, payouts: payouts.length, paidMsat, feesMsat: 0, slowestMs: 0, slowest: '' };
}
