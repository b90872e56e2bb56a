// The open folders of this home's runs, under PYLON_HOME/runs: written when a run ends, written anew when something is said of it
// later, gone with the run.
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { exportRun } from '../../ledger/export/folder.ts';
import type { RunHistory } from '../../ledger/runs.ts';

export class RunFolders {
  readonly #runs: RunHistory;
  readonly #parent: string;

  /** @param parent absolute: a folder for each run is made in it */
  constructor(runs: RunHistory, parent: string) {
    this.#runs = runs;
    this.#parent = parent;
  }

  /** @param folder absolute; the run's own when absent. @returns it */
  write(runId: string, folder = this.#folderOf(runId)): Promise<string> {
    return exportRun(this.#runs, runId, folder);
  }

  /** Writes the folder of a run that ended just now. One that is deleted meanwhile keeps none. */
  async keep(runId: string): Promise<void> {
    try {
      await this.write(runId);
    } finally {
      if ((await this.#runs.get(runId)) === undefined) await this.remove(runId);
    }
  }

  /** Writes it again, where there is one. */
  async renew(runId: string): Promise<void> {
    if (existsSync(this.#folderOf(runId))) await this.write(runId);
  }

  /** Somebody may be writing in it: then it is not empty at once, and this is tried again. */
  async remove(runId: string): Promise<void> {
    await rm(this.#folderOf(runId), { recursive: true, force: true, maxRetries: 5 });
  }

  #folderOf(runId: string): string {
    return join(this.#parent, runId);
  }
}
