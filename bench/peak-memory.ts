// Loaded into a measured process with --import: at its end it writes to file descriptor 3 the peak of its resident
// memory in bytes and the processor time it took in seconds.
import { readFileSync, writeSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';

/**
 * Bytes. On Linux from /proc, because the figure of getrusage survives exec and would count the process that
 * started this one.
 */
function peakBytes(): number {
  if (process.platform !== 'linux') return process.resourceUsage().maxRSS * 1_024;
  const kilobytes = /VmHWM:\s+(\d+) kB/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
  return Number(kilobytes) * 1_024;
}

function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

if (isMainThread) process.on('exit', () => writeSync(3, `${peakBytes()} ${cpuSeconds()}`));
