// Standard input as a file: a run reads its input more than once. The copy is private and gone when the run is.
import { createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { PylonError } from '../../protocol/errors.ts';
import { errnoOf, homeError, homePaths } from '../home.ts';

export interface Spool {
  readonly path: string;
  remove(): Promise<void>;
}

/** True when no process of this number runs; one of another user counts as running. */
export function isGone(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return false;
  } catch (thrown) {
    return errnoOf(thrown) === 'ESRCH';
  }
}

/** Removes copies whose process was killed before it could. */
async function sweep(spool: string): Promise<void> {
  for (const name of await readdir(spool)) {
    const pid = Number(/^(\d+)-/.exec(name)?.[1]);
    if (pid > 0 && isGone(pid)) await rm(join(spool, name), { recursive: true, force: true });
  }
}

async function makeFolder(home: string | undefined): Promise<string> {
  if (home === undefined) return mkdtemp(join(tmpdir(), 'pylon-'));
  const spool = homePaths.spool(home);
  await mkdir(spool, { recursive: true, mode: 0o700 });
  await sweep(spool);
  return mkdtemp(join(spool, `${process.pid}-`));
}

/**
 * Copies standard input to a file of mode 0600.
 * @param home where to keep it; undefined takes the system's temporary folder
 * @throws PylonError `home-unwritable` | `input-empty`
 */
export async function spoolInput(input: Readable, home: string | undefined): Promise<Spool> {
  const where = home ?? tmpdir();
  let folder: string;
  try {
    folder = await makeFolder(home);
  } catch (thrown) {
    throw homeError(thrown, where);
  }
  const path = join(folder, 'stdin');
  const remove = () => rm(folder, { recursive: true, force: true });
  const file = createWriteStream(path, { mode: 0o600 });
  try {
    await pipeline(input, file);
  } catch (thrown) {
    await remove();
    throw homeError(thrown, where);
  }
  if (file.bytesWritten > 0) return { path, remove };
  await remove();
  throw new PylonError('input-empty', { value: '-', reason: 'standard input is empty' });
}
