// The history of `--no-log`: the runs of this process, as far as its journal still knows them.
import { PylonError } from '../../protocol/errors.ts';
import type { RunRecord } from '../../protocol/run.ts';
import type { RunPage, RunSelection } from '../../protocol/run-list.ts';
import type { TraceEvent } from '../../protocol/trace.ts';
import { RunIndex } from '../history/run-index.ts';
import type { RunFilter, RunHistory } from '../runs.ts';
import { LiveSnapshots, snapshotOfEvents } from '../snapshots.ts';
import { normalisePrefix, theOnly } from '../unique-prefix.ts';
import type { VolatileJournal } from './journal.ts';

export class VolatileRuns implements RunHistory {
  readonly #journal: VolatileJournal;
  readonly #snapshots: LiveSnapshots;

  constructor(journal: VolatileJournal) {
    this.#journal = journal;
    this.#snapshots = new LiveSnapshots(journal);
  }

  async list({ limit, status, experiment, before }: RunFilter): Promise<RunRecord[]> {
    const wanted = (record: RunRecord) =>
      (status === undefined || record.status === status) &&
      (experiment === undefined || record.experiment === experiment) &&
      (before === undefined || record.id < before);
    return this.#journal.records().filter(wanted).slice(0, Math.max(0, limit));
  }

  async page(selection: RunSelection): Promise<RunPage> {
    const records = new Map(this.#journal.records().map((record) => [record.id, record]));
    const index = new RunIndex();
    for (const record of records.values()) index.set(record);
    const { ids, nextCursor, total } = index.page(selection);
    return { runs: ids.flatMap((id) => records.get(id) ?? []), next_cursor: nextCursor, total };
  }

  async get(id: string): Promise<RunRecord | undefined> {
    return this.#journal.records().find((record) => record.id === id);
  }

  async *events(id: string, fromSeq = 0): AsyncGenerator<TraceEvent> {
    yield* this.#journal.recent(id, fromSeq);
  }

  async resolve(prefix: string): Promise<string> {
    const wanted = normalisePrefix(prefix);
    const ids = this.#journal.records().map((record) => record.id);
    return theOnly(wanted === undefined ? [] : ids.filter((id) => id.startsWith(wanted)), prefix);
  }

  /** @throws PylonError `run-unknown` when it is over and its first events are not kept any more */
  async snapshot(id: string): Promise<Uint8Array> {
    return this.#snapshots.read(id) ?? snapshotOfEvents(id, this.events(id));
  }

  async blob(): Promise<undefined> {
    return undefined;
  }
}

/** What needs a store, asked of a ledger that has none. */
export function notKept(): PylonError {
  return new PylonError('request-invalid', { reason: 'with --no-log nothing is kept', next: 'ask without --no-log' });
}
