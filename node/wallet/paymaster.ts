// Pays providers what the book says they are owed: one invoice for all of it, checked, decided durably, paid once. What
// is not known in time is watched (payout-watch.ts). Fits the conductor's port `Payer`.
import type { BookOperation, Payer, TellPayout } from '../../conductor/ports.ts';
import { ALL_PAYABLES, balancesWithin, payablesOf } from '../../ledger/book/accounts.ts';
import type { Payout } from '../../ledger/book/entry.ts';
import { findPayout, isFinal } from '../../ledger/book/payout.ts';
import { findRun } from '../../ledger/book/reserve.ts';
import { Serial } from '../../ledger/store/serial.ts';
import { toPylonError } from '../../protocol/errors.ts';
import { INVOICE_JOBS_MAX } from '../../protocol/limits.ts';
import { type Msat, msat } from '../../protocol/money.ts';
import type { PayoutFact } from '../../protocol/trace.ts';
import type { PayoutWatch, PayoutWatchOptions } from './payout-watch.ts';
import type { PaymentProof, PreparedPayment } from './port.ts';
import { WalletNetwork } from './wallet-network.ts';

/** How long an invoice is asked to hold: the sooner nothing can be paid any more, the sooner an unknown end is known. */
export const INVOICE_LIFE_SECONDS = 45;
/** An invoice must hold this long yet, so that the payment can arrive. */
export const INVOICE_SECONDS_LEFT_MIN = 10;
/** The wallet must ignore the request after this time. */
const REQUEST_SECONDS = 30;
/** A run waits this long for a payment before it ends with it unknown. */
const PAYMENT_WAIT_MS = 10_000;
/** How long a provider may take to make an invoice. */
const INVOICE_WAIT_MS = 5_000;

/** Where invoices are asked for: the market of a session. */
export interface InvoiceDesk {
  /** True while the provider can be asked. */
  reaches(provider: string): boolean;
  /** Its invoice for exactly this, unchecked. @throws PylonError when there is none in time */
  requestInvoice(wanted: {
    readonly provider: string;
    readonly payoutId: string;
    readonly amountMsat: Msat;
    readonly jobs: readonly { readonly job: string; readonly amountMsat: Msat; readonly final: boolean }[];
    readonly expirySeconds: number;
    readonly timeoutMs: number;
  }): Promise<string>;
}

export interface PaymasterOptions extends PayoutWatchOptions {
  readonly desk: InvoiceDesk;
  /** Of the same wallet. */
  readonly watch: PayoutWatch;
  /** A fresh id, not to be guessed. */
  readonly freshId: () => string;
  /** What is owed to one provider is paid at this amount while a run goes on. */
  readonly thresholdMsat: Msat;
}

/** The run on whose behalf is paid. */
interface Payment {
  readonly provider: string;
  readonly runId: string;
  /** The run asks nobody any more: its part is the last. */
  readonly isFinal: boolean;
  readonly tell: TellPayout;
}

export class Paymaster implements Payer {
  readonly #options: PaymasterOptions;
  /** One payout of a provider at a time: what is on its way is owed no more. */
  readonly #turns = new Map<string, Serial>();
  readonly #underWay = new Map<string, Promise<void>>();
  readonly #network: WalletNetwork;

  constructor(options: PaymasterOptions) {
    this.#options = options;
    this.#network = new WalletNetwork(options.wallet);
  }

  async payRun(runId: string, tell: TellPayout): Promise<void> {
    const { book, desk } = this.#options;
    const providers = new Set<string>();
    for (const [account] of balancesWithin(book.rows, ALL_PAYABLES)) {
      const [, provider = '', owing] = account.split('/');
      if (owing === runId || desk.reaches(provider)) providers.add(provider);
    }
    await Promise.all(this.#underWay.values());
    await Promise.all([...providers].map((provider) => this.#pay({ provider, runId, isFinal: true, tell })));
  }

  async payProvider(provider: string, runId: string, tell: TellPayout): Promise<boolean> {
    await this.#pay({ provider, runId, isFinal: false, tell });
    return this.#owedMsat(provider) === 0;
  }

  noteOwed(provider: string, runId: string, tell: TellPayout): void {
    if (this.#underWay.has(provider) || this.#owedMsat(provider) < this.#options.thresholdMsat) return;
    const paying = this.#pay({ provider, runId, isFinal: false, tell }).finally(() => this.#underWay.delete(provider));
    this.#underWay.set(provider, paying);
  }

  #owedMsat(provider: string): number {
    let owed = 0;
    for (const [, msat] of balancesWithin(this.#options.book.rows, payablesOf(provider))) owed += msat;
    return owed;
  }

  #pay(payment: Payment): Promise<void> {
    const { provider } = payment;
    const turns = this.#turns.get(provider) ?? new Serial();
    this.#turns.set(provider, turns);
    return turns.run(async () => {
      for (let isMoreOwed = true; isMoreOwed && this.#owedMsat(provider) > 0; )
        isMoreOwed = await new PayoutRun(this.#options, this.#network, payment).run();
    });
  }
}

/** One payout, from its plan to what is known of it in time. */
class PayoutRun {
  readonly #options: PaymasterOptions;
  readonly #network: WalletNetwork;
  readonly #payment: Payment;
  readonly #id: string;

  constructor(options: PaymasterOptions, network: WalletNetwork, payment: Payment) {
    this.#options = options;
    this.#network = network;
    this.#payment = payment;
    this.#id = options.freshId();
  }

  /**
   * Never rejects: what could not be written down is read again, and looked up.
   * @returns true when it was sent, and for as many runs as one invoice may name: more may be owed
   */
  async run(): Promise<boolean> {
    const { notice, watch, book } = this.#options;
    let isSentWhole = false;
    try {
      isSentWhole = await this.#run();
    } catch (thrown) {
      notice(`a payment could not be written down (${toPylonError(thrown).code}); what became of it is looked up`);
    }
    if (book.fault !== undefined || this.#isOpen()) void watch.watch(this.#id);
    return isSentWhole;
  }

  async #run(): Promise<boolean> {
    const payout = await this.#plan();
    let prepared: PreparedPayment;
    try {
      prepared = await this.#decide(payout);
    } catch (thrown) {
      const { code, message } = toPylonError(thrown);
      await this.#fail(`${code}: ${message}`);
      return false;
    }
    await this.#send(prepared);
    return payout.lines.length === INVOICE_JOBS_MAX;
  }

  #isOpen(): boolean {
    const payout = findPayout(this.#options.book.rows, this.#id);
    return payout !== undefined && !isFinal(payout.state);
  }

  async #plan(): Promise<Payout> {
    const { book } = this.#options;
    const { provider, runId } = this.#payment;
    const operation = book.do(`plan/${this.#id}`, 'plan-payout', { payout_id: this.#id, provider });
    const payout = findPayout(book.rows, this.#id)!;
    const run_msat = payout.lines.find(([run]) => run === runId)?.[1] ?? 0;
    const { amount_msat } = payout;
    await this.#tell({ type: 'PayoutStart', payout_id: this.#id, provider, amount_msat, run_msat }, operation);
    return payout;
  }

  /** An invoice that is exactly what is owed, and the request to pay it, on disk (I12). @throws PylonError: nothing was sent */
  async #decide({ amount_msat, lines }: Payout): Promise<PreparedPayment> {
    const { book, desk, wallet, clock, post } = this.#options;
    const { provider } = this.#payment;
    const [text, network, { checkInvoice, decodeInvoice }] = await Promise.all([
      desk.requestInvoice({
        provider,
        payoutId: this.#id,
        amountMsat: msat(amount_msat),
        jobs: lines.map(([job, part]) => ({ job, amountMsat: msat(part), final: this.#isLastFor(job) })),
        expirySeconds: INVOICE_LIFE_SECONDS,
        timeoutMs: INVOICE_WAIT_MS,
      }),
      this.#network.get(),
      import('../../protocol/invoice.ts'),
    ]);
    const invoice = decodeInvoice(text);
    const nowSeconds = Math.floor(clock.now() / 1_000);
    const secondsLeftMin = INVOICE_SECONDS_LEFT_MIN;
    checkInvoice(invoice, { amountMsat: msat(amount_msat), network, nowSeconds, secondsLeftMin });
    const prepared = wallet.preparePayment({ invoice: invoice.text, expiresAt: nowSeconds + REQUEST_SECONDS });
    const decision = {
      payout_id: this.#id,
      invoice: invoice.text,
      payment_hash: invoice.paymentHash,
      request: prepared.text,
      void_at: Math.max(prepared.expiresAt, invoice.expiresAt),
      wallet: wallet.id,
    };
    await post(book.do(`send/${this.#id}`, 'send-payout', decision));
    return prepared;
  }

  /** Nothing more will be owed for a run that asks nobody any more: this one when it says so, others when they are closed. */
  #isLastFor(runId: string): boolean {
    const { isFinal, runId: paying } = this.#payment;
    return runId === paying ? isFinal : findRun(this.#options.book.rows, runId) === undefined;
  }

  /** Asks the wallet, once. What it does not prove in time is unknown, whatever it says. */
  async #send(prepared: PreparedPayment): Promise<void> {
    const { wallet, clock } = this.#options;
    const paying = wallet.pay(prepared);
    let cancel: () => void = () => undefined;
    const late = new Promise<'late'>((resolve) => {
      cancel = clock.after(PAYMENT_WAIT_MS, () => resolve('late'));
    });
    try {
      const proof = await Promise.race([paying, late]);
      if (proof !== 'late') return await this.#settle(proof);
      await this.#doubt('the wallet has not answered yet');
    } catch (thrown) {
      await this.#doubt(toPylonError(thrown).code);
    } finally {
      cancel();
    }
    void Promise.allSettled([paying]).then(() => this.#options.watch.soon(this.#id)); // what a late answer says, the lookup proves
  }

  /** @throws PylonError `payment-proof-invalid` when the preimage is another's */
  async #settle({ preimage, feesPaidMsat: fees_msat }: PaymentProof): Promise<void> {
    const facts = { payout_id: this.#id, preimage, fees_msat };
    const operation = this.#options.book.do(`settle/${this.#id}`, 'settle-payout', facts);
    await this.#tell({ type: 'PayoutSettle', payout_id: this.#id, preimage, fees_msat }, operation);
  }

  async #doubt(reason: string): Promise<void> {
    const { book, notice } = this.#options;
    const operation = book.do(`doubt/${this.#id}`, 'doubt-payout', { payout_id: this.#id, reason });
    await this.#tell({ type: 'PayoutUnknown', payout_id: this.#id, reason }, operation);
    notice(`a payment is not known to have been made (${reason}); it is looked up, and never made twice`);
  }

  async #fail(reason: string): Promise<void> {
    const { book, notice } = this.#options;
    if (!this.#isOpen()) return;
    const operation = book.do(`fail/${this.#id}`, 'fail-payout', { payout_id: this.#id, reason });
    await this.#tell({ type: 'PayoutFailed', payout_id: this.#id, reason: reason.slice(0, 1_000) }, operation);
    notice(`a provider was not paid and is still owed: ${reason}`);
  }

  #tell(fact: PayoutFact, operation: BookOperation): Promise<void> {
    return this.#payment.tell(fact, operation);
  }
}
