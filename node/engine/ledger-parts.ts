// The ledger of this process, on disk or in memory, in the shape the engine needs. One process owns the
// store at a time; runs whose process died are closed when the next one opens it.
import type { Journal, Reputation } from '../../conductor/ports.ts';
import { doubtOf } from '../../conductor/verify/credibility.ts';
import { Book, type Operation } from '../../ledger/book/book.ts';
import { Experiments } from '../../ledger/experiments.ts';
import { RunImporter } from '../../ledger/export/import.ts';
import type { EventSource } from '../../ledger/follow.ts';
import { ForeignRuns } from '../../ledger/foreign-runs.ts';
import { closeInterrupted, giveUpPlanned } from '../../ledger/interrupted.ts';
import { RunJournal } from '../../ledger/journal.ts';
import { Leaderboard } from '../../ledger/leaderboard/leaderboard.ts';
import { type ReceiptLibrary, Receipts } from '../../ledger/receipts.ts';
import { RunRemover } from '../../ledger/remove-run.ts';
import { type DeadRun, deadRuns, type InterruptedRun, readInterrupted } from '../../ledger/resumable.ts';
import { StoredRuns } from '../../ledger/runs.ts';
import { Snapshots } from '../../ledger/snapshots.ts';
import { Store } from '../../ledger/store/store.ts';
import { EventTaker } from '../../ledger/take-events.ts';
import { VolatileJournal } from '../../ledger/volatile/journal.ts';
import { notKept, VolatileRuns } from '../../ledger/volatile/runs.ts';
import type { EventListener } from '../../ledger/writing/listeners.ts';
import { PylonError } from '../../protocol/errors.ts';
import type { RunState } from '../../protocol/fold.ts';
import type { TraceEvent } from '../../protocol/trace.ts';
import { homePaths } from '../home.ts';
import { removeTextsOf } from '../input/message-texts.ts';
import { type ArtifactParts, openArtifacts } from './artifacts.ts';
import { exportingOf, NOTHING_TO_EXPORT } from './exporting.ts';
import type { EngineOptions, ExperimentLibrary, RunLibrary, ServedEngine } from './port.ts';
import { RunFolders, reading } from './run-folders.ts';

/** What it takes to resume a run. */
export interface InterruptedRuns {
  /** Keeps how a run is asked for, with the commit of its RunInit. */
  keepRequest(runId: string, request: unknown): void;
  /** @throws PylonError `run-unknown` | `run-not-resumable` | `store-corrupt` */
  read(runId: string, observe: (event: TraceEvent) => void): Promise<InterruptedRun>;
  /** Opens its trace again. @throws PylonError `run-not-resumable` while it goes on */
  takeUp(state: RunState): void;
  /** A payload of a trace; undefined when it is not kept, or damaged. */
  payload(hash: string): Promise<Uint8Array | undefined>;
  /** Those whose process died, oldest first. */
  dead(): AsyncIterable<DeadRun>;
}

/** What a run stands on, beside its trace. */
export interface Evidence {
  /** Keeps where the inputs of a run are, with the commit of its RunInit, as long as the run is there. */
  keepInputs(runId: string, locations: readonly string[]): void;
  /** Absolute paths in the order of the record. */
  inputs(runId: string): Promise<readonly string[] | undefined>;
  /** A payload that the trace of this run names. @throws PylonError `store-corrupt` */
  payload(runId: string, hash: string): Promise<Uint8Array | undefined>;
}

export interface LedgerParts {
  readonly book: Book;
  /** Absent in memory. */
  readonly store?: Store;
  readonly interrupted: InterruptedRuns;
  readonly evidence: Evidence;
  readonly journal: Journal & {
    subscribe(listener: EventListener): () => void;
    /** Makes a book operation durable that no run tells of. */
    post(operation: Operation): Promise<void>;
  };
  readonly source: EventSource;
  readonly leaderboard: Leaderboard;
  readonly reputation: Reputation;
  readonly library: RunLibrary;
  readonly receipts: ReceiptLibrary;
  readonly experiments: ExperimentLibrary;
  /** Absent in memory: all is predicted by the signatures' own parameters there. */
  readonly artifacts?: ArtifactParts;
  /** JSON of a RunSnapshot. @throws PylonError `run-unknown` | `store-corrupt` */
  snapshot(runId: string): Promise<Uint8Array>;
  /** Takes runs of other homes. */
  readonly receive: ServedEngine['receive'];
  /** Writes the open folder of a finished run. */
  keepFolder(runId: string): Promise<void>;
  close(): Promise<void>;
}

/** Nothing is kept, so nothing can go on. */
const NEVER_INTERRUPTED: InterruptedRuns = {
  keepRequest: () => undefined,
  read: () => Promise.reject(notKept()),
  takeUp: () => {
    throw notKept();
  },
  payload: async () => undefined,
  async *dead() {},
};

function interruptedIn(store: Store, journal: RunJournal, runs: StoredRuns): InterruptedRuns {
  return {
    keepRequest: (runId, request) => journal.keepRequest(runId, request),
    read: (runId, observe) => readInterrupted(store, journal, runId, observe),
    takeUp: (state) => journal.takeUp(state),
    async payload(hash) {
      try {
        return await runs.blob(hash);
      } catch (thrown) {
        if (thrown instanceof PylonError && thrown.code === 'store-corrupt') return undefined; // as good as lost
        throw thrown;
      }
    },
    dead: () => deadRuns(store),
  };
}

const NO_EVIDENCE: Evidence = {
  keepInputs: () => undefined,
  inputs: async () => undefined,
  payload: async () => undefined,
};

/** How far a provider is believed unchecked, from 0 to 1; undefined for one of whom nothing was checked. */
function trustIn(reputation: Reputation): (provider: string) => number | undefined {
  return (provider) => {
    const standing = reputation.standing(provider);
    return standing === undefined ? undefined : 1 - doubtOf(standing);
  };
}

function inMemory({ clock }: EngineOptions): LedgerParts {
  const book = Book.volatile(() => clock.now());
  const journal = new VolatileJournal();
  const runs = new VolatileRuns(journal);
  const refused = () => Promise.reject(notKept());
  return {
    book,
    interrupted: NEVER_INTERRUPTED,
    evidence: NO_EVIDENCE,
    journal,
    source: { events: runs.events.bind(runs), subscribe: journal.subscribe.bind(journal) },
    reputation: journal.reputations,
    leaderboard: new Leaderboard({ source: journal, nowMs: () => clock.now(), trustOf: trustIn(journal.reputations) }),
    library: {
      ...reading(runs, () => clock.now()),
      delete: refused,
      ...NOTHING_TO_EXPORT,
      annotate: refused,
    },
    receipts: { read: refused, list: refused, blob: refused },
    experiments: { list: refused, view: refused, note: refused },
    snapshot: (runId) => runs.snapshot(runId),
    receive: refused,
    keepFolder: async () => {},
    close: async () => {},
  };
}

async function onDisk({ home, clock, random, notice }: EngineOptions): Promise<LedgerParts> {
  const store = await Store.open(homePaths.store(home));
  const book = await Book.open(store, () => clock.now());
  const journal = new RunJournal(store, clock, book);
  const runs = new StoredRuns(store, journal);
  const taker = new EventTaker(store, journal);
  const experiments = new Experiments(store, runs.listed);
  const remover = new RunRemover(store, journal);
  const importer = new RunImporter(store, journal, taker);
  const runFolders = new RunFolders(homePaths.runs(home), { runs, taker, remover, clock });
  const snapshots = new Snapshots(store, journal);
  const foreign = new ForeignRuns(store, journal, taker);
  const artifacts = await openArtifacts(store, journal, notice);
  const closed = await closeInterrupted(store, book, journal, clock.now());
  await giveUpPlanned(book, journal);
  await journal.recount();
  if (closed.length > 0)
    notice(`${closed.length} run(s) of a process that died were closed: ${closed.map((run) => run.id).join(', ')}`);
  return {
    book,
    store,
    interrupted: interruptedIn(store, journal, runs),
    evidence: {
      keepInputs: (runId, locations) => journal.keepInputs(runId, locations),
      inputs: (runId) => runs.inputs(runId),
      payload: (runId, hash) => runs.payload(runId, hash),
    },
    journal,
    source: { events: runs.events.bind(runs), subscribe: journal.subscribe.bind(journal) },
    reputation: journal.reputations,
    leaderboard: new Leaderboard({
      source: journal.hours,
      nowMs: () => clock.now(),
      trustOf: trustIn(journal.reputations),
    }),
    library: {
      ...runFolders.library,
      ...exportingOf({ home, random, runs, importer, folders: runFolders }),
      async delete(id) {
        const inputs = await runs.inputs(id);
        await runFolders.library.delete(id);
        await removeTextsOf(home, id, inputs ?? []);
        foreign.forget();
      },
    },
    receipts: new Receipts(store),
    artifacts,
    experiments: {
      list: () => experiments.list(),
      view: (name) => experiments.view(name),
      note: (name, note) => experiments.note(name, note, clock.now()),
    },
    snapshot: (runId) => snapshots.read(runId),
    receive: (key, delivery, quotaBytes) => foreign.take(key, delivery, quotaBytes),
    keepFolder: (runId) => runFolders.keep(runId),
    async close() {
      try {
        await journal.close();
      } finally {
        await store.close();
      }
    },
  };
}

/** @throws PylonError `store-locked` | `store-corrupt` | `home-unwritable` */
export function openLedger(options: EngineOptions): Promise<LedgerParts> {
  return options.store === 'memory' ? Promise.resolve(inMemory(options)) : onDisk(options);
}
