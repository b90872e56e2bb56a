// One provider's part of the book: its standings and bills, and the way its operations become durable. Several providers
// of a home share one book; every fact names its provider.
import type { Book, Operation } from '../../../ledger/book/book.ts';
import type { Bill, EntryKind, Facts } from '../../../ledger/book/entry.ts';
import { findBill, findBillByHash, openBills, type Standing, standingOf } from '../../../ledger/book/receivables.ts';

export interface BillingBookInit {
  /** Hex key. */
  readonly provider: string;
  readonly book: Book;
  /** Makes an operation durable: the journal's. */
  readonly post: (operation: Operation) => Promise<void>;
}

export class BillingBook {
  readonly provider: string;
  readonly #book: Book;
  readonly #post: (operation: Operation) => Promise<void>;
  readonly #writing = new Set<Promise<void>>();

  constructor({ provider, book, post }: BillingBookInit) {
    this.provider = provider;
    this.#book = book;
    this.#post = post;
  }

  standing(customer: string): Standing {
    return standingOf(this.#book.rows, this.provider, customer);
  }

  /** Ids of one customer's bills, and of all customers', begin so. */
  billId(customer: string, name: string): string {
    return `${this.#billsOf(customer)}${name}`;
  }

  bill(id: string): Bill | undefined {
    return findBill(this.#book.rows, id);
  }

  /** Also one that was paid or has expired; not one in escrow. */
  billByHash(paymentHash: string): Bill | undefined {
    const bill = findBillByHash(this.#book.rows, paymentHash);
    return bill?.provider === this.provider && bill.escrow === undefined ? bill : undefined;
  }

  /** Bills that may still be paid, of one customer or of all; none in escrow. */
  openBills(customer?: string): Bill[] {
    return this.#openBills(customer).filter(({ escrow }) => escrow === undefined);
  }

  /** Hold invoices of which it is not known yet whether their money was taken or went back. */
  openEscrows(): Bill[] {
    return this.#openBills().filter(({ escrow }) => escrow !== undefined);
  }

  /** How many entries the book has: no two operations see the same number. */
  get latestSeq(): number {
    return this.#book.latestSeq;
  }

  /**
   * Does it at once where the book is sound, after it was read again where a write had failed; resolves when it is durable.
   * @throws PylonError `store-failed` | `ledger-conflict` | `internal`
   */
  write<Kind extends EntryKind>(id: string, kind: Kind, facts: Facts<Kind>): Promise<void> {
    const writing = this.#write(id, kind, facts);
    this.#writing.add(writing);
    const forget = () => this.#writing.delete(writing);
    writing.then(forget, forget);
    return writing;
  }

  /** Resolves when nothing is being written. */
  async settled(): Promise<void> {
    while (this.#writing.size > 0) await Promise.allSettled(this.#writing);
  }

  async #write<Kind extends EntryKind>(id: string, kind: Kind, facts: Facts<Kind>): Promise<void> {
    if (this.#book.fault !== undefined) await this.#book.recover();
    await this.#post(this.#book.do(id, kind, facts));
  }

  #openBills(customer?: string): Bill[] {
    const prefix = customer === undefined ? `bill/${this.provider}/` : this.#billsOf(customer);
    return [...openBills(this.#book.rows, prefix)];
  }

  #billsOf(customer: string): string {
    return `bill/${this.provider}/${customer}/`;
  }
}
