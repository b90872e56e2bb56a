// One customer's wallet at the memory bank: the Wallet port without a wire.
import type { Random } from '../../conductor/ports.ts';
import type {
  InvoiceWanted,
  PreparedPayment,
  Transaction,
  Wallet,
  WalletNotification,
} from '../../node/wallet/port.ts';
import { PylonError } from '../../protocol/errors.ts';
import { type Msat, satsToMsat, ZERO_MSAT } from '../../protocol/money.ts';
import { WALLET_METHODS } from '../../protocol/wallet/methods.ts';
import { MemoryBank, paymentHashOf } from './memory-bank.ts';

/** As many as NIP-47 names; more are asked for page by page. */
const LIST_DEFAULT = 50;

export class MemoryWallet implements Wallet {
  /** No service keeps it: the bank stands for one. */
  readonly id = 'b'.repeat(64);
  readonly #bank: MemoryBank;
  readonly #random: Random;
  readonly account: string;

  constructor(bank: MemoryBank, account: string, random: Random) {
    this.#bank = bank;
    this.account = account;
    this.#random = random;
  }

  async getInfo() {
    const notifications = ['payment_received', 'payment_sent', 'hold_invoice_accepted'];
    const methods = [...WALLET_METHODS];
    return { alias: 'memory', pubkey: this.account, network: 'regtest' as const, methods, notifications };
  }

  async getBalance(): Promise<Msat> {
    return this.#bank.balance(this.account);
  }

  async makeInvoice(wanted: InvoiceWanted): Promise<Transaction> {
    return this.#bank.invoice(this.account, wanted);
  }

  preparePayment({ invoice, amountMsat, expiresAt }: { invoice: string; amountMsat?: Msat; expiresAt: number }) {
    const id = Buffer.from(this.#random.bytes(32)).toString('hex');
    return { id, text: JSON.stringify({ invoice, amountMsat }), expiresAt };
  }

  async pay({ text, expiresAt }: PreparedPayment) {
    if (expiresAt <= this.#bank.nowSeconds()) throw new PylonError('wallet-timeout');
    const { invoice, amountMsat } = JSON.parse(text) as { invoice: string; amountMsat?: Msat };
    return this.#bank.pay(this.account, invoice, amountMsat);
  }

  async payKeysend(payment: { amountMsat: Msat; pubkey: string; preimage?: string }) {
    const preimage = payment.preimage ?? Buffer.from(this.#random.bytes(32)).toString('hex');
    return this.#bank.keysend(this.account, payment.pubkey, payment.amountMsat, preimage);
  }

  async lookupInvoice(wanted: { paymentHash: string } | { invoice: string }): Promise<Transaction> {
    const hash = 'invoice' in wanted ? paymentHashOf(wanted.invoice) : wanted.paymentHash;
    return this.#bank.lookup(this.account, hash);
  }

  async listTransactions(filter: Parameters<Wallet['listTransactions']>[0] = {}): Promise<readonly Transaction[]> {
    const {
      from = 0,
      until = Number.MAX_SAFE_INTEGER,
      limit = LIST_DEFAULT,
      offset = 0,
      unpaid = false,
      type,
    } = filter;
    return this.#bank
      .transactions(this.account)
      .filter(({ createdAt }) => createdAt >= from && createdAt <= until)
      .filter((one) => type === undefined || one.type === type)
      .filter(({ state }) => unpaid || state === 'settled')
      .slice(offset, offset + limit);
  }

  async makeHoldInvoice(wanted: InvoiceWanted & { readonly paymentHash: string }): Promise<Transaction> {
    return this.#bank.invoice(this.account, wanted, { paymentHash: wanted.paymentHash });
  }

  async settleHoldInvoice(preimage: string): Promise<void> {
    this.#bank.settleHold(this.account, preimage);
  }

  async cancelHoldInvoice(paymentHash: string): Promise<void> {
    this.#bank.cancelHold(this.account, paymentHash);
  }

  subscribe(listener: (notification: WalletNotification) => void): () => void {
    return this.#bank.subscribe(this.account, listener);
  }

  async close(): Promise<void> {}
}

/** Two customers of one bank, the first with the money. */
export function memoryWallets(random: Random, nowSeconds = () => Math.floor(Date.now() / 1_000)) {
  const bank = new MemoryBank({ random, nowSeconds });
  const payer = new MemoryWallet(bank, bank.open(satsToMsat(1_000)), random);
  const payee = new MemoryWallet(bank, bank.open(ZERO_MSAT), random);
  return { bank, payer, payee, nowSeconds };
}
