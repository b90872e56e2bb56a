// Makes a folder and what is missing above it. Node's own recursive mkdir answers ENOENT on a read-only file
// system, and never at all under /proc; this one gives the true reason.
import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { errnoOf } from './fault.ts';

const FOLDER_MODE = 0o700;

/** A folder (0700) at an absolute path; one that is there already is left as it is. @throws the system's error */
export async function makeFolder(path: string): Promise<void> {
  try {
    await makeOne(path);
  } catch (thrown) {
    const parent = dirname(path);
    if (errnoOf(thrown) !== 'ENOENT' || parent === path) throw thrown;
    await makeFolder(parent);
    await makeOne(path);
  }
}

async function makeOne(path: string): Promise<void> {
  try {
    await mkdir(path, { mode: FOLDER_MODE });
  } catch (thrown) {
    if (errnoOf(thrown) !== 'EEXIST' || !(await stat(path)).isDirectory()) throw thrown;
  }
}
