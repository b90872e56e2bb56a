// Alby's NWCClient as a Wallet of ours, so that the conformance suite can hold any service to what an independent client
// expects of it. It signs a payment only when it sends it: what it prepares is no more than a note of what to pay.
import { randomUUID } from 'node:crypto';
import type {
  InvoiceWanted,
  PaymentProof,
  PreparedPayment,
  Transaction,
  Wallet,
  WalletNotification,
} from '../../node/wallet/port.ts';
import { PylonError } from '../../protocol/errors.ts';
import { type Msat, msat } from '../../protocol/money.ts';
import { fromWalletFailure } from '../../protocol/wallet/error-codes.ts';
import { paramsToWire, type WalletMethod, type WalletParams } from '../../protocol/wallet/methods.ts';
import { RESULTS, type WalletResults } from '../../protocol/wallet/results.ts';
import { transactionSchema } from '../../protocol/wallet/transaction.ts';
import type { AlbySdk } from './alby-sdk.ts';

type Client = InstanceType<AlbySdk['NWCClient']>;

const CALLS = {
  pay_invoice: 'payInvoice',
  pay_keysend: 'payKeysend',
  make_invoice: 'makeInvoice',
  lookup_invoice: 'lookupInvoice',
  list_transactions: 'listTransactions',
  get_balance: 'getBalance',
  get_info: 'getInfo',
  make_hold_invoice: 'makeHoldInvoice',
  settle_hold_invoice: 'settleHoldInvoice',
  cancel_hold_invoice: 'cancelHoldInvoice',
} as const satisfies Record<WalletMethod, keyof Client>;

export class AlbyWallet implements Wallet {
  readonly id: string;
  readonly #client: Client;
  readonly #sdk: AlbySdk;
  readonly #stops: Promise<() => void>[] = [];
  readonly #payments = new Map<string, Promise<PaymentProof>>();

  constructor(sdk: AlbySdk, uri: string) {
    this.#sdk = sdk;
    this.#client = new sdk.NWCClient({ nostrWalletConnectUrl: uri });
    this.id = this.#client.walletPubkey;
  }

  /** The method of the SDK, and its answer read by our schema. */
  async #ask<Method extends WalletMethod>(
    method: Method,
    params: WalletParams[Method],
  ): Promise<WalletResults[Method]> {
    try {
      const call = this.#client[CALLS[method]] as (params: unknown) => Promise<unknown>;
      return RESULTS[method].parse(await call.call(this.#client, paramsToWire(params)));
    } catch (thrown) {
      if (thrown instanceof this.#sdk.Nip47WalletError)
        throw fromWalletFailure({ code: thrown.code, message: thrown.message });
      throw new PylonError('wallet-response-invalid', { reason: String(thrown), cause: thrown });
    }
  }

  getInfo() {
    return this.#ask('get_info', {});
  }

  getBalance(): Promise<Msat> {
    return this.#ask('get_balance', {});
  }

  makeInvoice(wanted: InvoiceWanted): Promise<Transaction> {
    return this.#ask('make_invoice', wanted);
  }

  preparePayment({ invoice, amountMsat, expiresAt }: { invoice: string; amountMsat?: Msat; expiresAt: number }) {
    return { id: randomUUID(), text: JSON.stringify({ invoice, amountMsat }), expiresAt };
  }

  /** The SDK puts no expiration on its requests, so what is over is not sent. One that is under way is joined. */
  async pay({ id, text, expiresAt }: PreparedPayment): Promise<PaymentProof> {
    if (expiresAt * 1_000 <= Date.now()) throw new PylonError('wallet-timeout');
    const { invoice, amountMsat } = JSON.parse(text) as { invoice: string; amountMsat?: number };
    const named = amountMsat === undefined ? {} : { amountMsat: msat(amountMsat) };
    const payment = this.#payments.get(id) ?? this.#ask('pay_invoice', { invoice, ...named });
    this.#payments.set(id, payment);
    return payment;
  }

  payKeysend(payment: { amountMsat: Msat; pubkey: string; preimage?: string }) {
    return this.#ask('pay_keysend', payment);
  }

  lookupInvoice(wanted: { paymentHash: string } | { invoice: string }): Promise<Transaction> {
    return this.#ask('lookup_invoice', wanted);
  }

  listTransactions(filter: Parameters<Wallet['listTransactions']>[0] = {}): Promise<readonly Transaction[]> {
    return this.#ask('list_transactions', filter);
  }

  makeHoldInvoice(wanted: InvoiceWanted & { readonly paymentHash: string }): Promise<Transaction> {
    return this.#ask('make_hold_invoice', wanted);
  }

  async settleHoldInvoice(preimage: string): Promise<void> {
    await this.#ask('settle_hold_invoice', { preimage });
  }

  async cancelHoldInvoice(paymentHash: string): Promise<void> {
    await this.#ask('cancel_hold_invoice', { paymentHash });
  }

  subscribe(listener: (notification: WalletNotification) => void): () => void {
    let isOver = false;
    const stop = this.#client.subscribeNotifications(({ notification_type: type, notification }) => {
      if (!isOver) listener({ type, transaction: transactionSchema.parse(notification) });
    });
    this.#stops.push(stop);
    return () => {
      isOver = true;
    };
  }

  async close(): Promise<void> {
    for (const stop of this.#stops) (await stop)();
    this.#client.close();
  }
}
