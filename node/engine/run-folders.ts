// The runs of a home as the engine offers them: what is in the store, and the open folder of each beside it, which is renewed when
// something is said of the run and gone when the run is.
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../../conductor/ports.ts';
import { exportRun } from '../../ledger/export/folder.ts';
import type { RunRemover } from '../../ledger/remove-run.ts';
import type { RunHistory, StoredRuns } from '../../ledger/runs.ts';
import { Serial } from '../../ledger/store/serial.ts';
import type { EventTaker } from '../../ledger/take-events.ts';
import { selectionOf } from '../../protocol/run-list.ts';
import type { Exporting, RunLibrary } from './port.ts';

/** The half of the library that only reads: the same on disk and in memory. */
export function reading(
  runs: RunHistory,
  nowMs: () => number,
): Pick<RunLibrary, 'list' | 'page' | 'get' | 'events' | 'resolve'> {
  return {
    list: (filter) => runs.list(filter),
    page: (query) => runs.page(selectionOf(query, nowMs())),
    get: (id) => runs.get(id),
    events: (id, fromSeq) => runs.events(id, fromSeq),
    resolve: (prefix) => runs.resolve(prefix),
  };
}

interface Owned {
  readonly runs: StoredRuns;
  readonly taker: EventTaker;
  readonly remover: RunRemover;
  readonly clock: Clock;
}

export class RunFolders {
  readonly library: Omit<RunLibrary, keyof Exporting>;
  readonly #folder: string;
  readonly #owned: Owned;
  /** One folder is written at a time: of two, the one that began earlier knows less and must not be the last. */
  readonly #turns = new Serial();

  /** @param folder absolute: where each run has its own */
  constructor(folder: string, owned: Owned) {
    this.#folder = folder;
    this.#owned = owned;
    this.library = this.#library();
  }

  /** Writes the open folder of a run that is over. @throws PylonError `home-unwritable` | `store-*` */
  keep(runId: string): Promise<void> {
    return this.#turns.run(async () => {
      const { runs } = this.#owned;
      try {
        await exportRun(runs, runId, this.folderOf(runId));
      } finally {
        if ((await runs.get(runId)) === undefined) await this.#remove(runId); // it was deleted meanwhile
      }
    });
  }

  /** Where the folder of a run is unless somebody names another. */
  folderOf(runId: string): string {
    return join(this.#folder, runId);
  }

  /** Somebody may be writing in it: then it is not empty at once, and this is tried again. */
  #remove(runId: string): Promise<void> {
    return rm(this.folderOf(runId), { recursive: true, force: true, maxRetries: 5 });
  }

  #library(): Omit<RunLibrary, keyof Exporting> {
    const { runs, taker, remover, clock } = this.#owned;
    return {
      ...reading(runs, () => clock.now()),
      delete: async (id) => {
        await remover.delete(id);
        await this.#remove(id);
      },
      annotate: async (id, annotation) => {
        const record = await taker.annotate(id, annotation, clock.now());
        await this.#turns.idle(); // it may have ended just now, and its folder be under way
        if (existsSync(this.folderOf(id))) await this.keep(id);
        return record;
      },
    };
  }
}
