// A wallet elsewhere, by Nostr Wallet Connect (NIP-47): one client for all of them, the user's own and the embedded
// hub alike. It never pays a second time by itself: sending a prepared payment again sends the very same event, and
// what became of it is for the caller to look up.
import type { Clock, Random } from '../../conductor/ports.ts';
import { PylonError } from '../../protocol/errors.ts';
import { type NostrEvent, structuralFault, type VerifiedEvent, verifyEvent } from '../../protocol/event.ts';
import type { KeyPair } from '../../protocol/keypair.ts';
import { KIND_WALLET_REQUEST } from '../../protocol/kinds.ts';
import type { Msat } from '../../protocol/money.ts';
import type { WalletMethod, WalletParams } from '../../protocol/wallet/methods.ts';
import type { WalletResults } from '../../protocol/wallet/results.ts';
import type { WalletConnection } from '../../protocol/wallet/uri.ts';
import { RelayPool } from '../pool/relay-pool.ts';
import { checkedInvoice, checkedTransaction, withoutFalsePreimage } from './answer-checks.ts';
import { WalletNotifications } from './notifications.ts';
import type {
  InvoiceWanted,
  PaymentProof,
  PreparedPayment,
  Transaction,
  Wallet,
  WalletInfo,
  WalletNotification,
} from './port.ts';
import { RequestChannel } from './request-channel.ts';
import { ServiceInfo } from './service-info.ts';
import { ServiceSeal } from './service-seal.ts';

export interface NwcClientOptions {
  readonly connection: WalletConnection;
  readonly clock: Clock;
  readonly random: Random;
  readonly log?: (line: string) => void;
  /** Connected to the relays of the wallet already, and not closed by the client: wallets of one process share it. */
  readonly pool?: RelayPool;
  /** Relays that are part of this process: what they send was verified here already. */
  readonly trustedUrls?: ReadonlySet<string>;
  /** How long any answer but that to a payment is waited for; 20 s unless told. */
  readonly timeoutMs?: number;
}

const TIMEOUT_MS = 20_000;
/** Keysend finds its way like any payment, which may take a minute. */
const KEYSEND_MS = 60_000;

export class NwcClient implements Wallet {
  readonly #clock: Clock;
  readonly #timeoutMs: number;
  readonly #keys: KeyPair;
  readonly #service: string;
  readonly #pool: RelayPool;
  readonly #ownsPool: boolean;
  readonly #info: ServiceInfo;
  readonly #requests: RequestChannel;
  readonly #notifications: WalletNotifications;

  get id(): string {
    return this.#keys.publicKey;
  }

  /** Dials at once; a request waits for the relays by itself. @throws PylonError `relay-url-invalid` */
  constructor({ connection, clock, random, log = () => undefined, pool, trustedUrls, timeoutMs }: NwcClientOptions) {
    this.#clock = clock;
    this.#timeoutMs = timeoutMs ?? TIMEOUT_MS;
    this.#keys = connection.keyPair((length) => random.bytes(length));
    this.#service = connection.service;
    const relays = { clock, random, log, signer: this.#keys, ...(trustedUrls === undefined ? {} : { trustedUrls }) };
    this.#pool = pool ?? new RelayPool({ urls: connection.relays, ...relays });
    this.#ownsPool = pool === undefined;
    const known = { service: this.#service, keys: this.#keys, client: this.#keys.publicKey, pool: this.#pool, clock };
    this.#info = new ServiceInfo(known);
    const seal = new ServiceSeal({ ...known, info: this.#info });
    this.#requests = new RequestChannel({ ...known, seal });
    this.#notifications = new WalletNotifications({ ...known, seal, log });
  }

  /**
   * Settles when a relay of the wallet is open and it is known how the wallet wants its requests sealed. Await it before
   * `preparePayment`, which cannot wait: without it a payment for a wallet of the old encryption is sealed in vain.
   * @throws PylonError `relay-unreachable`
   */
  async ready(): Promise<void> {
    await this.#pool.ready();
    await this.#info.asked();
  }

  getInfo(): Promise<WalletInfo> {
    return this.#ask('get_info', {});
  }

  getBalance(): Promise<Msat> {
    return this.#ask('get_balance', {});
  }

  async makeInvoice(wanted: InvoiceWanted): Promise<Transaction> {
    const made = await this.#ask('make_invoice', wanted);
    return checkedInvoice(made, { amountMsat: wanted.amountMsat });
  }

  preparePayment({ invoice, amountMsat, expiresAt }: { invoice: string; amountMsat?: Msat; expiresAt: number }) {
    const params = { invoice, ...(amountMsat === undefined ? {} : { amountMsat }) };
    const event = this.#requests.prepare('pay_invoice', params, expiresAt);
    return { id: event.id, text: JSON.stringify(event), expiresAt };
  }

  /** An answer to a hold invoice comes when it is settled or cancelled: give such a payment time. */
  async pay(prepared: PreparedPayment): Promise<PaymentProof> {
    const event = this.#ownRequest(prepared);
    if (prepared.expiresAt * 1_000 <= this.#clock.now()) {
      throw new PylonError('wallet-timeout', { reason: 'the payment request has expired and was not sent' });
    }
    return this.#requests.send('pay_invoice', event, prepared.expiresAt * 1_000);
  }

  async payKeysend(payment: { amountMsat: Msat; pubkey: string; preimage?: string }): Promise<PaymentProof> {
    const proof = await this.#ask('pay_keysend', payment, KEYSEND_MS);
    if (payment.preimage !== undefined && proof.preimage !== payment.preimage.toLowerCase())
      throw new PylonError('payment-proof-invalid');
    return proof;
  }

  async lookupInvoice(wanted: { paymentHash: string } | { invoice: string }): Promise<Transaction> {
    return checkedTransaction(await this.#ask('lookup_invoice', wanted), wanted);
  }

  async listTransactions(filter: Parameters<Wallet['listTransactions']>[0] = {}): Promise<readonly Transaction[]> {
    return (await this.#ask('list_transactions', filter)).map(withoutFalsePreimage);
  }

  async makeHoldInvoice(wanted: InvoiceWanted & { readonly paymentHash: string }): Promise<Transaction> {
    const { paymentHash, amountMsat } = wanted;
    return checkedInvoice(await this.#ask('make_hold_invoice', wanted), { paymentHash, amountMsat });
  }

  async settleHoldInvoice(preimage: string): Promise<void> {
    await this.#ask('settle_hold_invoice', { preimage });
  }

  async cancelHoldInvoice(paymentHash: string): Promise<void> {
    await this.#ask('cancel_hold_invoice', { paymentHash });
  }

  subscribe(listener: (notification: WalletNotification) => void): () => void {
    return this.#notifications.subscribe(listener);
  }

  /** What still waits for an answer ends with `wallet-timeout`. */
  async close(): Promise<void> {
    this.#requests.close();
    this.#notifications.close();
    this.#info.close();
    if (this.#ownsPool) await this.#pool.close();
  }

  async #ask<Method extends WalletMethod>(
    method: Method,
    params: WalletParams[Method],
    timeoutMs = this.#timeoutMs,
  ): Promise<WalletResults[Method]> {
    const untilMs = this.#clock.now() + timeoutMs;
    await this.#info.asked(timeoutMs);
    // Whole seconds, rounded up: a relay must not drop the request before its time (NIP-40).
    const event = this.#requests.prepare(method, params, Math.ceil(untilMs / 1_000));
    return this.#requests.send(method, event, untilMs);
  }

  /** It comes from our own store, but perhaps from the time of another connection. @throws PylonError `payment-unknown` */
  #ownRequest({ id, text }: PreparedPayment): VerifiedEvent {
    const event = parsed(text);
    const isOurs =
      event !== undefined &&
      event.id === id &&
      event.kind === KIND_WALLET_REQUEST &&
      event.pubkey === this.#keys.publicKey &&
      event.tags.some(([name, value]) => name === 'p' && value === this.#service);
    const verified = isOurs ? verifyEvent(event) : undefined;
    if (verified === undefined) {
      // Whether it was ever sent, only the wallet it was made for knows.
      throw new PylonError('payment-unknown', { reason: 'the payment was prepared for another wallet connection' });
    }
    return verified;
  }
}

function parsed(text: string): NostrEvent | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return structuralFault(value) === undefined ? (value as NostrEvent) : undefined;
  } catch {
    return undefined; // not JSON, so not one of ours
  }
}
