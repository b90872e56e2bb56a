// When a process began, as the system tells it: a pid alone may have been given to another process since.
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';

/** Linux: start time in clock ticks since boot is the 22nd field, and the command before it may hold anything. */
async function fromProc(pid: number): Promise<string | undefined> {
  try {
    const text = await readFile(`/proc/${pid}/stat`, 'utf8');
    const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8');
    const ticks = text.slice(text.lastIndexOf(')') + 2).split(' ')[19];
    return ticks === undefined ? undefined : `${boot.trim()}:${pid}:${ticks}`;
  } catch {
    return undefined; // no such process, or no /proc on this system: ps is asked next
  }
}

function fromPs(pid: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    execFile('ps', ['-o', 'lstart=', '-p', String(pid)], (error, stdout) => {
      const text = error === null ? stdout.trim() : '';
      resolve(text === '' ? undefined : `${pid}:${text}`);
    });
  });
}

/** Equal for two calls exactly when it is the same process; undefined when no such process runs. */
export async function processStart(pid: number): Promise<string | undefined> {
  return (await fromProc(pid)) ?? fromPs(pid);
}
