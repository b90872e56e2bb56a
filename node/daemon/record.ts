// daemon.json: which process serves this home, and on which port. Written by the daemon once it listens,
// removed when it ends; whatever a crash leaves behind is recognised as stale.
import { unlink } from 'node:fs/promises';
import { z } from 'zod';
import { errnoOf, homeError, homePaths, readPrivateFile, writePrivateFile } from '../home.ts';
import { processStart } from './process-start.ts';

const daemonRecordSchema = z.object({
  pid: z.number().int().min(1),
  /** Of the process (process-start.ts). */
  process_start: z.string(),
  port: z.number().int().min(1).max(65_535),
  /** /api/health answers with the same. */
  instance: z.string(),
  version: z.string(),
  started_at: z.string(),
});

export type DaemonRecord = z.infer<typeof daemonRecordSchema>;

/** What the home says, believed only in form. Undefined when there is nothing, or nothing readable as a record. */
export async function readDaemonRecord(home: string): Promise<DaemonRecord | undefined> {
  const text = await readPrivateFile(homePaths.daemon(home));
  if (text === undefined) return undefined;
  try {
    return daemonRecordSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined; // not JSON: not a record, so there is no daemon to speak of
  }
}

/** True when the very process that wrote the record still runs. */
export async function isAlive(record: DaemonRecord): Promise<boolean> {
  return (await processStart(record.pid)) === record.process_start;
}

export async function writeDaemonRecord(home: string, record: DaemonRecord): Promise<void> {
  await writePrivateFile(homePaths.daemon(home), `${JSON.stringify(record, null, 2)}\n`);
}

/** Removes the record if it is still the one of this instance. @throws PylonError `home-unwritable` */
export async function removeDaemonRecord(home: string, instance: string): Promise<void> {
  const path = homePaths.daemon(home);
  if ((await readDaemonRecord(home))?.instance !== instance) return;
  try {
    await unlink(path);
  } catch (thrown) {
    if (errnoOf(thrown) !== 'ENOENT') throw homeError(thrown, path);
  }
}
