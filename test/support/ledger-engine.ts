// An engine for tests whose runs are those of a real ledger: what somebody commits to its journal is what it serves.
import { followRun } from '../../ledger/follow.ts';
import type { RunLibrary } from '../../node/engine/port.ts';
import type { TraceEvent } from '../../protocol/trace.ts';
import { FakeEngine } from './fake-engine.ts';
import type { TestLedger } from './test-ledger.ts';

export class LedgerEngine extends FakeEngine {
  override readonly runs: RunLibrary;
  readonly #ledger: TestLedger;

  constructor(ledger: TestLedger) {
    super();
    this.#ledger = ledger;
    const { runs } = ledger;
    const library: Partial<RunLibrary> = {
      get: (id) => runs.get(id),
      events: (id, fromSeq) => runs.events(id, fromSeq),
      resolve: (prefix) => runs.resolve(prefix),
    };
    this.runs = Object.assign(this.library(), library);
  }

  override subscribe(runId: string, fromSeq: number, listener: (event: TraceEvent) => void): () => void {
    const { runs, journal } = this.#ledger;
    const source = { events: runs.events.bind(runs), subscribe: journal.subscribe.bind(journal) };
    const onFailure = (error: Error) => {
      throw error;
    };
    return followRun(source, { runId, fromSeq, listener, onFailure });
  }

  override hear(listener: (events: readonly TraceEvent[]) => void): () => void {
    return this.#ledger.journal.subscribe(listener);
  }

  override snapshot(runId: string): Promise<Uint8Array> {
    return this.#ledger.snapshots.read(runId);
  }
}
