// Standard input as a file: a run reads its input more than once. The copy is private and gone when the run is.
import { createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { PylonError } from '../../protocol/errors.ts';
import { homeError, homePaths } from '../home.ts';

export interface Spool {
  readonly path: string;
  remove(): Promise<void>;
}

async function makeFolder(home: string | undefined): Promise<string> {
  if (home === undefined) return mkdtemp(join(tmpdir(), 'pylon-'));
  await mkdir(homePaths.spool(home), { recursive: true, mode: 0o700 });
  return mkdtemp(join(homePaths.spool(home), 'run-'));
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
