// Keeps the index of the run list true. It is built from the summaries when somebody first asks, a page of rows at a time, and follows
// every summary that is written from then on, whoever writes it; of runs that go on it looks up how far they are.
import { PylonError } from '../../protocol/errors.ts';
import { type RunState, toRunRecord } from '../../protocol/fold.ts';
import type { RunRecord } from '../../protocol/run.ts';
import type { RunPage, RunSelection } from '../../protocol/run-list.ts';
import { coverageOf } from '../../protocol/run-metrics.ts';
import { ALL_RUNS, lastPart, runKey } from '../store/keys.ts';
import type { Row, Store } from '../store/store.ts';
import { decodeValue } from '../store/values.ts';
import type { LiveRuns } from '../writing/live-runs.ts';
import type { Progress } from './columns.ts';
import { type ExperimentCount, RunIndex } from './run-index.ts';

export class RunList {
  readonly #store: Store;
  readonly #live: LiveRuns;
  #building: Promise<RunIndex> | undefined;

  constructor(store: Store, live: LiveRuns) {
    this.#store = store;
    this.#live = live;
  }

  /** Builds the index, where that has not been done. @throws PylonError `store-*`; the next one who asks tries again */
  async warm(): Promise<void> {
    await this.#index();
  }

  /** @throws PylonError `request-invalid` for a wrong cursor | `store-*` */
  async page(selection: RunSelection): Promise<RunPage> {
    const index = await this.#current();
    const { ids, nextCursor, total } = index.page(selection);
    return { runs: await this.records(ids), next_cursor: nextCursor, total };
  }

  /** The records of these runs, in this order, without those that are gone. @throws PylonError `store-*` */
  async records(ids: readonly string[]): Promise<RunRecord[]> {
    const stored = await this.#store.values(ids.map(runKey));
    return ids.flatMap((id, at) => {
      const state = this.#live.state(id);
      const record = state === undefined ? (stored[at] as RunRecord | undefined) : toRunRecord(state);
      return record ?? [];
    });
  }

  /** What the runs of each experiment add up to, by name. @throws PylonError `store-*` */
  async experiments(): Promise<ReadonlyMap<string, ExperimentCount>> {
    return (await this.#current()).experiments();
  }

  async #current(): Promise<RunIndex> {
    const index = await this.#index();
    for (const id of index.running()) {
      const state = this.#live.state(id);
      if (state !== undefined) index.setProgress(id, progressOf(state));
    }
    return index;
  }

  #index(): Promise<RunIndex> {
    this.#building ??= this.#build().catch((thrown: unknown) => {
      this.#building = undefined;
      throw thrown;
    });
    return this.#building;
  }

  async #build(): Promise<RunIndex> {
    const index = new RunIndex();
    /** What is written while the summaries are read, which are those of the beginning. */
    let waiting: Row[] | undefined = [];
    const stop = this.#store.watch(ALL_RUNS, (rows) => {
      if (waiting === undefined) follow(index, rows);
      else waiting.push(...rows);
    });
    try {
      for await (const rows of this.#store.pages(ALL_RUNS))
        for (const [key, bytes] of rows) index.set(recordOf(key, bytes));
      follow(index, waiting);
      waiting = undefined;
      return index;
    } catch (thrown) {
      stop();
      throw thrown;
    }
  }
}

function follow(index: RunIndex, rows: readonly Row[]): void {
  for (const row of rows) {
    if (row.type === 'put') index.set(recordOf(row.key, row.value));
    else index.remove(lastPart(row.key));
  }
}

function recordOf(key: string, bytes: Uint8Array): RunRecord {
  const record = decodeValue(bytes, key) as RunRecord | null;
  if (record?.id === lastPart(key)) return record;
  throw new PylonError('store-corrupt', { value: key, reason: 'the summary of a run holds something else' });
}

function progressOf(state: RunState): Progress {
  const { spent_msat: costMsat, updated_ms, created_ms, idle_ms } = state;
  return { costMsat, latencyMs: updated_ms - created_ms - idle_ms, coverage: coverageOf(state) };
}
