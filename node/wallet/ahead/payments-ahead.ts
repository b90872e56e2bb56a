// Pays for queries before their answers count: into a hold invoice on a hash of our own, which nobody can take before we
// reveal its preimage, or in advance. Fits the conductor's port `PaymentsAhead`.
import { createHash } from 'node:crypto';
import type { Escrow, EscrowOrder, PaidJob, PaymentsAhead, TellMoney } from '../../../conductor/ports.ts';
import { isSealedInEscrow, openPayoutsAhead, runPaidAhead } from '../../../ledger/book/escrow.ts';
import { findRun } from '../../../ledger/book/reserve.ts';
import { PylonError, toPylonError } from '../../../protocol/errors.ts';
import { type Msat, msat } from '../../../protocol/money.ts';
import { INVOICE_LIFE_SECONDS, INVOICE_SECONDS_LEFT_MIN, type InvoiceDesk } from '../paymaster.ts';
import type { PayoutWatch, PayoutWatchOptions } from '../payout-watch.ts';
import type { PreparedPayment } from '../port.ts';
import { WalletNetwork } from '../wallet-network.ts';
import { PaymentAhead } from './payment-ahead.ts';

/** A run waits this long for what it has revealed, or paid in advance, to be taken. */
const TAKEN_WAIT_MS = 10_000;
/** And this long for what nobody can take any more to come back: it changes nothing, and is nicer to know. */
const BACK_WAIT_MS = 3_000;
/** A provider makes an invoice in this time. */
const INVOICE_WAIT_MS = 5_000;
/** The wallet must ignore the request to pay in advance after this time. */
const REQUEST_SECONDS = 30;

/** Where providers are reached: the market of a session. */
export interface EscrowDesk extends InvoiceDesk {
  /** Sends a preimage (hex), sealed for the provider. Resolves when a relay has it. @throws PylonError `relay-*` */
  reveal(told: {
    readonly provider: string;
    readonly requestId: string;
    readonly preimage: string;
    readonly untilMs: number;
  }): Promise<void>;
  /** Tells the provider that a request of ours is void. */
  withdraw(requestId: string, provider: string): void;
}

export interface PaymentsAheadOptions extends PayoutWatchOptions {
  readonly desk: EscrowDesk;
  /** Of the same wallet. */
  readonly watch: PayoutWatch;
  /** A fresh id, not to be guessed. */
  readonly freshId: () => string;
  /** 32 bytes that only this home can make, always the same for a label. */
  readonly deriveSecret: (label: string) => Uint8Array;
}

export class WalletPaymentsAhead implements PaymentsAhead {
  readonly #options: PaymentsAheadOptions;
  /** By run. */
  readonly #underWay = new Map<string, Set<PaymentAhead>>();
  readonly #network: WalletNetwork;

  constructor(options: PaymentsAheadOptions) {
    this.#options = options;
    this.#network = new WalletNetwork(options.wallet);
  }

  hashOf(runId: string, queryId: string): string {
    return createHash('sha256').update(this.#preimageOf(runId, queryId)).digest('hex');
  }

  async lock(order: EscrowOrder, isWanted: () => boolean, tell: TellMoney): Promise<Escrow> {
    const { wallet } = this.#options;
    const { runId, queryId, provider, requestId, priceMsat, expiresAtMs } = order;
    const invoice = await this.#checked(order.invoice, priceMsat);
    if (invoice.paymentHash !== this.hashOf(runId, queryId))
      throw new PylonError('invoice-refused', { reason: 'the hold invoice is on another hash than ours' });
    // The answer to the payment comes when it is taken or given back: it is waited for as long as the job may last.
    const voidAt = Math.ceil(expiresAtMs / 1_000);
    if (invoice.expiresAt > voidAt)
      throw new PylonError('invoice-refused', { reason: 'the hold invoice could be paid when the job is void' });
    if (!isWanted()) throw new PylonError('job-cancelled');
    const prepared = wallet.preparePayment({ invoice: invoice.text, expiresAt: voidAt });
    const payment = this.#payment({ runId, queryId, provider, priceMsat }, tell);
    await payment.decide('escrow-payout', {
      request_id: requestId,
      invoice: invoice.text,
      payment_hash: invoice.paymentHash,
      request: prepared.text,
      void_at: voidAt,
      wallet: wallet.id,
    });
    this.#send(payment, prepared);
    return this.#escrow(payment, requestId, voidAt);
  }

  async prepay(job: PaidJob, isWanted: () => boolean, tell: TellMoney): Promise<boolean> {
    const { wallet, desk, clock } = this.#options;
    const { runId, provider, priceMsat } = job;
    const payment = this.#payment(job, tell);
    const text = await desk.requestInvoice({
      provider,
      payoutId: payment.id,
      amountMsat: priceMsat,
      jobs: [{ job: runId, amountMsat: priceMsat, final: false }],
      expirySeconds: INVOICE_LIFE_SECONDS,
      timeoutMs: INVOICE_WAIT_MS,
    });
    const invoice = await this.#checked(text, priceMsat);
    if (!isWanted()) throw new PylonError('job-cancelled');
    const expiresAt = Math.floor(clock.now() / 1_000) + REQUEST_SECONDS;
    const prepared = wallet.preparePayment({ invoice: invoice.text, expiresAt });
    await payment.decide('prepay-payout', {
      invoice: invoice.text,
      payment_hash: invoice.paymentHash,
      request: prepared.text,
      void_at: Math.max(expiresAt, invoice.expiresAt),
      wallet: wallet.id,
    });
    this.#send(payment, prepared);
    await this.#within(TAKEN_WAIT_MS, [payment.over]);
    return payment.payout?.state === 'settled';
  }

  async endRun(runId: string): Promise<void> {
    const payments = this.#underWay.get(runId) ?? new Set();
    const left = () => [...payments];
    for (const payment of left()) this.#withdrawUndecided(payment);
    await this.#within(
      BACK_WAIT_MS,
      left().map(({ over }) => over),
    );
    const mayBeTaken = left().filter(({ payout }) => payout?.ahead?.escrow?.is_revealed !== false);
    await this.#within(
      TAKEN_WAIT_MS - BACK_WAIT_MS,
      mayBeTaken.map(({ over }) => over),
    );
    await Promise.all(left().map((payment) => payment.leave()));
    this.#underWay.delete(runId);
  }

  /**
   * What runs of an earlier process left in escrow with providers that can be reached: what was to be revealed is told again, the
   * rest is void.
   */
  resume(): void {
    const { book, desk, wallet, clock } = this.#options;
    for (const payout of openPayoutsAhead(book.rows)) {
      const { ahead, provider, void_at = 0 } = payout;
      const runId = runPaidAhead(payout);
      const isGoingOn = findRun(book.rows, runId) !== undefined;
      const isOurs = payout.wallet === wallet.id && desk.reaches(provider) && void_at * 1_000 > clock.now();
      if (ahead.escrow === undefined || isGoingOn || !isOurs) continue;
      const { request_id: requestId, is_revealed } = ahead.escrow;
      if (is_revealed) void this.#tellPreimage({ runId, queryId: ahead.query_id, provider }, requestId, void_at);
      else desk.withdraw(requestId, provider);
    }
  }

  /** A run that could not write its end has left it undecided: it is not revealed any more. */
  #withdrawUndecided(payment: PaymentAhead): void {
    const { payout } = payment;
    if (payout === undefined || !payment.isWanted || !isSealedInEscrow(payout)) return;
    payment.comesBack('interrupted');
    this.#options.desk.withdraw(payout.ahead?.escrow?.request_id ?? '', payout.provider);
  }

  #preimageOf(runId: string, queryId: string): Uint8Array {
    return this.#options.deriveSecret(`escrow ${runId} ${queryId}`);
  }

  #payment(job: PaidJob, tell: TellMoney): PaymentAhead {
    const { book, wallet, watch, clock, notice, freshId } = this.#options;
    return new PaymentAhead({ id: freshId(), job, tell, book, wallet, watch, clock, notice });
  }

  /** It was decided: asks the wallet, and lets the run wait for it. */
  #send(payment: PaymentAhead, prepared: PreparedPayment): void {
    const { runId } = payment.job;
    const ofRun = this.#underWay.get(runId) ?? new Set();
    this.#underWay.set(runId, ofRun.add(payment));
    void payment.over.then(() => ofRun.delete(payment));
    payment.send(prepared);
  }

  #escrow(payment: PaymentAhead, requestId: string, voidAt: number): Escrow {
    const { desk, book, post } = this.#options;
    const { job, id: payout_id } = payment;
    return {
      lost: payment.over.then(() => payment.fault ?? new Promise<PylonError>(() => undefined)),
      reveal: async () => {
        if (payment.isOver) return; // it came back: there is nothing to reveal
        await post(book.do(`reveal/${payout_id}`, 'reveal-payout', { payout_id }));
        payment.endsSoon();
        void this.#tellPreimage(job, requestId, voidAt);
      },
      cancel: (reason) => {
        payment.comesBack(reason);
        desk.withdraw(requestId, job.provider);
      },
    };
  }

  /** Never rejects: a provider that is not told gives the money back when its time is up. */
  async #tellPreimage(
    { runId, queryId, provider }: Omit<PaidJob, 'priceMsat'>,
    requestId: string,
    voidAt: number,
  ): Promise<void> {
    const { desk, notice } = this.#options;
    const preimage = Buffer.from(this.#preimageOf(runId, queryId)).toString('hex');
    try {
      await desk.reveal({ provider, requestId, preimage, untilMs: voidAt * 1_000 });
    } catch (thrown) {
      notice(`a provider could not be told to take its money: ${toPylonError(thrown).code}`);
    }
  }

  /** Exactly what is to be paid, on our wallet's network, and in time. @throws PylonError `invoice-*` | `wallet-*` */
  async #checked(text: string, amountMsat: Msat) {
    const { clock } = this.#options;
    const [network, { checkInvoice, decodeInvoice }] = await Promise.all([
      this.#network.get(),
      import('../../../protocol/invoice.ts'),
    ]);
    const invoice = decodeInvoice(text);
    const nowSeconds = Math.floor(clock.now() / 1_000);
    checkInvoice(invoice, {
      amountMsat: msat(amountMsat),
      network,
      nowSeconds,
      secondsLeftMin: INVOICE_SECONDS_LEFT_MIN,
    });
    return invoice;
  }

  /** Resolves when all have, or the time is up. */
  #within(timeoutMs: number, awaited: readonly Promise<void>[]): Promise<void> {
    if (awaited.length === 0) return Promise.resolve();
    return new Promise((resolve) => {
      const cancel = this.#options.clock.after(timeoutMs, resolve);
      void Promise.all(awaited).then(() => {
        cancel();
        resolve();
      });
    });
  }
}
