// A wallet in front of a real one: counts what it is asked, and can be told to be gone, to hang, to tell nothing by
// itself, to deny invoices it knows, or to call one settled.
import type { InvoiceWanted, Transaction, Wallet, WalletNotification } from '../../node/wallet/port.ts';
import { type ErrorCode, PylonError } from '../../protocol/errors.ts';

type Looked = Parameters<Wallet['lookupInvoice']>[0];

export class WatchedWallet implements Wallet {
  readonly id: string;
  /** Payment hashes, in order. */
  readonly looked: string[] = [];
  made = 0;
  /** What every question is answered with. */
  fails: ErrorCode | undefined;
  /** Questions are answered only when the hanging ends, and then by a timeout. */
  hangs = false;
  /** Notifications are lost. */
  isMute = false;
  /** What lookups say, whatever is true, by payment hash. */
  readonly says = new Map<string, Partial<Transaction> | ErrorCode>();
  readonly #wallet: Wallet;
  readonly #listeners = new Set<(notification: WalletNotification) => void>();
  readonly #hanging: ((error: PylonError) => void)[] = [];

  constructor(wallet: Wallet) {
    this.#wallet = wallet;
    this.id = wallet.id;
    wallet.subscribe((notification) => {
      if (!this.isMute) this.notify(notification);
    });
  }

  endHanging(): void {
    this.hangs = false;
    for (const reject of this.#hanging.splice(0)) reject(new PylonError('wallet-timeout'));
  }

  /** Tells the listeners, whether it is true or not. */
  notify(notification: WalletNotification): void {
    for (const listener of this.#listeners) listener(notification);
  }

  get listeners(): number {
    return this.#listeners.size;
  }

  async makeInvoice(wanted: InvoiceWanted): Promise<Transaction> {
    this.made += 1;
    await this.#trouble();
    return this.#wallet.makeInvoice(wanted);
  }

  async lookupInvoice(wanted: Looked): Promise<Transaction> {
    const hash = 'paymentHash' in wanted ? wanted.paymentHash : '';
    this.looked.push(hash);
    await this.#trouble();
    const said = this.says.get(hash);
    if (typeof said === 'string') throw new PylonError(said);
    return { ...(await this.#wallet.lookupInvoice(wanted)), ...said };
  }

  async getInfo() {
    await this.#trouble();
    return this.#wallet.getInfo();
  }

  subscribe(listener: (notification: WalletNotification) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  getBalance = () => this.#wallet.getBalance();
  preparePayment: Wallet['preparePayment'] = (payment) => this.#wallet.preparePayment(payment);
  pay: Wallet['pay'] = (prepared) => this.#wallet.pay(prepared);
  payKeysend: Wallet['payKeysend'] = (payment) => this.#wallet.payKeysend(payment);
  listTransactions: Wallet['listTransactions'] = (filter) => this.#wallet.listTransactions(filter);
  makeHoldInvoice: Wallet['makeHoldInvoice'] = async (wanted) => {
    this.made += 1;
    await this.#trouble();
    return this.#wallet.makeHoldInvoice(wanted);
  };
  settleHoldInvoice: Wallet['settleHoldInvoice'] = async (preimage) => {
    await this.#trouble();
    return this.#wallet.settleHoldInvoice(preimage);
  };
  cancelHoldInvoice: Wallet['cancelHoldInvoice'] = async (hash) => {
    await this.#trouble();
    return this.#wallet.cancelHoldInvoice(hash);
  };
  close = () => this.#wallet.close();

  #trouble(): Promise<void> {
    if (this.hangs) return new Promise((_resolve, reject) => this.#hanging.push(reject));
    return this.fails === undefined ? Promise.resolve() : Promise.reject(new PylonError(this.fails));
  }
}
