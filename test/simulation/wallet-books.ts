// What follows from the fake wallet's log: which invoices there are, what was asked, what was paid, and what a lookup
// tells whom at what time. The same fold serves the wallet itself and whoever audits it.
import type { Transaction } from '../../node/wallet/port.ts';
import { msat } from '../../protocol/money.ts';
import type { Entry, WalletEntry } from './wallet-log.ts';
import { conductOf } from './wallet-troubles.ts';

/** What the payers have together, msat: more than any simulation spends. */
export const FUNDS_MSAT = 1_000_000_000_000;

export class WalletBooks {
  readonly invoices = new Map<string, Entry<'invoice'>>();
  /** By payment hash: the first request counts. */
  readonly asked = new Map<string, Entry<'asked'>>();
  readonly paid = new Map<string, Entry<'paid'>>();
  /** Ids of request events that were taken. */
  readonly requests = new Set<string>();
  /** Times at which a process of it began to serve. */
  readonly ups: number[] = [];
  /** What must never be in a log. */
  readonly faults: string[] = [];

  constructor(entries: readonly WalletEntry[] = []) {
    for (const entry of entries) this.take(entry);
  }

  take(entry: WalletEntry): void {
    if (entry.what === 'up') this.ups.push(entry.atMs);
    else if (entry.what === 'invoice') this.invoices.set(entry.hash, entry);
    else if (entry.what === 'asked') this.#takeAsked(entry);
    else this.#takePaid(entry);
  }

  #takeAsked(entry: Entry<'asked'>): void {
    if (this.requests.has(entry.request)) this.faults.push(`request ${entry.request} was taken twice`);
    this.requests.add(entry.request);
    if (this.asked.has(entry.hash)) this.faults.push(`the payment of ${entry.hash} was asked for twice`);
    else this.asked.set(entry.hash, entry);
  }

  #takePaid(entry: Entry<'paid'>): void {
    if (this.paid.has(entry.hash)) this.faults.push(`${entry.hash} was paid twice`);
    const expiresMs = this.invoices.get(entry.hash)?.expiresMs ?? 0;
    if (entry.atMs >= expiresMs) this.faults.push(`${entry.hash} was paid after it had expired`);
    this.paid.set(entry.hash, entry);
  }

  balanceMsat(client: string): number {
    let balance = 0;
    for (const { payer, payee, amountMsat, feeMsat } of this.paid.values()) {
      if (payee === client) balance += amountMsat;
      if (payer === client) balance -= amountMsat + feeMsat;
    }
    return balance;
  }

  receivedMsat(payee: string): number {
    let received = 0;
    for (const paid of this.paid.values()) if (paid.payee === payee) received += paid.amountMsat;
    return received;
  }

  /** What a lookup tells; undefined is NOT_FOUND. */
  tells(client: string, hash: string, nowMs: number): Transaction | undefined {
    const invoice = this.invoices.get(hash);
    if (invoice === undefined) return undefined;
    return invoice.payee === client ? this.#incoming(invoice, nowMs) : this.#outgoing(client, invoice, nowMs);
  }

  #incoming(invoice: Entry<'invoice'>, nowMs: number): Transaction {
    const paid = this.paid.get(invoice.hash);
    if (paid === undefined) {
      const state = nowMs >= invoice.expiresMs ? 'expired' : 'pending';
      return { ...facts(invoice), type: 'incoming', state, feesPaidMsat: msat(0) };
    }
    const settledAt = Math.floor(paid.atMs / 1_000);
    const { preimage } = invoice;
    return { ...facts(invoice), type: 'incoming', state: 'settled', feesPaidMsat: msat(0), preimage, settledAt };
  }

  #outgoing(client: string, invoice: Entry<'invoice'>, nowMs: number): Transaction | undefined {
    const asked = this.asked.get(invoice.hash);
    if (asked === undefined || asked.payer !== client) return undefined;
    const paid = this.paid.get(invoice.hash);
    const lookups = nowMs < asked.visibleAtMs ? conductOf(asked.trouble).lookups : this.#truth(asked, invoice, nowMs);
    if (lookups === 'not found') return undefined;
    const known = { ...facts(invoice), type: 'outgoing' as const, feesPaidMsat: msat(paid?.feeMsat ?? 0) };
    if (lookups !== 'settled') return { ...known, state: lookups };
    return { ...known, state: 'settled', preimage: invoice.preimage, settledAt: Math.floor((paid?.atMs ?? 0) / 1_000) };
  }

  #truth({ trouble, payAtMs }: Entry<'asked'>, { hash, expiresMs }: Entry<'invoice'>, nowMs: number) {
    if (this.paid.has(hash)) return 'settled';
    if (payAtMs !== undefined && nowMs < expiresMs) return 'pending';
    return conductOf(trouble).lookups === 'not found' ? 'not found' : 'failed';
  }
}

function facts({ invoice, hash, amountMsat, createdMs, expiresMs }: Entry<'invoice'>) {
  return {
    invoice,
    paymentHash: hash,
    amountMsat: msat(amountMsat),
    createdAt: Math.floor(createdMs / 1_000),
    expiresAt: Math.floor(expiresMs / 1_000),
  };
}
