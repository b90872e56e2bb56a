// When a process began, as the system tells it: a pid alone may have been given to another process since.
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';

/** Ended, and only kept until its parent looks: in a container without an init that may be forever. */
const ENDED_STATES: ReadonlySet<string> = new Set(['Z', 'X']);

/** Linux: start time in clock ticks since boot is the 22nd field, and the command before it may hold anything. */
async function fromProc(pid: number): Promise<string | undefined> {
  try {
    const text = await readFile(`/proc/${pid}/stat`, 'utf8');
    const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    const [state = ''] = fields;
    const ticks = fields[19];
    return ticks === undefined || ENDED_STATES.has(state) ? undefined : `${boot.trim()}:${pid}:${ticks}`;
  } catch {
    return undefined; // no such process
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
  return process.platform === 'linux' ? fromProc(pid) : fromPs(pid);
}
