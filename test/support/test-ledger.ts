// A ledger in a folder of its own, with everything its owner wires together, closed when the test is over.
import { join } from 'node:path';
import { Book } from '../../ledger/book/book.ts';
import { exportRun } from '../../ledger/export/folder.ts';
import { RunImporter } from '../../ledger/export/import.ts';
import { ForeignRuns } from '../../ledger/foreign-runs.ts';
import { RunJournal } from '../../ledger/journal.ts';
import { RunRemover } from '../../ledger/remove-run.ts';
import { StoredRuns } from '../../ledger/runs.ts';
import { Snapshots } from '../../ledger/snapshots.ts';
import { Store } from '../../ledger/store/store.ts';
import { EventTaker } from '../../ledger/take-events.ts';
import { sha256Hex } from '../../protocol/event.ts';
import { promptTimer } from './prompt-timer.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { outputOf, runIdOf, type TraceShape, traceOf } from './traces.ts';

export async function openTestLedger(test: { teardown(undo: () => Promise<void>): void }, timer = promptTimer) {
  const home = await temporaryFolder(test);
  const store = await Store.open(join(home, 'store'));
  test.teardown(() => store.close());
  const book = await Book.open(store, () => 0);
  const journal = new RunJournal(store, timer, book);
  const runs = new StoredRuns(store, journal);
  const taker = new EventTaker(store, journal);
  const importer = new RunImporter(store, journal, taker);
  const remover = new RunRemover(store, journal);
  const foreign = new ForeignRuns(store, journal, taker);
  const snapshots = new Snapshots(store, journal);
  return {
    home,
    store,
    book,
    journal,
    runs,
    taker,
    foreign,
    delete: (id: string) => remover.delete(id),
    snapshots,
    export: (id: string, folder: string) => exportRun(runs, id, folder),
    import: (folder: string) => importer.import(folder),
  };
}

export type TestLedger = Awaited<ReturnType<typeof openTestLedger>>;

export async function collect<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const all: Item[] = [];
  for await (const item of items) all.push(item);
  return all;
}

/** Stores a finished run with its payloads. @returns its id */
export async function recordRun({ journal }: TestLedger, number: number, shape: TraceShape = {}): Promise<string> {
  const runId = runIdOf(number);
  for (let chunk = 0; chunk < 3; chunk++) journal.keepBlob(sha256Hex(outputOf(chunk)), Buffer.from(outputOf(chunk)));
  await journal.commit(traceOf({ runId, ...shape }));
  return runId;
}

/** Every key of the store. */
export async function keysOf({ store }: TestLedger): Promise<string[]> {
  return collect(store.keys({ gte: '', lt: '~' }));
}
