// A small honest bank: accounts in msat, money only ever moved from one to another, real lnbcrt invoices. What the
// wallet conformance suite is true of without any wire; the wallets of its customers are memory-wallet.ts.
import { createHash } from 'node:crypto';
import type { Random } from '../../conductor/ports.ts';
import type { InvoiceWanted, PaymentProof, Transaction, WalletNotification } from '../../node/wallet/port.ts';
import { PylonError, toPylonError } from '../../protocol/errors.ts';
import { decodeInvoice, encodeInvoice } from '../../protocol/invoice.ts';
import { addMsat, type Msat, subtractMsat, ZERO_MSAT } from '../../protocol/money.ts';

const EXPIRY_SECONDS = 3_600;

/** An invoice and what became of it; `payer` is set once its money has left the payer's account. */
interface Bill {
  readonly payee: string;
  readonly invoice: string;
  readonly paymentHash: string;
  readonly amountMsat: Msat | undefined;
  readonly description: string;
  readonly createdAt: number;
  readonly expiresAt: number;
  readonly isHold: boolean;
  /** Its invoice is nobody's business. */
  isKeysend: boolean;
  preimage?: string;
  state: 'open' | 'held' | 'settled' | 'cancelled';
  payer?: string;
  paidMsat: Msat;
  paidAt: number;
  settledAt?: number;
  proof?: Promise<PaymentProof>;
  conclude?: { resolve(proof: PaymentProof): void; reject(error: PylonError): void };
}

function sha256(hex: string): string {
  return createHash('sha256').update(Buffer.from(hex, 'hex')).digest('hex');
}

/** Of an invoice, in a wallet's own words. */
export function paymentHashOf(invoice: string): string {
  try {
    return decodeInvoice(invoice).paymentHash;
  } catch (thrown) {
    throw new PylonError('wallet-other', { reason: toPylonError(thrown).reason });
  }
}

export class MemoryBank {
  /** Of the bank's node, which signs its invoices. */
  readonly #secret: Uint8Array;
  readonly #random: Random;
  readonly nowSeconds: () => number;
  readonly #balances = new Map<string, Msat>();
  readonly #bills = new Map<string, Bill>();
  readonly #listeners = new Map<string, Set<(notification: WalletNotification) => void>>();
  #heldMsat = ZERO_MSAT;

  constructor({ random, nowSeconds }: { random: Random; nowSeconds: () => number }) {
    this.#random = random;
    this.nowSeconds = nowSeconds;
    this.#secret = random.bytes(32);
  }

  /** @returns the account's name, which is the key that keysend finds it by (33 bytes, hex) */
  open(amountMsat: Msat): string {
    const account = `02${Buffer.from(this.#random.bytes(32)).toString('hex')}`;
    this.#balances.set(account, amountMsat);
    this.#listeners.set(account, new Set());
    return account;
  }

  balance(account: string): Msat {
    return this.#balances.get(account) ?? ZERO_MSAT;
  }

  /** Of all accounts and of what waits between two of them: the same for ever. */
  totalMsat(): Msat {
    return [...this.#balances.values()].reduce(addMsat, this.#heldMsat);
  }

  /** @param hold somebody else's hash: paid money waits for its preimage */
  invoice(payee: string, wanted: InvoiceWanted, hold?: { paymentHash: string }): Transaction {
    const preimage = Buffer.from(this.#random.bytes(32)).toString('hex');
    return this.#issue(payee, wanted, hold ?? { paymentHash: sha256(preimage), preimage });
  }

  #issue(payee: string, wanted: InvoiceWanted, lock: { paymentHash: string; preimage?: string }): Transaction {
    const { paymentHash } = lock;
    if (this.#bills.has(paymentHash)) throw new PylonError('wallet-other', { reason: 'the payment hash is in use' });
    const createdAt = this.nowSeconds();
    const { amountMsat, description = '', expirySeconds = EXPIRY_SECONDS } = wanted;
    const parts = {
      network: 'regtest' as const,
      ...(amountMsat === 0 ? {} : { amountMsat }),
      paymentHash,
      paymentSecret: Buffer.from(this.#random.bytes(32)).toString('hex'),
      description,
      createdAt,
      expirySeconds,
    };
    const bill: Bill = {
      payee,
      invoice: encodeInvoice(parts, this.#secret),
      paymentHash,
      amountMsat: amountMsat === 0 ? undefined : amountMsat,
      description,
      createdAt,
      expiresAt: createdAt + expirySeconds,
      isHold: lock.preimage === undefined,
      isKeysend: false,
      ...(lock.preimage === undefined ? {} : { preimage: lock.preimage }),
      state: 'open',
      paidMsat: ZERO_MSAT,
      paidAt: 0,
    };
    this.#bills.set(paymentHash, bill);
    return this.#seenBy(bill, payee);
  }

  /** Pays once: asked again for the same invoice it gives the same answer. */
  async pay(payer: string, text: string, amountMsat?: Msat): Promise<PaymentProof> {
    const bill = this.#bills.get(paymentHashOf(text));
    if (bill === undefined) throw new PylonError('wallet-payment-failed', { reason: 'no way to the payee' });
    if (bill.payer === payer && bill.proof !== undefined && bill.state !== 'cancelled') return bill.proof;
    if (bill.state !== 'open') throw new PylonError('wallet-payment-failed', { reason: 'the invoice is not open' });
    if (bill.expiresAt <= this.nowSeconds()) {
      throw new PylonError('wallet-payment-failed', { reason: 'the invoice has expired' });
    }
    const amount = bill.amountMsat ?? amountMsat;
    if (amount === undefined || (amountMsat ?? amount) !== amount)
      throw new PylonError('wallet-other', { reason: 'the amount is not that of the invoice' });
    this.#debit(payer, amount);
    bill.payer = payer;
    bill.paidMsat = amount;
    bill.paidAt = this.nowSeconds();
    bill.state = 'held';
    bill.proof = new Promise((resolve, reject) => {
      bill.conclude = { resolve, reject };
    });
    if (bill.preimage !== undefined) this.#settle(bill, bill.preimage);
    else this.#tell(bill.payee, 'hold_invoice_accepted', bill);
    return bill.proof;
  }

  keysend(payer: string, payee: string, amountMsat: Msat, preimage: string): Promise<PaymentProof> {
    if (!this.#balances.has(payee)) throw new PylonError('wallet-payment-failed', { reason: 'no way to the payee' });
    if (this.balance(payer) < amountMsat) throw new PylonError('wallet-insufficient-balance');
    const paymentHash = sha256(preimage);
    const { invoice } = this.#issue(payee, { amountMsat }, { paymentHash, preimage });
    (this.#bills.get(paymentHash) as Bill).isKeysend = true;
    return this.pay(payer, invoice as string);
  }

  settleHold(payee: string, preimage: string): void {
    const bill = this.#ownHold(payee, sha256(preimage));
    if (bill.state !== 'held') throw new PylonError('wallet-other', { reason: 'the invoice is not paid' });
    this.#settle(bill, preimage);
  }

  cancelHold(payee: string, paymentHash: string): void {
    const bill = this.#ownHold(payee, paymentHash);
    if (bill.state !== 'open' && bill.state !== 'held')
      throw new PylonError('wallet-other', { reason: 'the invoice is settled or cancelled' });
    const wasHeld = bill.state === 'held';
    bill.state = 'cancelled';
    if (!wasHeld) return;
    this.#heldMsat = subtractMsat(this.#heldMsat, bill.paidMsat);
    this.#credit(bill.payer as string, bill.paidMsat);
    bill.conclude?.reject(new PylonError('wallet-payment-failed', { reason: 'the payee cancelled it' }));
  }

  lookup(account: string, paymentHash: string): Transaction {
    const bill = this.#bills.get(paymentHash);
    if (bill === undefined || (bill.payee !== account && bill.payer !== account))
      throw new PylonError('wallet-not-found');
    return this.#seenBy(bill, account);
  }

  transactions(account: string): Transaction[] {
    const bills = [...this.#bills.values()].filter(({ payer, payee }) => payer === account || payee === account);
    return bills.map((bill) => this.#seenBy(bill, account)).reverse();
  }

  subscribe(account: string, listener: (notification: WalletNotification) => void): () => void {
    this.#listeners.get(account)?.add(listener);
    return () => this.#listeners.get(account)?.delete(listener);
  }

  #ownHold(payee: string, paymentHash: string): Bill {
    const bill = this.#bills.get(paymentHash);
    if (bill === undefined || bill.payee !== payee || !bill.isHold) throw new PylonError('wallet-not-found');
    return bill;
  }

  #debit(account: string, amountMsat: Msat): void {
    const balance = this.balance(account);
    if (balance < amountMsat) throw new PylonError('wallet-insufficient-balance');
    this.#balances.set(account, subtractMsat(balance, amountMsat));
    this.#heldMsat = addMsat(this.#heldMsat, amountMsat);
  }

  #credit(account: string, amountMsat: Msat): void {
    this.#balances.set(account, addMsat(this.balance(account), amountMsat));
  }

  #settle(bill: Bill, preimage: string): void {
    bill.preimage = preimage;
    bill.state = 'settled';
    bill.settledAt = this.nowSeconds();
    this.#heldMsat = subtractMsat(this.#heldMsat, bill.paidMsat);
    this.#credit(bill.payee, bill.paidMsat);
    bill.conclude?.resolve({ preimage, feesPaidMsat: ZERO_MSAT });
    this.#tell(bill.payee, 'payment_received', bill);
    this.#tell(bill.payer as string, 'payment_sent', bill);
  }

  #tell(account: string, type: WalletNotification['type'], bill: Bill): void {
    const transaction = this.#seenBy(bill, account);
    for (const listener of this.#listeners.get(account) ?? []) listener({ type, transaction });
  }

  #seenBy(bill: Bill, account: string): Transaction {
    const isPayee = bill.payee === account;
    const isOver = bill.state === 'open' && bill.expiresAt <= this.nowSeconds();
    const ends = { open: isOver ? 'expired' : 'pending', settled: 'settled', cancelled: 'failed' } as const;
    const state = bill.state === 'held' ? (isPayee ? 'accepted' : 'pending') : ends[bill.state];
    const settled = { preimage: bill.preimage as string, settledAt: bill.settledAt as number };
    return {
      type: isPayee ? 'incoming' : 'outgoing',
      state,
      ...(bill.isKeysend ? {} : { invoice: bill.invoice }),
      ...(bill.description === '' ? {} : { description: bill.description }),
      paymentHash: bill.paymentHash,
      amountMsat: bill.amountMsat ?? bill.paidMsat,
      feesPaidMsat: ZERO_MSAT,
      createdAt: isPayee ? bill.createdAt : bill.paidAt,
      expiresAt: bill.expiresAt,
      ...(state === 'settled' ? settled : {}),
    };
  }
}
