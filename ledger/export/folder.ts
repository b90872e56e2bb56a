// Writes the open run folder: complete beside its place, then moved there, so that nobody ever sees half of
// one. It is a view of the store: it is not synced, because it can be written again at any time.
import { mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { PylonError } from '../../protocol/errors.ts';
import { foldEvent, type RunState, toRunRecord } from '../../protocol/fold.ts';
import { errnoOf, systemReason } from '../store/fault.ts';
import { makeFolder } from '../store/make-folder.ts';
import { payloadsOf } from '../traces.ts';
import { ARTIFACTS_FOLDER, CONFIG_FILE, outputsPath, summaryFiles, TRACE_FILE, traceLine } from './layout.ts';
import { writeLines, writeOutputs } from './outputs.ts';
import { ownText } from './own-text.ts';
import type { ExportedHistory } from './source.ts';

const FILE_MODE = 0o600;
/**
 * Writes a run's folder and returns its path. A folder that holds this run already is renewed file by file, and what
 * else lies in it stays; a folder that holds anything else is left alone.
 * @param folder absolute; its parents are made
 * @throws PylonError `run-unknown` | `run-conflict` | `home-unwritable` | `store-corrupt`
 */
export async function exportRun(runs: ExportedHistory, runId: string, folder: string): Promise<string> {
  try {
    await makeFolder(dirname(folder));
    const draft = await mkdtemp(join(dirname(folder), `.${basename(folder)}.`));
    try {
      await writeDraft(runs, runId, draft);
      await moveIntoPlace(draft, folder, runId);
    } finally {
      await rm(draft, { recursive: true, force: true });
    }
  } catch (thrown) {
    throw folderFault(thrown, folder);
  }
  return folder;
}

async function writeDraft(runs: ExportedHistory, runId: string, draft: string): Promise<void> {
  let state: RunState | undefined;
  const hashes = new Set<string>();
  await writeLines(join(draft, TRACE_FILE), async function* () {
    for await (const event of runs.events(runId)) {
      state = foldEvent(state, event);
      for (const hash of payloadsOf(event)) hashes.add(ownText(hash));
      yield traceLine(event);
    }
  });
  if (state === undefined) throw new PylonError('store-corrupt', { value: runId, reason: 'a run has no events' });
  await makeFolder(join(draft, ARTIFACTS_FOLDER));
  if (hashes.size > 0) await writeOutputs(outputsPath(draft), hashes, (hash) => runs.blob(hash));
  for (const [name, text] of summaryFiles(toRunRecord(state)))
    await writeFile(join(draft, name), text, { mode: FILE_MODE });
}

async function moveIntoPlace(draft: string, folder: string, runId: string): Promise<void> {
  try {
    await rename(draft, folder); // also onto an empty folder
    return;
  } catch (thrown) {
    if (!['ENOTEMPTY', 'EEXIST', 'EPERM'].includes(errnoOf(thrown))) throw thrown;
  }
  await assertSameRun(folder, runId);
  await makeFolder(join(folder, ARTIFACTS_FOLDER));
  for (const name of await readdir(join(draft, ARTIFACTS_FOLDER)))
    await rename(join(draft, ARTIFACTS_FOLDER, name), join(folder, ARTIFACTS_FOLDER, name));
  for (const name of await readdir(draft))
    if (name !== ARTIFACTS_FOLDER) await rename(join(draft, name), join(folder, name));
}

async function assertSameRun(folder: string, runId: string): Promise<void> {
  const conflict = (cause?: unknown) =>
    new PylonError('run-conflict', {
      value: folder,
      reason: `the folder holds something else than run ${runId}`,
      next: 'name another folder',
      cause,
    });
  const path = join(folder, CONFIG_FILE);
  let id: unknown;
  try {
    if (!(await stat(path)).isFile()) throw conflict();
    id = (JSON.parse(await readFile(path, 'utf8')) as { id?: unknown } | null)?.id;
  } catch (thrown) {
    throw conflict(thrown);
  }
  if (id !== runId) throw conflict();
}

function folderFault(thrown: unknown, folder: string): unknown {
  const reason = systemReason(thrown);
  if (thrown instanceof PylonError || reason === undefined) return thrown;
  return new PylonError('home-unwritable', {
    value: folder,
    reason: `the run folder cannot be written, ${reason}`,
    next: 'free space or fix permissions, and export the run again',
    cause: thrown,
  });
}
