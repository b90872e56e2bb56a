// The journal of a simulation: folds every event as the real ones do, holds the money to its invariants, hashes all events in
// order, and makes a commit wait for the next write as a disk does. What it was told is forgotten at once.
import { createHash } from 'node:crypto';
import type { Clock, Journal } from '../../../conductor/ports.ts';
import type { Book, Operation } from '../../../ledger/book/book.ts';
import { Reputations } from '../../../ledger/reputation.ts';
import { RunStates } from '../../../ledger/writing/live-runs.ts';
import { PylonError, toPylonError } from '../../../protocol/errors.ts';
import type { RunState } from '../../../protocol/fold.ts';
import { endsRun } from '../../../protocol/run-end.ts';
import { type TraceEvent, traceEventSchema } from '../../../protocol/trace.ts';
import { MemoryRows } from './memory-rows.ts';
import type { MoneyAudit } from './money-audit.ts';

/** What nobody waits for is written this much later, with whatever else has come by then, as by the real journal. */
const GROUP_DELAY_MS = 10;
/** Money, and the beginning and the end of a run, are written at once; a synced write takes about so long. */
const SYNC_MS = 1;

/** The leaderboard is measured elsewhere. */
const NO_ROLLUPS = { add: () => undefined };
/** Characters that are hashed together: a call for each event costs more than the hashing. */
const HASHED_AT_ONCE = 65_536;

/** Whoever reads along; in the order of the events, before anybody waits for them no longer. */
export type Reader = (event: TraceEvent, state: RunState) => void;

/** Commits of one moment share one write. */
class Writes {
  readonly #clock: Clock;
  #next: Promise<void> | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  next(delayMs: number): Promise<void> {
    this.#next ??= new Promise((resolve) => {
      this.#clock.after(delayMs, () => {
        this.#next = undefined;
        resolve();
      });
    });
    return this.#next;
  }
}

export class SimJournal implements Journal {
  readonly faults: string[] = [];
  events = 0;
  readonly #rows = new MemoryRows();
  readonly reputations = new Reputations(this.#rows);
  readonly #runs = new RunStates();
  readonly #ended = new Set<string>();
  readonly #hash = createHash('sha256');
  #unhashed = '';
  readonly #book: Book;
  readonly #audit: MoneyAudit;
  readonly #reader: Reader;
  readonly #isStrict: boolean;
  readonly #urgent: Writes;
  readonly #gathered: Writes;

  /** @param isStrict holds every event to the schema of the open format too, which takes as long as all the rest */
  constructor(clock: Clock, book: Book, audit: MoneyAudit, reader: Reader, isStrict: boolean) {
    this.#urgent = new Writes(clock);
    this.#gathered = new Writes(clock);
    this.#book = book;
    this.#audit = audit;
    this.#reader = reader;
    this.#isStrict = isStrict;
  }

  /** The hash of all events so far, in order. */
  traceHash(): string {
    this.#hashUp();
    return this.#hash.copy().digest('hex');
  }

  commit(events: readonly TraceEvent[], operation?: Operation): Promise<void> {
    try {
      this.#take(events, operation);
    } catch (thrown) {
      this.#fault(toPylonError(thrown).message);
      return Promise.reject(thrown);
    }
    const isUrgent = operation !== undefined || endsRun(events.at(-1)!);
    return isUrgent ? this.#urgent.next(SYNC_MS) : this.#gathered.next(GROUP_DELAY_MS);
  }

  /** Payloads are not kept. */
  keepBlob(): void {}

  #hashUp(): void {
    this.#hash.update(this.#unhashed);
    this.#unhashed = '';
  }

  #take(events: readonly TraceEvent[], operation: Operation | undefined): void {
    if (this.#isStrict) for (const event of events) traceEventSchema.parse(event);
    const ended = events.find(({ run_id }) => this.#ended.has(run_id));
    if (ended !== undefined)
      throw new PylonError('trace-invalid', { value: ended.type, reason: `${ended.run_id} had ended` });
    const state = this.#runs.accept(events, NO_ROLLUPS, this.reputations);
    if (operation !== undefined) {
      this.#book.handOver(operation);
      this.#book.stored([operation]);
    }
    if (events.some(({ type }) => type === 'VerifyRedundant')) {
      this.#rows.write(this.reputations.take());
      this.reputations.stored();
    }
    this.#audit.see(events, operation);
    for (const event of events) {
      this.#unhashed += JSON.stringify(event);
      this.events++;
      this.#reader(event, state);
    }
    if (this.#unhashed.length > HASHED_AT_ONCE) this.#hashUp();
    if (state.status === 'running') return;
    this.#audit.end(state.id);
    this.#checkEnd(state);
    this.#ended.add(state.id);
    this.#runs.forget(state.id);
  }

  /** The state of a run that ended is whole: what is open in it will never be closed. */
  #checkEnd(state: RunState): void {
    if (state.in_flight !== 0) this.#fault(`${state.id} ended with ${state.in_flight} queries in flight`);
    if (state.held_msat !== 0) this.#fault(`I11 the trace of ${state.id} ends with ${state.held_msat} msat held`);
  }

  #fault(fault: string): void {
    if (this.faults.length < 100) this.faults.push(fault);
  }
}
