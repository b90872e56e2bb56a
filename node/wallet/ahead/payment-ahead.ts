// One payment that was decided before its query was answered, from the decision to its end: every step is in the book and in
// the run's trace at once. What a run cannot wait for is left to the watch (payout-watch.ts).
import type { Clock, PaidJob, TellMoney } from '../../../conductor/ports.ts';
import type { Book } from '../../../ledger/book/book.ts';
import type { EntryKind, Facts, Payout } from '../../../ledger/book/entry.ts';
import { isSealedInEscrow } from '../../../ledger/book/escrow.ts';
import { findPayout, isFinal } from '../../../ledger/book/payout.ts';
import { PylonError, toPylonError } from '../../../protocol/errors.ts';
import type { MoneyFact } from '../../../protocol/trace.ts';
import { endPayout, type PayoutEnd, type PayoutWatch } from '../payout-watch.ts';
import type { PreparedPayment, Wallet } from '../port.ts';

export interface PaymentAheadInit {
  /** Fresh, of this payout. */
  readonly id: string;
  readonly job: PaidJob;
  readonly tell: TellMoney;
  readonly book: Book;
  readonly wallet: Wallet;
  /** Of the same wallet. */
  readonly watch: PayoutWatch;
  readonly clock: Clock;
  readonly notice: (line: string) => void;
}

/** The wallet's answer to a payment says at once what became of it; if it is lost, a lookup does after this time. */
const LOOKUP_AFTER_MS = 2_000;

type Decision<Kind extends EntryKind> = Omit<Facts<Kind>, 'payout_id' | 'run_id' | 'query_id' | 'provider'>;

function notStored(): PylonError {
  return new PylonError('store-failed', { reason: 'what became of a payment was not stored' });
}

export class PaymentAhead {
  /** Settles when it is known what became of it, or nobody tells the run any more. */
  readonly over: Promise<void>;
  readonly #init: PaymentAheadInit;
  #endOver: () => void = () => undefined;
  /** Why it cannot be paid, as the wallet said it. */
  #fault: PylonError | undefined;
  /** Why its money comes back, where that is our wish. */
  #reason: string | undefined;
  /** The run has ended: its trace hears nothing more. */
  #isLeft = false;
  #cancelTimer: () => void = () => undefined;

  constructor(init: PaymentAheadInit) {
    this.#init = init;
    this.over = new Promise((resolve) => {
      this.#endOver = resolve;
    });
  }

  get id(): string {
    return this.#init.id;
  }

  get job(): PaidJob {
    return this.#init.job;
  }

  /** As the book has it now. */
  get payout(): Payout | undefined {
    return findPayout(this.#init.book.rows, this.id);
  }

  get isOver(): boolean {
    const { payout } = this;
    return payout === undefined || isFinal(payout.state);
  }

  /** False once its money is wanted back. */
  get isWanted(): boolean {
    return this.#reason === undefined;
  }

  /** Why the money is back although nobody here wished it; undefined where that is not so. */
  get fault(): PylonError | undefined {
    if (this.payout?.state !== 'failed' || this.#reason !== undefined) return undefined;
    return this.#fault ?? new PylonError('wallet-payment-failed', { reason: this.payout.reason ?? 'it came back' });
  }

  /** From the query's hold to a payout, on disk before anything is sent (I12). @throws PylonError: nothing was sent */
  async decide(kind: 'escrow-payout', decision: Decision<'escrow-payout'>): Promise<void>;
  async decide(kind: 'prepay-payout', decision: Decision<'prepay-payout'>): Promise<void>;
  async decide(kind: 'escrow-payout' | 'prepay-payout', decision: object): Promise<void> {
    const { book, tell, watch } = this.#init;
    const { runId: run_id, queryId: query_id, provider, priceMsat: amount_msat } = this.job;
    const payout_id = this.id;
    const facts = { ...decision, payout_id, run_id, query_id, provider } as Facts<typeof kind>;
    const operation = book.do(`ahead/${run_id}/${query_id}`, kind, facts);
    const start: MoneyFact = { type: 'PayoutStart', payout_id, provider, amount_msat, run_msat: amount_msat, query_id };
    if (await tell([start], operation)) return;
    void watch.watch(payout_id); // nobody knows whether it is on disk; that nothing was sent, the wallet says too
    throw notStored();
  }

  /** Asks the wallet, once; what it says later than anybody waits is looked up. */
  send(prepared: PreparedPayment): void {
    const { wallet, watch } = this.#init;
    watch.recordBy(this.id, (end) => this.#end(end));
    wallet.pay(prepared).then(
      ({ preimage, feesPaidMsat: fees_msat }) => this.#proven({ preimage, fees_msat }),
      (thrown) => {
        this.#fault = toPylonError(thrown);
        this.#lookUp();
      },
    );
  }

  /** Its money is wanted back, for this reason. */
  comesBack(reason: string): void {
    this.#reason ??= reason;
    this.endsSoon();
  }

  /** Its end is near: now the money can be taken, or given back. */
  endsSoon(): void {
    this.#cancelTimer = this.#init.clock.after(LOOKUP_AFTER_MS, () => this.#lookUp());
    if (this.isOver) this.#cancelTimer();
  }

  #lookUp(): void {
    const { watch } = this.#init;
    void watch.watch(this.id);
    watch.soon(this.id);
  }

  #over(): void {
    this.#cancelTimer();
    this.#init.watch.recordBy(this.id, undefined);
    this.#endOver();
  }

  /** The run ends without knowing: what may have been taken counts as spent, what nobody can take does not. */
  async leave(): Promise<void> {
    const { book, tell, watch, notice } = this.#init;
    const { payout, id: payout_id } = this;
    this.#isLeft = true;
    this.#over();
    if (payout === undefined || isFinal(payout.state)) return;
    void watch.watch(payout_id);
    if (book.fault !== undefined) return; // what is on disk counts, and its run is told nothing more
    const reason = this.#fault?.code ?? 'the wallet has not answered yet';
    const operation =
      payout.state === 'sent' ? book.do(`doubt/${payout_id}`, 'doubt-payout', { payout_id, reason }) : undefined;
    const facts: MoneyFact[] = [{ type: 'PayoutUnknown', payout_id, reason }];
    facts.push(isSealedInEscrow(payout) ? this.#released(payout, 'unknown') : this.#spent(payout));
    await tell(facts, operation);
    notice(`it is not known yet what became of a payment (${reason}); it is looked up, and never made twice`);
  }

  async #proven(end: PayoutEnd): Promise<void> {
    if (this.#isLeft) return this.#lookUp();
    try {
      await this.#end(end);
    } catch (thrown) {
      const { code } = toPylonError(thrown); // a false proof proves nothing, and what is not stored is not known
      this.#init.notice(`a payment is not proven: ${code}; it is looked up`);
      this.#lookUp();
    }
  }

  async #end(end: PayoutEnd): Promise<void> {
    const { book, tell } = this.#init;
    const { payout, id: payout_id } = this;
    const operation = endPayout(book, payout_id, end);
    if (operation === undefined || payout === undefined) return;
    const facts: MoneyFact[] =
      end.preimage === undefined
        ? [this.#failed(end.reason), this.#released(payout, this.#reason ?? end.reason)]
        : [this.#spent(payout), { type: 'PayoutSettle', payout_id, ...end }];
    const isTold = await tell(facts, operation);
    this.#over();
    if (!isTold) throw notStored(); // it is read again, and looked up
  }

  #failed(reason: string): MoneyFact {
    return {
      type: 'PayoutFailed',
      payout_id: this.id,
      reason: (this.#reason ?? this.#fault?.code ?? reason).slice(0, 1_000),
    };
  }

  #released({ amount_msat, fee_reserve_msat }: Payout, reason: string): MoneyFact {
    const whole = amount_msat + fee_reserve_msat;
    return { type: 'BudgetRelease', query_id: this.job.queryId, amount_msat: whole, reason: reason.slice(0, 1_000) };
  }

  #spent({ provider, amount_msat, fee_reserve_msat }: Payout): MoneyFact {
    const routing = fee_reserve_msat === 0 ? {} : { fee_reserve_msat };
    return { type: 'BudgetSettle', query_id: this.job.queryId, provider, amount_msat, ...routing };
  }
}
