// The history: runs by id, newest first, by status or experiment, and their events. Lists read summaries and
// indexes, never events; a run that is being written shows the state it has now.
import { PylonError } from '../protocol/errors.ts';
import { toRunRecord } from '../protocol/fold.ts';
import type { RunRecord, RunStatus } from '../protocol/run.ts';
import type { RunPage, RunSelection } from '../protocol/run-list.ts';
import type { TraceEvent } from '../protocol/trace.ts';
import { isUlid } from '../protocol/ulid.ts';
import { readBlob } from './blobs.ts';
import { RunList } from './history/run-list.ts';
import {
  ALL_RUNS,
  blobUseKey,
  inputsKey,
  type KeyRange,
  lastPart,
  runKey,
  runsBeginningWith,
  runsOfExperiment,
  runsOfStatus,
} from './store/keys.ts';
import type { Store } from './store/store.ts';
import { readEvents } from './traces.ts';
import { CANDIDATES_MAX, normalisePrefix, theOnly } from './unique-prefix.ts';
import type { LiveRuns } from './writing/live-runs.ts';

/** Reading the history. */
export interface RunHistory {
  /** Newest first, at most `limit`; a run going on shows the state it has now. */
  list(filter: RunFilter): Promise<RunRecord[]>;
  /** One page of the runs that pass the filters, in any order, and how many there are. @throws PylonError `request-invalid` (cursor) */
  page(selection: RunSelection): Promise<RunPage>;
  /** @param id a whole id. Undefined when there is no such run */
  get(id: string): Promise<RunRecord | undefined>;
  /** Events from `fromSeq` on, in order, as far as the run has come. @throws PylonError `run-unknown` */
  events(id: string, fromSeq?: number): AsyncIterable<TraceEvent>;
  /** The whole id of a unique prefix, any letter case. @throws PylonError `run-unknown` | `run-ambiguous` */
  resolve(prefix: string): Promise<string>;
  /** A payload that a trace names by its hash; undefined when it was not kept. @throws PylonError `store-corrupt` */
  blob(hash: string): Promise<Uint8Array | undefined>;
}

export interface RunFilter {
  readonly limit: number;
  readonly status?: RunStatus;
  readonly experiment?: string;
  /** The last id of the page before: only older runs follow. */
  readonly before?: string;
}

export class StoredRuns implements RunHistory {
  readonly #store: Store;
  readonly #live: LiveRuns;
  /** The list in any order. */
  readonly listed: RunList;

  constructor(store: Store, live: LiveRuns) {
    this.#store = store;
    this.#live = live;
    this.listed = new RunList(store, live);
  }

  page(selection: RunSelection): Promise<RunPage> {
    return this.listed.page(selection);
  }

  async list(filter: RunFilter): Promise<RunRecord[]> {
    const records: RunRecord[] = [];
    if (filter.limit <= 0) return records;
    for await (const key of this.#store.keys(rangeOf(filter), { reverse: true })) {
      const record = await this.get(lastPart(key));
      // A run may have changed since the index was read, and one index answers for one filter only.
      if (record === undefined || (filter.status !== undefined && record.status !== filter.status)) continue;
      records.push(record);
      if (records.length >= filter.limit) break;
    }
    return records;
  }

  async get(id: string): Promise<RunRecord | undefined> {
    const state = this.#live.state(id);
    return state === undefined ? ((await this.#store.value(runKey(id))) as RunRecord | undefined) : toRunRecord(state);
  }

  async *events(id: string, fromSeq = 0): AsyncGenerator<TraceEvent> {
    if (!this.#store.has(runKey(id))) throw new PylonError('run-unknown', { value: id });
    yield* readEvents(this.#store, id, fromSeq);
  }

  async resolve(prefix: string): Promise<string> {
    const wanted = normalisePrefix(prefix);
    // Nearly always it is whole, and then one look tells what a walk over the keys would.
    if (wanted !== undefined && isUlid(wanted) && this.#store.has(runKey(wanted))) return wanted;
    const ids: string[] = [];
    if (wanted !== undefined) {
      const range = runsBeginningWith(wanted);
      for await (const key of this.#store.keys(range, { reverse: true, limit: CANDIDATES_MAX }))
        ids.push(lastPart(key));
    }
    return theOnly(ids, prefix);
  }

  blob(hash: string): Promise<Uint8Array | undefined> {
    return readBlob(this.#store, hash);
  }

  /** Where its inputs are, in the order of its record; undefined when that is not known. */
  async inputs(id: string): Promise<readonly string[] | undefined> {
    return (await this.#store.value(inputsKey(id))) as readonly string[] | undefined;
  }

  /** A payload that the trace of this run names; undefined when it does not, or it was not kept. @throws PylonError `store-corrupt` */
  async payload(id: string, hash: string): Promise<Uint8Array | undefined> {
    return this.#store.has(blobUseKey(hash, id)) ? readBlob(this.#store, hash) : undefined;
  }
}

/** The narrowest index of a filter, down from the page before. */
function rangeOf(filter: RunFilter): KeyRange {
  let range = ALL_RUNS;
  if (filter.experiment !== undefined) range = runsOfExperiment(filter.experiment);
  else if (filter.status !== undefined) range = runsOfStatus(filter.status);
  return filter.before === undefined ? range : { gte: range.gte, lt: `${range.gte}${filter.before}` };
}
