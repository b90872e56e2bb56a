// Experiments: the runs that carry one name, and a note on it. What their runs add up to is counted from the index of the run list; the
// note alone has a row of its own.

import { compareRuns } from '../protocol/compare.ts';
import { PylonError } from '../protocol/errors.ts';
import {
  EXPERIMENT_RUNS_MAX,
  EXPERIMENTS_MAX,
  type ExperimentList,
  type ExperimentReport,
  type ExperimentView,
} from '../protocol/experiment-report.ts';
import { runsQuerySchema, selectionOf } from '../protocol/run-list.ts';
import type { ExperimentCount } from './history/run-index.ts';
import type { RunList } from './history/run-list.ts';
import { ALL_EXPERIMENT_NOTES, experimentNoteKey, experimentOfNoteKey } from './store/keys.ts';
import { del, put, type Store } from './store/store.ts';
import { decodeValue, encodeValue } from './store/values.ts';

interface Note {
  readonly note: string;
  readonly created_ms: number;
  readonly updated_ms: number;
}

export class Experiments {
  readonly #store: Store;
  readonly #list: RunList;

  /** @param list of the same store */
  constructor(store: Store, list: RunList) {
    this.#store = store;
    this.#list = list;
  }

  /** @throws PylonError `store-*` */
  async list(): Promise<ExperimentList> {
    const counts = await this.#list.experiments();
    const notes = new Map<string, Note>();
    for await (const [key, bytes] of this.#store.rows(ALL_EXPERIMENT_NOTES))
      notes.set(experimentOfNoteKey(key), decodeValue(bytes, key) as Note);
    const names = new Set([...counts.keys(), ...notes.keys()]);
    const all = [...names].map((name) => reportOf(name, counts.get(name), notes.get(name)));
    all.sort((left, right) => (left.updated_at < right.updated_at ? 1 : left.updated_at > right.updated_at ? -1 : 0));
    return { experiments: all.slice(0, EXPERIMENTS_MAX), total: all.length };
  }

  /** Its newest runs, side by side. @throws PylonError `experiment-unknown` | `store-*` */
  async view(name: string): Promise<ExperimentView> {
    const experiment = await this.#report(name);
    const query = runsQuerySchema.parse({ experiment: name, limit: EXPERIMENT_RUNS_MAX });
    const { runs } = await this.#list.page(selectionOf(query, 0));
    return { experiment, runs, comparison: compareRuns(runs) };
  }

  /**
   * @param note null or empty takes it away
   * @throws PylonError `experiment-unknown` | `store-failed`
   */
  async note(name: string, note: string | null, nowMs: number): Promise<ExperimentReport> {
    const before = await this.#report(name);
    const key = experimentNoteKey(name);
    const known = (await this.#store.value(key)) as Note | undefined;
    if (note === null || note === '') {
      if (known !== undefined) await this.#store.write([del(key)], { sync: true });
      return { ...before, note: null };
    }
    if (known?.note !== note) {
      const row: Note = { note, created_ms: known?.created_ms ?? nowMs, updated_ms: nowMs };
      await this.#store.write([put(key, encodeValue(row))], { sync: true });
    }
    return this.#report(name);
  }

  async #report(name: string): Promise<ExperimentReport> {
    const count = (await this.#list.experiments()).get(name);
    const note = (await this.#store.value(experimentNoteKey(name))) as Note | undefined;
    if (count === undefined && note === undefined) throw new PylonError('experiment-unknown', { value: name });
    return reportOf(name, count, note);
  }
}

function reportOf(name: string, count: ExperimentCount | undefined, note: Note | undefined): ExperimentReport {
  const begins = [count?.firstMs, note?.created_ms].filter((ms) => ms !== undefined);
  const changes = [count?.lastMs, note?.updated_ms].filter((ms) => ms !== undefined);
  return {
    name,
    runs: count?.runs ?? 0,
    statuses: count?.statuses ?? { running: 0, done: 0, partial: 0, failed: 0 },
    methods: [...(count?.methods ?? [])].sort(),
    cost_sats: (count?.costMsat ?? 0) / 1_000,
    note: note?.note ?? null,
    created_at: new Date(Math.min(...begins)).toISOString(),
    updated_at: new Date(Math.max(...changes)).toISOString(),
  };
}
