// A view of the file system of its own for one process, in which a test may mount what it likes: it is gone with the
// process, and no other process ever sees it.
import { spawnSync } from 'node:child_process';

/** A launcher that runs a shell script, in which "$@" is the command. */
export function inMountNamespace(script: string): string[] {
  return ['unshare', '--mount', 'sh', '-c', script, 'sh'];
}

/** False where mounting is allowed, else why a test is skipped. */
export function whyNoMount(): false | string {
  const [program = '', ...argv] = inMountNamespace('mount -t tmpfs tmpfs /mnt');
  return spawnSync(program, argv).status === 0 ? false : 'this machine lets us mount nothing';
}
