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
  #seq = 0;

  /** @param onFailure called once for each write that failed; the run must end then */
  constructor(runId: string, clock: Clock, journal: Journal, onFailure: (error: PylonError) => void) {
    this.runId = runId;
    this.#clock = clock;
    this.#journal = journal;
    this.#onFailure = onFailure;
  }

  /** Records what happened, atomically with the book operation. Resolves when it is stored; never rejects (see onFailure). */
  async emit(fact: TraceFact, operation?: BookOperation): Promise<void> {
    const header = { v: TRACE_VERSION, run_id: this.runId, seq: this.#seq++, timestamp_ms: this.#clock.now() };
    const event = { ...header, ...fact } as TraceEvent;
    try {
      await this.#journal.commit([event], operation);
    } catch (thrown) {
      this.#onFailure(toPylonError(thrown));
    }
  }

  /** Keeps a payload beside the trace, under its hash. */
  keepBlob(hash: string, text: string): void {
    this.#journal.keepBlob(hash, Buffer.from(text));
  }
}
