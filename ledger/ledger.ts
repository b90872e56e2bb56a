// The ledger as its owner holds it: one store, one journal, the history, and the open folders. `openLedger`
// keeps everything, `volatileLedger` (`--no-log`) keeps nothing; whoever uses them need not know which.
import type { RunRecord } from '../protocol/run.ts';
import { exportRun } from './export/folder.ts';
import { type Imported, importRun } from './export/import.ts';
import { type Following, followRun } from './follow.ts';
import { closeInterrupted } from './interrupted.ts';
import { RunJournal, type Timer } from './journal.ts';
import { type RunHistory, StoredRuns } from './runs.ts';
import { Serial } from './serial.ts';
import { Store } from './store.ts';
import { VolatileJournal } from './volatile.ts';
import { notKept, VolatileRuns } from './volatile-runs.ts';

export interface Ledger {
  /** Fits the conductor's port `Journal`; also tells listeners and the state of runs going on. */
  readonly journal: RunJournal | VolatileJournal;
  readonly runs: RunHistory;
  /** Replays a run's events from `fromSeq`, then follows it live. @returns a function that ends it */
  follow(following: Following): () => void;
  /** Closes runs whose process died. Call it once after opening. @returns their records */
  closeInterrupted(nowMs: number): Promise<RunRecord[]>;
  /** Writes the open run folder (absolute) and returns its path. @throws PylonError `run-unknown` | `run-conflict` | `home-unwritable` */
  export(runId: string, folder: string): Promise<string>;
  /** Reads an open run folder (absolute) back. @throws PylonError `run-folder-invalid` | `trace-invalid` | `run-conflict` */
  import(folder: string): Promise<Imported>;
  /** @throws PylonError `run-unknown` | `request-invalid` while the run goes on */
  delete(runId: string): Promise<void>;
  /** Stores what waits, then closes. Safe to call twice. @throws PylonError `store-failed` */
  close(): Promise<void>;
}

/**
 * Opens the store; one process at a time.
 * @param folder of the store, made when it is missing
 * @throws PylonError `home-unwritable` | `store-locked` | `store-corrupt` | `store-failed`
 */
export async function openLedger(folder: string, timer: Timer): Promise<Ledger> {
  const store = await Store.open(folder);
  const journal = new RunJournal(store, timer);
  const runs = new StoredRuns(store, journal);
  const imports = new Serial(); // two of the same run would write over each other
  return {
    journal,
    runs,
    follow: (following) => followRun(sourceOf(runs, journal), following),
    closeInterrupted: (nowMs) => closeInterrupted(store, journal, nowMs),
    export: (runId, folder) => exportRun(runs, runId, folder),
    import: (folder) => imports.run(() => importRun(store, journal, folder)),
    delete: (runId) => runs.delete(runId),
    async close() {
      try {
        await journal.close();
      } finally {
        await store.close();
      }
    },
  };
}

/** The ledger of `--no-log`. */
export function volatileLedger(): Ledger {
  const journal = new VolatileJournal();
  const runs = new VolatileRuns(journal);
  return {
    journal,
    runs,
    follow: (following) => followRun(sourceOf(runs, journal), following),
    closeInterrupted: async () => [],
    export: (runId, folder) => exportRun(runs, runId, folder),
    import: () => Promise.reject(notKept()),
    delete: () => Promise.reject(notKept()),
    close: async () => undefined,
  };
}

function sourceOf(runs: RunHistory, journal: RunJournal | VolatileJournal) {
  return {
    events: (runId: string, fromSeq: number) => runs.events(runId, fromSeq),
    subscribe: journal.subscribe.bind(journal),
  };
}
