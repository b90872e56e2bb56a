// The small interfaces through which a run touches the world. The conductor knows nothing of Nostr,
// Lightning, HTTP or LevelDB; node/ wires the real ones, test/simulation/ the simulated ones.
import { PylonError } from '../protocol/errors.ts';
import type { Offer } from '../protocol/handler.ts';
import type { JobRequest, JobResult } from '../protocol/job.ts';
import type { Msat } from '../protocol/money.ts';
import type { InputFile } from '../protocol/run.ts';
import type { Signature, Usage } from '../protocol/signature.ts';
import type { Standing } from '../protocol/standing.ts';
import type { MoneyFact, PayoutFact, TraceEvent } from '../protocol/trace.ts';
import type { PredictOptions } from './predict/options.ts';

/** Wall time and timers. `now` is unix milliseconds and never goes backwards within a process. */
export interface Clock {
  now(): number;
  /** Calls back once after at least `delayMs`; the function returned cancels it. */
  after(delayMs: number, callback: () => void): () => void;
}

/** Unpredictable in production, seeded in tests. */
export interface Random {
  bytes(length: number): Uint8Array;
  /** At least 0, below 1. */
  fraction(): number;
}

/** The input of a run: it can be streamed more than once and read back at any byte range. */
export interface Corpus {
  readonly files: readonly InputFile[];
  /** Bytes of one file from its start, in pieces of any size. @throws PylonError `input-unreadable` | `input-changed` */
  open(file: number): AsyncIterable<Uint8Array>;
  /** Exactly the bytes [startByte, endByte). @throws PylonError `input-changed` when they are not there */
  read(file: number, startByte: number, endByte: number): Promise<Uint8Array>;
}

export interface Prediction<Output> {
  readonly output: Output;
  readonly usage: Usage;
  /** How often the output had to be asked for again before it had the right form. */
  readonly repairs: number;
}

/**
 * Whatever fulfils signatures: a language model by prompt, the embedded engine by ranking.
 * `output` MUST satisfy the signature's schema. A failure carries the usage it cost (PredictionFailed).
 */
export interface Backend {
  /** `extractive` or `openai:<model>`; recorded with every prediction. */
  readonly name: string;
  /** The smaller model beside it, for predictions whose parameters name that role; absent where there is one model. */
  readonly sub?: Backend;
  predict<Input, Output>(
    signature: Signature<Input, Output>,
    input: Input,
    options: PredictOptions,
  ): Promise<Prediction<Output>>;
}

export interface ChatMessage {
  readonly role: 'system' | 'user' | 'assistant';
  readonly content: string;
}

export interface Completion {
  readonly text: string;
  readonly usage: Usage;
}

/**
 * One call of a chat model. `usage.calls` counts every request that reached the endpoint, retries included; tokens are
 * what the endpoint reported, 0 where it reported none, never an estimate.
 */
export interface LanguageModel {
  readonly model: string;
  /** @throws PredictionFailed with what the failed calls cost: `model-*`, `backend-unavailable`, `job-cancelled` on abort */
  complete(request: {
    messages: readonly ChatMessage[];
    maxOutputTokens: number;
    /** Asks the endpoint to let the model write one JSON object only, where the endpoint can. */
    json?: boolean;
    /** Called before each request but the first; what it throws ends the completion. */
    beforeRetry?: () => void;
    signal: AbortSignal;
  }): Promise<Completion>;
}

export interface Ask {
  /** What the run calls it. For whoever watches a market; it is not sent. */
  readonly queryId?: string;
  readonly request: JobRequest;
  readonly offer: Offer;
  readonly bidMsat: Msat;
  /** From then on nobody need answer (unix ms). */
  readonly expiresAtMs: number;
}

export interface MarketReply {
  readonly requestId: string;
  /** Hex key whose signature the result bears. */
  readonly provider: string;
  readonly result: JobResult;
  /** What the provider says it is owed; a claim, not a bill. */
  readonly amountMsat: Msat;
}

export interface AskOptions {
  readonly signal: AbortSignal;
  readonly onSignOfLife: () => void;
  /** The provider's hold invoice for a job in escrow, unread, with the id of the request it is for. The job goes on. */
  readonly onEscrow?: (invoice: string, requestId: string) => void;
  readonly onLateCost?: (usage: Usage) => void;
}

/** Where providers are found and asked. */
export interface Market {
  /**
   * Providers whose announcement is in force now. It is asked for each job, so it MUST be the same array until something changes, and
   * another one then: whoever reads it keeps an index as long as it is the same.
   */
  offers(): readonly Offer[];
  /** Validators whose announcement is in force now; they are asked like providers. Absent where the market knows none. */
  validators?(): readonly Offer[];
  /**
   * Asks one provider. Aborting `signal` withdraws the job on the wire. `onSignOfLife` is called when the
   * provider shows that it works on it; `onLateCost`, at most once and within LATE_COST_MS of the abort, when it
   * says what the withdrawn job had cost. Resolves with a result that is bound to the request's event and
   * sealed by the provider asked; what is inside is still unchecked.
   * @throws PylonError `job-*` with the provider's own code, `relay-*`, `job-cancelled` on abort
   */
  ask(ask: Ask, options: AskOptions): Promise<MarketReply>;
}

/**
 * An operation that the Book has done in memory. It MUST be handed to the Journal at once, with the event that tells it:
 * only then is it durable. `seq` and `changes` are the book's own.
 */
export interface BookOperation {
  readonly seq: number;
  readonly changes: ReadonlyMap<string, unknown>;
}

/** What an operation on a run's budget moved. */
export interface BudgetOperation extends BookOperation {
  readonly heldMsat: Msat;
  readonly owedMsat: Msat;
  /** Stays set aside for routing the payment of what is owed. */
  readonly feeReserveMsat: Msat;
  readonly releasedMsat: Msat;
}

/** A run's budget. What does not fit is refused before anything is sent. */
export interface Book {
  /** @param feePpm set aside on top of each price for routing its payment, in millionths */
  openRun(runId: string, limitMsat: Msat, feePpm: number): BudgetOperation;
  /**
   * Opens the budget of an interrupted run again.
   * @param reopening what it may spend in all, what it had settled by then, and how often it was resumed, this time included
   */
  reopenRun(
    runId: string,
    reopening: { limitMsat: Msat; settledMsat: Msat; feePpm: number; times: number },
  ): BudgetOperation;
  /** The highest price that still fits, with what routing it may cost. */
  affordableMsat(runId: string): Msat;
  /** Sets sats aside for one query, worst case. @throws PylonError `budget-exhausted` when it does not fit */
  reserve(runId: string, queryId: string, priceMsat: Msat): BudgetOperation;
  /** Posts what the provider claims, at most the hold; the rest of the hold becomes available again. */
  settle(runId: string, queryId: string, provider: string, claimedMsat: Msat): BudgetOperation;
  release(runId: string, queryId: string): BudgetOperation;
  /** @throws PylonError `internal` when a hold is left (I11) */
  closeRun(runId: string): BudgetOperation;
}

/** Records a step of a payout in the trace of the run that pays, atomically with its book operation. */
export type TellPayout = (fact: PayoutFact, operation: BookOperation) => Promise<void>;

/** Pays providers what the book says they are owed. What a wallet or a provider does wrong is told, never thrown. */
export interface Payer {
  /** Before a run ends: everything it owes. Resolves when each payout is settled, failed, or unknown for now. */
  payRun(runId: string, tell: TellPayout): Promise<void>;
  /** Something more is owed to a provider; where it has become much, it is paid in the background. */
  noteOwed(provider: string, runId: string, tell: TellPayout): void;
  /** While a run goes on: a provider wants what it is owed before it goes on. @returns true when nothing is owed to it any more */
  payProvider(provider: string, runId: string, tell: TellPayout): Promise<boolean>;
}

/** Records steps in the trace of a run, atomically with their book operation. @returns false when they cannot be stored */
export type TellMoney = (facts: readonly MoneyFact[], operation?: BookOperation) => Promise<boolean>;

/** One job whose price is paid before its answer counts. */
export interface PaidJob {
  readonly runId: string;
  readonly queryId: string;
  readonly provider: string;
  /** What the query holds for it. */
  readonly priceMsat: Msat;
}

/** A job whose price is to wait in escrow. */
export interface EscrowOrder extends PaidJob {
  readonly requestId: string;
  /** From then on the provider gives the money back (unix ms). */
  readonly expiresAtMs: number;
  /** The provider's, unread. */
  readonly invoice: string;
}

/** What waits in escrow for one query. Exactly one of the two MUST be called, once. */
export interface Escrow {
  /** Settles, with the reason, when the money does not wait there any more without our doing. */
  readonly lost: Promise<PylonError>;
  /** The answer was accepted: the provider may take the money. Resolves when that is decided durably. @throws PylonError `store-failed` */
  reveal(): Promise<void>;
  /** There is no answer, or none that counts: the money is to come back, and what the query held with it. */
  cancel(reason: string): void;
}

/**
 * Pays for a query before its answer counts: in escrow, where the money waits with the provider until the answer was verified,
 * or in advance, where it is gone. What the query held is the payment's from the decision on, and `tell` hears what becomes of it
 * until `endRun`.
 */
export interface PaymentsAhead {
  /** On which money waits in escrow (hex): nobody but us can make its preimage. */
  hashOf(runId: string, queryId: string): string;
  /**
   * Locks what a query holds in the provider's hold invoice: checked, decided durably, then paid.
   * @param isWanted asked at the last moment before the decision
   * @throws PylonError when nothing was decided; the query holds what it held
   */
  lock(order: EscrowOrder, isWanted: () => boolean, tell: TellMoney): Promise<Escrow>;
  /**
   * Pays the price in advance, by an invoice that the provider is asked for.
   * @param isWanted as for `lock`
   * @returns true when the provider has it
   * @throws PylonError when nothing was decided; the query holds what it held
   */
  prepay(job: PaidJob, isWanted: () => boolean, tell: TellMoney): Promise<boolean>;
  /** Before a run ends: resolves when each of its payments was taken, came back, or is told to be unknown for now. */
  endRun(runId: string): Promise<void>;
}

/** How far providers may be believed, from what was checked in earlier runs. What is checked now reaches it by the journal. */
export interface Reputation {
  /** Undefined for one of whom nothing was checked yet. At once: it is asked for each job. */
  standing(provider: string): Standing | undefined;
}

/** The only way to write. */
export interface Journal {
  /**
   * Appends events of one run, in order, atomically with the book operation. Resolves when they are in the
   * store; listeners hear of them then. RunInit, RunDone, RunFailed, receipts and money are synced.
   * @throws PylonError `store-failed`
   */
  commit(events: readonly TraceEvent[], operation?: BookOperation): Promise<void>;
  /**
   * Keeps a payload under its sha256 (hex), with the next commit.
   * @param always also where the disk is too slow for all of them: receipts and explorations
   */
  keepBlob(hash: string, bytes: Uint8Array, always?: boolean): void;
}

/** A prediction that failed after it may have cost something: the cost is never lost. */
export class PredictionFailed extends PylonError {
  readonly usage: Usage;
  readonly repairs: number;

  constructor(error: PylonError, usage: Usage, repairs: number) {
    super(error.code, {
      reason: error.reason,
      next: error.next,
      cause: error,
      ...(error.value === undefined ? {} : { value: error.value }),
    });
    this.usage = usage;
    this.repairs = repairs;
  }
}
