// A ledger of a million entries: runs, payouts and invoices as years of use leave them, made by the book itself and
// written in large unsynced batches of the very rows it always writes. Made once, kept in bench/.data.
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { balanceOf, dueAccount, payableAccount } from '../ledger/book/accounts.ts';
import { Book, type Operation } from '../ledger/book/book.ts';
import { RunBudgets } from '../ledger/book/run-budgets.ts';
import { Store } from '../ledger/store/store.ts';
import { msat } from '../protocol/money.ts';
import { runIdOf } from '../test/support/traces.ts';

export const MILLION_ENTRIES = 1_000_000;

/** The name changes with what is made. */
const FOLDER = fileURLToPath(new URL('../../bench/.data/ledger-1m-v2', import.meta.url));
const BATCH = 500;
const QUERIES_OF_A_RUN = 60;
const RUNS_OF_A_PAYOUT = 3;
/** A payout's invoice and signed request are about so long. */
const INVOICE = `lnbcrt${'q'.repeat(300)}`;
const REQUEST = `{"content":"${'A'.repeat(700)}"}`;
const keyOf = (name: string) => createHash('sha256').update(name).digest('hex');
const PROVIDERS = Array.from({ length: 8 }, (_, index) => keyOf(`provider ${index}`));
const WALLET = keyOf('wallet');
const CUSTOMER = keyOf('customer');

class Writer {
  readonly #store: Store;
  readonly #book: Book;
  readonly #budgets: RunBudgets;
  #operations: Operation[] = [];

  constructor(store: Store, book: Book) {
    this.#store = store;
    this.#book = book;
    this.#budgets = new RunBudgets(book);
  }

  async write(): Promise<void> {
    for (let run = 0; this.#book.latestSeq < MILLION_ENTRIES; run++) {
      this.#run(runIdOf(run));
      this.#earn(run);
      if (run % RUNS_OF_A_PAYOUT === 0) for (const provider of PROVIDERS) this.#pay(provider, run);
      if (this.#operations.length >= BATCH) await this.#flush();
    }
    await this.#flush();
  }

  #run(runId: string): void {
    this.#add(this.#budgets.openRun(runId, msat(1_000_000), 10_000));
    for (let query = 0; query < QUERIES_OF_A_RUN; query++) {
      const queryId = `${query}.0`;
      const provider = PROVIDERS[query % PROVIDERS.length]!;
      this.#add(this.#budgets.reserve(runId, queryId, msat(5_000)));
      if (query % 10 === 9) this.#add(this.#budgets.release(runId, queryId));
      else this.#add(this.#budgets.settle(runId, queryId, provider, msat(4_000 + query)));
    }
    this.#add(this.#budgets.closeRun(runId));
  }

  #pay(provider: string, run: number): void {
    const payout_id = `${run}-${provider.slice(0, 8)}`;
    if (balanceOf(this.#book.rows, payableAccount(provider, runIdOf(run))) === 0) return;
    const preimage = keyOf(payout_id);
    const payment_hash = createHash('sha256').update(Buffer.from(preimage, 'hex')).digest('hex');
    const decision = { invoice: INVOICE, payment_hash, request: REQUEST, void_at: 1_800_000_000, wallet: WALLET };
    this.#add(this.#book.do(`plan/${payout_id}`, 'plan-payout', { payout_id, provider }));
    this.#add(this.#book.do(`send/${payout_id}`, 'send-payout', { payout_id, ...decision }));
    this.#add(this.#book.do(`settled/${payout_id}`, 'settle-payout', { payout_id, preimage, fees_msat: 10 }));
  }

  /** A provider's side: four jobs, one invoice. */
  #earn(run: number): void {
    const provider = PROVIDERS[0]!;
    const lines: [job: string, amount_msat: number, final: boolean][] = [];
    for (let index = 0; index < 4; index++) {
      const job = `${run}.${index}`;
      const claim = { provider, customer: CUSTOMER, job, request_id: keyOf(job), amount_msat: 100 };
      this.#add(this.#book.do(`claim/${job}`, 'claim', claim));
      lines.push([job, balanceOf(this.#book.rows, dueAccount(provider, CUSTOMER, job)), true]);
    }
    const bill = { bill_id: `${run}`, provider, customer: CUSTOMER, amount_msat: 400, lines };
    const invoice = { invoice: INVOICE, payment_hash: keyOf(`${run}`), expires_at: 1_800_000_000 };
    this.#add(this.#book.do(`bill/${run}`, 'bill', { ...bill, ...invoice }));
    this.#add(this.#book.do(`received/${run}`, 'receive', { bill_id: `${run}` }));
  }

  #add(operation: Operation): void {
    this.#book.handOver(operation);
    this.#operations.push(operation);
  }

  async #flush(): Promise<void> {
    const operations = this.#operations;
    this.#operations = [];
    await this.#store.write(this.#book.rowsOf(operations), { sync: false });
    this.#book.stored(operations);
  }
}

/** The folder of its store. */
export async function millionEntries(): Promise<string> {
  if (existsSync(FOLDER)) return FOLDER;
  console.error('making a ledger of a million entries');
  const made = `${FOLDER}.part`;
  await rm(made, { recursive: true, force: true });
  await mkdir(made, { recursive: true });
  const store = await Store.open(made);
  await new Writer(store, await Book.open(store, () => 1_700_000_000_000)).write();
  await store.close();
  await rename(made, FOLDER);
  return FOLDER;
}
