// Stops the daemon of a home: asks its process to end, and waits until it is gone.
import type { Clock } from '../../conductor/ports.ts';
import { PylonError } from '../../protocol/errors.ts';
import { findDaemon } from './find.ts';
import { type DaemonRecord, isAlive, removeDaemonRecord } from './record.ts';

/** Jobs in flight may finish; the default timeout of one is 60 s. */
const STOP_TIMEOUT_MS = 90_000;
const POLL_MS = 50;

function pause(clock: Clock, delayMs: number): Promise<void> {
  return new Promise((resolve) => clock.after(delayMs, resolve));
}

async function untilGone(record: DaemonRecord, clock: Clock): Promise<void> {
  const deadlineMs = clock.now() + STOP_TIMEOUT_MS;
  while (await isAlive(record)) {
    if (clock.now() > deadlineMs) {
      throw new PylonError('daemon-unreachable', {
        value: `pid ${record.pid}`,
        reason: `the daemon did not end within ${STOP_TIMEOUT_MS / 1_000} s`,
        next: `wait, or end it with \`kill -9 ${record.pid}\`: settled work is on disk`,
      });
    }
    await pause(clock, POLL_MS);
  }
}

/** @returns the pid that was stopped, undefined when none ran. @throws PylonError `daemon-unreachable` */
export async function stopDaemon(home: string, clock: Clock): Promise<number | undefined> {
  const sighting = await findDaemon(home);
  if (sighting.state === 'none') return undefined;
  const { record } = sighting;
  if (sighting.state !== 'stale') {
    process.kill(record.pid, 'SIGTERM');
    await untilGone(record, clock);
  }
  await removeDaemonRecord(home, record.instance); // a daemon that was killed left it behind
  return sighting.state === 'stale' ? undefined : record.pid;
}
