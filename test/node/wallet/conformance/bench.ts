// What the checks of the wallet conformance suite share: two wallets that can pay one another, and short words for
// what every check does with them.
import { createHash, randomBytes } from 'node:crypto';
import type { Test } from 'tap';
import type {
  InvoiceWanted,
  PaymentProof,
  Transaction,
  Wallet,
  WalletNotification,
} from '../../../../node/wallet/port.ts';
import { PylonError } from '../../../../protocol/errors.ts';
import { type Msat, msat } from '../../../../protocol/money.ts';
import { eventually } from '../../../support/swarm.ts';

/** What a wallet may lack and still be one; the checks that need it are left out. */
export type Feature = 'hold' | 'keysend' | 'keysend lookup' | 'notifications';

export interface WalletsUnderTest {
  /** Has at least 1,000,000 msat. */
  readonly payer: Wallet;
  /** Another account, which the payer's wallet can pay without a fee. */
  readonly payee: Wallet;
  /** The wallets' own time, unix seconds. */
  readonly nowSeconds: () => number;
  readonly lacks?: ReadonlySet<Feature>;
}

export const FUNDS_MSAT = msat(1_000_000);

export type Check = (t: Test, bench: Bench) => Promise<void>;
export interface Checks {
  readonly needs?: Feature;
  readonly checks: Readonly<Record<string, Check>>;
}

/** A preimage and its hash, hex. */
export function lock(): { preimage: string; paymentHash: string } {
  const preimage = randomBytes(32);
  return { preimage: preimage.toString('hex'), paymentHash: hashOf(preimage.toString('hex')) };
}

export function hashOf(preimage: string): string {
  return createHash('sha256').update(Buffer.from(preimage, 'hex')).digest('hex');
}

export class Bench {
  readonly payer: Wallet;
  readonly payee: Wallet;
  readonly #wallets: WalletsUnderTest;

  constructor(wallets: WalletsUnderTest) {
    this.payer = wallets.payer;
    this.payee = wallets.payee;
    this.#wallets = wallets;
  }

  get nowSeconds(): number {
    return this.#wallets.nowSeconds();
  }

  /** The payee's invoice. */
  async invoice(amountMsat: number, wanted: Partial<InvoiceWanted> = {}): Promise<Transaction & { invoice: string }> {
    const made = await this.payee.makeInvoice({ amountMsat: msat(amountMsat), ...wanted });
    if (made.invoice === undefined) throw new Error('the wallet made no invoice');
    return { ...made, invoice: made.invoice };
  }

  /** Pays from the payer's wallet, by a request that holds for a minute. */
  pay(invoice: string, amountMsat?: Msat): Promise<PaymentProof> {
    const expiresAt = this.nowSeconds + 60;
    return this.payer.pay(
      this.payer.preparePayment({ invoice, expiresAt, ...(amountMsat === undefined ? {} : { amountMsat }) }),
    );
  }

  async balances(): Promise<[payer: Msat, payee: Msat]> {
    return [await this.payer.getBalance(), await this.payee.getBalance()];
  }

  /** What came into the payee's wallet while this was done; what left the payer's must be the same. */
  async moved(t: Test, action: () => Promise<unknown>): Promise<number> {
    const before = await this.balances();
    await action();
    const after = await this.balances();
    t.equal(before[0] - after[0], after[1] - before[1], 'what leaves one wallet arrives in the other');
    return after[1] - before[1];
  }

  /** The code a promise fails with; nothing must move meanwhile. */
  async refused(t: Test, action: () => Promise<unknown>, codes: RegExp): Promise<void> {
    const before = await this.balances();
    const error = await action().then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    t.ok(error instanceof PylonError, 'it is refused');
    t.match((error as PylonError | undefined)?.code, codes);
    t.same(await this.balances(), before, 'and no money moved');
  }

  /** Notifications of a wallet from now on, until the test ends. */
  listen(t: Test, wallet: Wallet): WalletNotification[] {
    const heard: WalletNotification[] = [];
    t.teardown(wallet.subscribe((notification) => heard.push(notification)));
    return heard;
  }

  /** Waits until the transaction looks so to this wallet. */
  async becomes(wallet: Wallet, paymentHash: string, state: Transaction['state']): Promise<Transaction> {
    for (let attempt = 0; attempt < 1_000; attempt++) {
      const transaction = await wallet.lookupInvoice({ paymentHash });
      if (transaction.state === state) return transaction;
    }
    throw new Error(`the transaction never became ${state}`);
  }

  /** Waits for a notification of this type about this payment. */
  async told(heard: WalletNotification[], type: WalletNotification['type'], paymentHash: string): Promise<Transaction> {
    const find = () => heard.find((one) => one.type === type && one.transaction.paymentHash === paymentHash);
    await eventually(`a ${type} notification`, () => find() !== undefined);
    return (find() as WalletNotification).transaction;
  }
}
