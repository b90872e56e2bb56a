// Numbers and times what happens in a run and hands it to the journal. `seq` has no gaps because only
// this class gives it out, and events reach the journal in the order they were emitted.
import { type PylonError, toPylonError } from '../../protocol/errors.ts';
import { TRACE_VERSION, type TraceEvent, type TraceFact } from '../../protocol/trace.ts';
import type { BookOperation, Clock, Journal } from '../ports.ts';

export class TraceEmitter {
  readonly runId: string;
  readonly #clock: Clock;
  readonly #journal: Journal;
  readonly #onFailure: (error: PylonError) => void;
  #seq: number;
  #hasFailed = false;
  #hear: (fact: TraceFact) => void = () => {};

  /**
   * @param onFailure called once for each write that failed; the run must end then
   * @param nextSeq where an interrupted run goes on
   */
  constructor(runId: string, clock: Clock, journal: Journal, onFailure: (error: PylonError) => void, nextSeq = 0) {
    this.runId = runId;
    this.#clock = clock;
    this.#journal = journal;
    this.#onFailure = onFailure;
    this.#seq = nextSeq;
  }

  /** A write failed: nothing more of this run can be recorded, money included. */
  get hasFailed(): boolean {
    return this.#hasFailed;
  }

  /** Has the listener told each fact from now on, as it is emitted. It MUST not throw. */
  hear(listener: (fact: TraceFact) => void): void {
    this.#hear = listener;
  }

  /** Records what happened, atomically with the book operation. Resolves when it is stored; never rejects (see onFailure). */
  emit(fact: TraceFact, operation?: BookOperation): Promise<void> {
    return this.emitTogether([fact], operation);
  }

  /** Several facts that are true together or not at all. */
  emitTogether(facts: readonly TraceFact[], operation?: BookOperation): Promise<void> {
    const timestamp_ms = this.#clock.now();
    // One literal with one spread: there are six events a sub-query, and a spread header costs twenty times as much.
    const events = facts.map(
      (fact) => ({ v: TRACE_VERSION, run_id: this.runId, timestamp_ms, seq: this.#seq++, ...fact }) as TraceEvent,
    );
    for (const fact of facts) this.#hear(fact);
    return this.#journal.commit(events, operation).catch(this.#fail);
  }

  readonly #fail = (thrown: unknown): void => {
    this.#hasFailed = true;
    this.#onFailure(toPylonError(thrown));
  };

  /** Keeps a payload beside the trace, under its hash. @param always also where the disk is slow */
  keepBlob(hash: string, payload: string | Uint8Array, always = false): void {
    this.#journal.keepBlob(hash, typeof payload === 'string' ? Buffer.from(payload) : payload, always);
  }
}
