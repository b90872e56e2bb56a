// `pylon ledger verify`: the books folded anew, and held against what others know of the same money: the wallet of each
// payment (I10), the hub's own books, and what the providers of this home received.
import { balancesWithin, paidAccount } from '../../ledger/book/accounts.ts';
import type { Book } from '../../ledger/book/book.ts';
import type { Payout } from '../../ledger/book/entry.ts';
import { payoutsOf } from '../../ledger/book/report.ts';
import { verifyBook } from '../../ledger/book/verify.ts';
import type { Store } from '../../ledger/store/store.ts';
import { toPylonError } from '../../protocol/errors.ts';
import type { LedgerCheck, LedgerVerdict } from '../../protocol/money-report.ts';
import { accountOfProvider } from './bank.ts';
import type { Purse, Treasury } from './treasury.ts';

export interface Verified {
  readonly book: Book;
  readonly store: Store | undefined;
  readonly treasury: Treasury;
}

/** Payments looked up in the wallet: the latest; an older one has been looked up by an earlier verification. */
const LOOKUPS_MAX = 1_000;

type Finding = Omit<LedgerCheck, 'check'>;

/** What a check finds, if it applies. A wallet that does not answer confirms nothing: that is a fault, too. */
async function checked(check: string, work: () => Promise<Finding | undefined>): Promise<LedgerCheck[]> {
  try {
    const finding = await work();
    return finding === undefined ? [] : [{ check, ...finding }];
  } catch (thrown) {
    const { code, message } = toPylonError(thrown);
    return [{ check, ok: false, detail: `${code}: ${message}` }];
  }
}

/** Every payment the book calls settled, the wallet calls so too, with the same preimage. */
async function comparePayments(payouts: readonly Payout[], { wallet }: Purse): Promise<Finding> {
  const faults: string[] = [];
  const own = payouts.filter(({ state, wallet: asked }) => state === 'settled' && asked === wallet.id);
  for (const { id, payment_hash: paymentHash = '', preimage, amount_msat } of own) {
    const transaction = await wallet.lookupInvoice({ paymentHash });
    const agrees =
      transaction.state === 'settled' && transaction.preimage === preimage && transaction.amountMsat === amount_msat;
    if (!agrees) faults.push(id);
  }
  const detail =
    faults.length === 0
      ? `${own.length} payments, each settled in the wallet with the same amount and preimage`
      : `the wallet tells otherwise of payout ${faults.join(', ')}`;
  return { ok: faults.length === 0, detail };
}

/** What was paid to a provider of this home is what it received, and what its account in the hub holds. */
async function compareProviders({ book, treasury }: Verified): Promise<Finding> {
  const bank = await treasury.bank();
  const received = new Map<string, number>();
  for (const [account, msat] of balancesWithin(book.rows, 'received/')) {
    const [, provider = ''] = account.split('/');
    received.set(provider, (received.get(provider) ?? 0) + msat);
  }
  const faults: string[] = [];
  let sum = 0;
  for (const [provider, earned] of received) {
    const paid = [...balancesWithin(book.rows, paidAccount(provider))].reduce((total, [, msat]) => total + msat, 0);
    const held = await bank.balanceMsat(accountOfProvider(provider));
    sum += earned;
    if (held > 0 && (paid !== earned || held !== earned))
      faults.push(`${provider}: paid ${paid}, received ${earned}, in the hub ${held} msat`);
  }
  const detail =
    faults.length === 0 ? `${received.size} providers of this home, ${sum} msat in all three` : faults.join('; ');
  return { ok: faults.length === 0, detail };
}

/** The books of this home: folded afresh, and the same on disk and in memory. */
async function compareBook(store: Store, book: Book): Promise<Finding> {
  const { entries, accounts, holds, faults } = await verifyBook(store, book);
  const detail =
    faults.length === 0
      ? `${entries} entries folded anew give these ${accounts} accounts, ${holds} holds`
      : faults.join('; ');
  return { ok: faults.length === 0, detail };
}

/** A fault is told, never thrown. */
export async function verifyMoney(parts: Verified): Promise<LedgerVerdict> {
  const { book, store, treasury } = parts;
  const payouts = await payoutsOf(book, store, LOOKUPS_MAX);
  const comparedWith = (check: string, purseOf: () => Promise<Purse | undefined>) =>
    checked(check, async () => {
      const purse = await purseOf();
      return purse === undefined ? undefined : comparePayments(payouts, purse);
    });
  const hasPaid = payouts.some(({ state }) => state === 'settled');
  const checks = [
    ...(store === undefined ? [] : await checked('books of this home', () => compareBook(store, book))),
    ...(await checked('books of the hub', async () => {
      await (await treasury.bank()).verify();
      return { ok: true, detail: 'every operation sums to zero, no account is below zero' };
    })),
    ...(hasPaid ? await comparedWith('payments by the hub', () => treasury.hubPurse()) : []),
    ...(hasPaid ? await comparedWith('payments by the connected wallet', () => treasury.connectedPurse()) : []),
    ...(await checked('earnings', () => compareProviders(parts))),
  ];
  return { ok: checks.every(({ ok }) => ok), checks };
}
