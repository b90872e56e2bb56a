// A file system of a megabyte for one test, to see what happens when it is full.
import { execFileSync } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type TemporaryTest, temporaryFolder } from './temporary-folder.ts';

/** Its folder; undefined where this machine does not let us have one. */
export async function tinyDisk(t: TemporaryTest, options: string): Promise<string | undefined> {
  const folder = join(await temporaryFolder(t), 'disk');
  await mkdir(folder);
  try {
    execFileSync('/bin/mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', folder], { stdio: 'pipe' });
  } catch {
    return undefined; // not root, or no right to mount
  }
  t.teardown(async () => void execFileSync('/bin/umount', ['-l', folder]));
  return folder;
}

/** Somebody made room on the disk. */
export function giveRoom(disk: string): void {
  execFileSync('/bin/mount', ['-o', 'remount,size=64m', disk]);
}
