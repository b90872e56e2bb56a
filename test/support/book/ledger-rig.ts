// A ledger on disk with the model beside it: every operation is asked of both, committed with its events as a conductor
// does, and compared. It can be closed and opened again, and its writes can be made to fail.
import { Book, type Operation } from '../../../ledger/book/book.ts';
import type { Entry } from '../../../ledger/book/entry.ts';
import { readEntries } from '../../../ledger/book/refold.ts';
import { verifyBook } from '../../../ledger/book/verify.ts';
import { closeInterrupted } from '../../../ledger/interrupted.ts';
import { RunJournal, type Timer } from '../../../ledger/journal.ts';
import { Store } from '../../../ledger/store/store.ts';
import { PylonError } from '../../../protocol/errors.ts';
import type { TraceEvent } from '../../../protocol/trace.ts';
import { promptTimer } from '../prompt-timer.ts';
import { TRACE_BEGINS_MS } from '../traces.ts';
import { bookFaults, entryFaults } from './checks.ts';
import { BookModel } from './model.ts';
import { type Asked, describeAsked } from './operation.ts';
import { RunTraces } from './run-traces.ts';

/** What became of an operation that was asked. */
export interface Outcome {
  /** Absent when it was refused. */
  readonly operation?: Operation;
  /** The code of a refusal. */
  readonly refused?: string;
  /** Resolves when it is durable, or at once when it was refused. Rejects when nobody knows. */
  readonly stored: Promise<void>;
}

/** The first says what is wrong, the rest follows from it. */
export const FAULTS_MAX = 10;

const now = () => TRACE_BEGINS_MS;

export class LedgerRig {
  readonly folder: string;
  readonly #timer: Timer;
  readonly faults: string[] = [];
  model = new BookModel();
  store!: Store;
  book!: Book;
  journal!: RunJournal;
  #traces = new RunTraces();
  /** All entries up to here were acknowledged. */
  #acknowledged = 0;
  #asked: Asked | undefined;
  readonly #untold = new Set<string>();

  private constructor(folder: string, timer: Timer) {
    this.folder = folder;
    this.#timer = timer;
  }

  /**
   * Reads what is there; what the runs of before held is released (I11).
   * @param prepare called with each store that is opened, before the book reads it
   */
  static async open(folder: string, timer: Timer = promptTimer, prepare?: (store: Store) => void): Promise<LedgerRig> {
    const rig = new LedgerRig(folder, timer);
    await rig.#open(prepare);
    return rig;
  }

  async #open(prepare?: (store: Store) => void): Promise<void> {
    this.store = await Store.open(this.folder);
    prepare?.(this.store);
    this.book = await Book.open(this.store, now);
    this.journal = new RunJournal(this.store, this.#timer, this.book);
    await this.#catchUp();
    await this.#closeRuns();
  }

  /** The latest operation asked, for a message. */
  get latest(): string {
    return this.#asked === undefined ? 'nothing was asked' : describeAsked(this.#asked);
  }

  /** Asks once more what failed, with the same id. A run whose trace could not be written has none from then on. */
  retry(asked: Asked): Outcome {
    if (asked.kind === 'open-run') this.#untold.add(asked.facts.run_id);
    return this.submit(asked);
  }

  /** Asks it of the book and of the model, and commits it. */
  submit(asked: Asked): Outcome {
    if (this.book.fault !== undefined) return { stored: Promise.reject(this.book.fault) };
    this.#asked = asked;
    const verdict = this.model.do(asked);
    const said = this.#do(asked);
    if (said instanceof PylonError) {
      if (!('code' in verdict) || verdict.code !== said.code) this.#fault(`it was refused: ${said.message}`);
      return { refused: said.code, stored: Promise.resolve() };
    }
    if ('code' in verdict) this.#fault(`it should have been refused: ${verdict.code}`);
    else if (verdict.seq !== said.seq || verdict.isNew !== (said.entry !== undefined))
      this.#fault(`it became entry ${said.seq}, it should be ${verdict.seq}`);
    if (said.entry !== undefined)
      for (const fault of entryFaults(this.book.rows, this.model, said.entry)) this.#fault(fault);
    return { operation: said, stored: this.#commit(said) };
  }

  /** Something that tells of no money, and needs no sync. */
  async idle(runId: string): Promise<void> {
    if (!this.#untold.has(runId)) await this.journal.commit(this.#traces.idle(runId));
  }

  /** Compares everything in memory. */
  check(): void {
    for (const fault of bookFaults(this.book.rows, this.model)) this.#fault(fault);
  }

  /** Checks what is on disk and in memory as `pylon ledger verify` does; money may go on meanwhile. */
  async verify(): Promise<void> {
    const { faults } = await verifyBook(this.store, this.book);
    for (const fault of faults) {
      const isUntold = [...this.#untold].some((runId) => fault.startsWith(`held/${runId}: the run is gone`));
      if (!isUntold) this.#fault(`verify: ${fault}`);
    }
  }

  /** Compares what is on disk, folded afresh, with memory (I9). Nothing may be under way. */
  async checkStored(): Promise<void> {
    await this.verify();
    const read = await Book.open(this.store, now);
    for (const fault of bookFaults(read.rows, this.model)) this.#fault(`on disk: ${fault}`);
    if (read.latestSeq !== this.model.entries)
      this.#fault(`I7: ${read.latestSeq} entries are on disk, ${this.model.entries} were made`);
  }

  /** Closes it and opens it again. */
  async reopen(prepare?: (store: Store) => void): Promise<void> {
    await this.journal.close();
    await this.store.close();
    await this.#open(prepare);
  }

  /** After a write that failed: the book is read again, and the runs that were going on are closed. */
  async recover(): Promise<void> {
    await this.book.recover();
    await this.#catchUp();
    await this.#closeRuns();
  }

  async close(): Promise<void> {
    await this.journal.close();
    await this.store.close();
  }

  /** The model follows what is on disk; what was acknowledged must be there (I7). */
  async #catchUp(): Promise<void> {
    const before = this.model;
    this.model = new BookModel();
    for await (const entry of readEntries(this.store)) this.#follow(entry);
    for (const [id, { seq }] of before.done)
      if (seq <= this.#acknowledged && this.model.done.get(id)?.seq !== seq)
        this.#fault(`I7: ${id} was acknowledged as entry ${seq} and is not there`);
    this.check();
  }

  async #closeRuns(): Promise<void> {
    const from = this.book.latestSeq;
    try {
      await closeInterrupted(this.store, this.book, this.journal, TRACE_BEGINS_MS);
    } catch (thrown) {
      if (!(thrown instanceof PylonError) || thrown.code !== 'store-failed') throw thrown;
      return this.recover(); // this write failed too
    }
    for await (const entry of readEntries(this.store)) if (entry.seq > from) this.#follow(entry);
    this.#traces = new RunTraces();
    this.check();
    if (this.model.spending.runs.size > 0) this.#fault('I11: a run that nobody writes still has a budget');
  }

  #follow(entry: Entry): void {
    for (const fault of this.model.follow(entry)) this.#fault(fault);
  }

  #do({ id, kind, facts }: Asked): Operation | PylonError {
    try {
      return this.book.do(id, kind, facts);
    } catch (thrown) {
      if (thrown instanceof PylonError) return thrown;
      throw thrown;
    }
  }

  async #commit(operation: Operation): Promise<void> {
    const events = operation.entry === undefined ? [] : this.#eventsOf(operation.entry);
    await (events.length === 0 ? this.journal.post(operation) : this.journal.commit(events, operation));
    this.#acknowledged = Math.max(this.#acknowledged, operation.seq);
  }

  #eventsOf(entry: Entry): TraceEvent[] {
    const isUntold = 'run_id' in entry.facts && this.#untold.has(entry.facts.run_id);
    return isUntold ? [] : this.#traces.of(entry);
  }

  #fault(fault: string): void {
    if (this.faults.length < FAULTS_MAX) this.faults.push(`${fault} [latest asked: ${this.latest}]`);
  }
}
