// A wallet service (NIP-47) in a process of its own, for payers and payees that trust it to be honest in one thing: it
// pays each invoice at most once, in time, and writes down before it speaks. In everything else it makes trouble.
import { randomBytes } from 'node:crypto';
import type { Clock } from '../../conductor/ports.ts';
import { RelayPool } from '../../node/pool/relay-pool.ts';
import { realRandom } from '../../node/random.ts';
import { toPylonError } from '../../protocol/errors.ts';
import { expirationOf, sha256Hex, type VerifiedEvent } from '../../protocol/event.ts';
import { decodeInvoice, encodeInvoice } from '../../protocol/invoice.ts';
import { KIND_WALLET_REQUEST } from '../../protocol/kinds.ts';
import { msat } from '../../protocol/money.ts';
import {
  encodeWalletFailure,
  encodeWalletNotification,
  encodeWalletResult,
  parseWalletCall,
  parseWalletRequest,
  type WalletCall,
} from '../../protocol/wallet/body.ts';
import {
  encodeWalletServiceInfo,
  walletNotificationEvent,
  walletResponseEvent,
} from '../../protocol/wallet/envelope.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { type ScaledTime, scaledClock } from './scaled-clock.ts';
import { FUNDS_MSAT, WalletBooks } from './wallet-books.ts';
import { WALLET_KEYS } from './wallet-clients.ts';
import { type Entry, readWalletLog, type WalletEntry, WalletLog } from './wallet-log.ts';
import { conductOf, type Trouble } from './wallet-troubles.ts';

export interface WalletProcessConfig {
  readonly log: string;
  readonly relayUrl: string;
  readonly time: ScaledTime;
  /** Draws the trouble of each payment. */
  readonly seed: number;
  /** What the payments of each payer meet, by its key; those of others are simply paid. */
  readonly troubles: Readonly<Record<string, readonly Trouble[]>>;
}

const METHODS = ['get_info', 'get_balance', 'make_invoice', 'pay_invoice', 'lookup_invoice'] as const;
/** The node's key behind the wallet; worth nothing. */
const NODE_SECRET = new Uint8Array(32).fill(9);
/** What routing costs, in millionths: less than what the payers set aside. */
const FEE_PPM = 5_000;
const LOOKBACK_SECONDS = 60;

class WalletService {
  readonly #clock: Clock;
  readonly #pool: RelayPool;
  readonly #log: WalletLog;
  readonly #books: WalletBooks;
  readonly #dice: () => number;
  readonly #troubles: Map<string, readonly Trouble[]>;

  constructor(config: WalletProcessConfig) {
    this.#troubles = new Map(Object.entries(config.troubles));
    this.#clock = scaledClock(config.time);
    this.#pool = new RelayPool({ urls: [config.relayUrl], clock: this.#clock, random: realRandom() });
    this.#books = new WalletBooks(readWalletLog(config.log));
    this.#log = new WalletLog(config.log);
    const random = seededRandom(config.seed + this.#books.requests.size);
    this.#dice = () => random.fraction();
  }

  async serve(): Promise<void> {
    const since = this.#nowSeconds - LOOKBACK_SECONDS;
    this.#pool.subscribe([{ kinds: [KIND_WALLET_REQUEST], '#p': [WALLET_KEYS.publicKey], since }], {
      onEvent: (event) => this.#hear(event),
    });
    await this.#pool.ready();
    const info = { methods: METHODS, notifications: ['payment_received'], encryptions: ['nip44_v2'] };
    await this.#publish(encodeWalletServiceInfo(info, this.#nowSeconds));
    for (const asked of this.#books.asked.values()) this.#planPayment(asked);
    this.#write({ what: 'up', atMs: this.#clock.now() });
  }

  /** The next payments of this payer meet one of these. */
  trouble(payer: string, troubles: readonly Trouble[]): void {
    this.#troubles.set(payer, troubles);
  }

  get #nowSeconds(): number {
    return Math.floor(this.#clock.now() / 1_000);
  }

  #write(entry: WalletEntry): void {
    this.#log.append(entry);
    this.#books.take(entry);
  }

  #hear(event: VerifiedEvent): void {
    if ((expirationOf(event) ?? Number.POSITIVE_INFINITY) <= this.#nowSeconds) return; // NIP-47: ignored
    if (this.#books.requests.has(event.id)) return;
    const { method, params } = parseWalletRequest(WALLET_KEYS.openFrom(event.pubkey, event.content));
    try {
      this.#serve(event, parseWalletCall({ method, params }));
    } catch (thrown) {
      this.#fail(event, method, 'INTERNAL', toPylonError(thrown).message);
    }
  }

  #serve(event: VerifiedEvent, call: WalletCall): void {
    const client = event.pubkey;
    if (call.method === 'pay_invoice') this.#pay(event, call.params.invoice);
    else if (call.method === 'lookup_invoice') this.#lookUp(event, call.params);
    else if (call.method === 'make_invoice')
      this.#answer(event, encodeWalletResult('make_invoice', this.#makeInvoice(client, call.params)));
    else if (call.method === 'get_balance') {
      const balance = msat(FUNDS_MSAT + this.#books.balanceMsat(client));
      this.#answer(event, encodeWalletResult('get_balance', balance));
    } else if (call.method === 'get_info') {
      const told = { alias: 'trouble', pubkey: '', network: 'regtest' as const };
      this.#answer(event, encodeWalletResult('get_info', { ...told, methods: METHODS, notifications: [] }));
    } else this.#fail(event, call.method, 'NOT_IMPLEMENTED', 'not here');
  }

  #makeInvoice(payee: string, { amountMsat, expirySeconds = 3_600 }: { amountMsat: number; expirySeconds?: number }) {
    const preimage = randomBytes(32).toString('hex');
    const hash = sha256Hex(Buffer.from(preimage, 'hex'));
    const createdAt = this.#nowSeconds;
    const parts = { paymentHash: hash, paymentSecret: randomBytes(32).toString('hex'), createdAt, expirySeconds };
    const invoice = encodeInvoice({ network: 'regtest', amountMsat: msat(amountMsat), ...parts }, NODE_SECRET);
    const times = { createdMs: createdAt * 1_000, expiresMs: (createdAt + expirySeconds) * 1_000 };
    this.#write({ what: 'invoice', hash, preimage, invoice, amountMsat, payee, ...times });
    return this.#books.tells(payee, hash, this.#clock.now())!;
  }

  #lookUp(event: VerifiedEvent, wanted: { paymentHash: string } | { invoice: string }): void {
    const hash = 'paymentHash' in wanted ? wanted.paymentHash : decodeInvoice(wanted.invoice).paymentHash;
    const found = this.#books.tells(event.pubkey, hash, this.#clock.now());
    if (found === undefined) this.#fail(event, 'lookup_invoice', 'NOT_FOUND', 'no such invoice');
    else this.#answer(event, encodeWalletResult('lookup_invoice', found));
  }

  #pay(event: VerifiedEvent, text: string): void {
    const { paymentHash: hash, expiresAt } = decodeInvoice(text);
    const nowMs = this.#clock.now();
    const isPayable = this.#books.invoices.has(hash) && expiresAt * 1_000 > nowMs;
    const trouble = isPayable ? this.#draw(event.pubkey) : 'refuses';
    const { paysAfter, tellsAfter = 0, dies } = conductOf(trouble);
    const asked: Entry<'asked'> = {
      what: 'asked',
      request: event.id,
      payer: event.pubkey,
      hash,
      trouble,
      atMs: nowMs,
      visibleAtMs: nowMs + tellsAfter * 1_000,
      ...(paysAfter === undefined ? {} : { payAtMs: nowMs + paysAfter * 1_000 }),
    };
    this.#write(asked);
    if (dies === 'asked') process.kill(process.pid, 'SIGKILL');
    this.#answerTo(event, asked, 'at once');
    this.#planPayment(asked, () => this.#answerTo(event, asked, 'when paid'));
  }

  #draw(payer: string): Trouble {
    const troubles = this.#troubles.get(payer) ?? [];
    return troubles[Math.floor(this.#dice() * troubles.length)] ?? 'pays';
  }

  #planPayment(asked: Entry<'asked'>, onPaid: () => void = () => undefined): void {
    const { payAtMs, hash } = asked;
    if (payAtMs === undefined || this.#books.paid.has(hash)) return;
    const waitMs = payAtMs - this.#clock.now();
    const pay = () => {
      if (this.#settle(asked)) onPaid();
    };
    if (waitMs <= 0) pay();
    else this.#clock.after(waitMs, pay);
  }

  /** The money moves, once, and not for an invoice that holds no more. */
  #settle({ hash, payer, trouble }: Entry<'asked'>): boolean {
    const invoice = this.#books.invoices.get(hash);
    const atMs = this.#clock.now();
    if (invoice === undefined || this.#books.paid.has(hash) || atMs >= invoice.expiresMs) return false;
    const { payee, amountMsat } = invoice;
    const feeMsat = Math.floor((amountMsat * FEE_PPM) / 1_000_000);
    this.#write({ what: 'paid', hash, payer, payee, amountMsat, feeMsat, atMs });
    if (conductOf(trouble).dies === 'paid') process.kill(process.pid, 'SIGKILL');
    this.#notify(payee, hash);
    return true;
  }

  #answerTo(event: VerifiedEvent, { hash, trouble }: Entry<'asked'>, when: 'at once' | 'when paid'): void {
    const { answers } = conductOf(trouble);
    const failure = () => this.#fail(event, 'pay_invoice', 'PAYMENT_FAILED', 'the route failed');
    const proof = () => {
      const { feeMsat = 0 } = this.#books.paid.get(hash) ?? {};
      const preimage = this.#books.invoices.get(hash)?.preimage ?? '';
      this.#answer(event, encodeWalletResult('pay_invoice', { preimage, feesPaidMsat: msat(feeMsat) }));
    };
    if (when === 'at once' && answers.startsWith('failure')) failure();
    if (when === 'at once' || answers === 'nothing' || answers === 'failure') return;
    proof();
    if (answers === 'proof twice') proof();
    if (answers === 'proof, then failure') failure();
  }

  #fail(event: VerifiedEvent, method: string, code: string, message: string): void {
    this.#answer(event, encodeWalletFailure(method, { code, message } as Parameters<typeof encodeWalletFailure>[1]));
  }

  #answer(event: VerifiedEvent, body: string): void {
    const client = event.pubkey;
    const envelope = { client, requestId: event.id, createdAt: this.#nowSeconds };
    void this.#publish(walletResponseEvent({ sealed: WALLET_KEYS.sealFor(client, body), ...envelope }));
  }

  #notify(payee: string, hash: string): void {
    const transaction = this.#books.tells(payee, hash, this.#clock.now())!;
    const sealed = WALLET_KEYS.sealFor(payee, encodeWalletNotification({ type: 'payment_received', transaction }));
    const envelope = { client: payee, encryption: 'nip44_v2' as const, createdAt: this.#nowSeconds };
    void this.#publish(walletNotificationEvent({ sealed, ...envelope }));
  }

  /** What a relay does not take is lost, as it is for any wallet. */
  async #publish(template: Parameters<typeof WALLET_KEYS.sign>[0]): Promise<void> {
    try {
      await this.#pool.publish(WALLET_KEYS.sign(template));
    } catch (thrown) {
      process.stderr.write(`wallet: ${toPylonError(thrown).message}\n`);
    }
  }
}

const config = JSON.parse(process.argv[2] ?? '') as WalletProcessConfig;
const service = new WalletService(config);
process.on('message', ({ payer, troubles }: { readonly payer: string; readonly troubles: readonly Trouble[] }) => {
  service.trouble(payer, troubles);
  process.send?.({ heard: true });
});
process.on('disconnect', () => process.exit(0)); // the simulation is over
await service.serve();
process.send?.({ serving: true });
