// Starts the daemon as a process of its own: no terminal, its output in pylon.log, and word back over a pipe
// once it answers or why it could not.
import { type ChildProcess, spawn } from 'node:child_process';
import { open, rename, stat } from 'node:fs/promises';
import { z } from 'zod';
import type { Clock } from '../../conductor/ports.ts';
import { isErrorCode, PylonError } from '../../protocol/errors.ts';
import { type Environment, errnoOf, homeError, homePaths } from '../home.ts';

/** Opening a large store takes seconds, not more. */
const START_TIMEOUT_MS = 30_000;
/** One older log is kept; together they stay below twice this. */
const LOG_BYTES_MAX = 10_485_760;

const childMessageSchema = z.union([
  z.object({ ready: z.object({ pid: z.number(), port: z.number() }) }),
  z.object({
    failed: z.object({ code: z.string(), reason: z.string(), next: z.string(), value: z.string().optional() }),
  }),
]);

export type ChildMessage = z.infer<typeof childMessageSchema>;

async function openLog(path: string) {
  try {
    const size = await stat(path).then(
      (status) => status.size,
      (thrown: unknown) => {
        if (errnoOf(thrown) === 'ENOENT') return 0;
        throw thrown;
      },
    );
    if (size > LOG_BYTES_MAX) await rename(path, `${path}.1`);
    return await open(path, 'a', 0o600);
  } catch (thrown) {
    throw homeError(thrown, path);
  }
}

/** The first word of the child decides, or its end, or the clock. */
function untilReady(child: ChildProcess, clock: Clock, logPath: string): Promise<{ pid: number; port: number }> {
  return new Promise((resolve, reject) => {
    const fail = (reason: string) => {
      cancel();
      reject(new PylonError('daemon-start-failed', { value: logPath, reason }));
    };
    const cancel = clock.after(START_TIMEOUT_MS, () => {
      child.kill();
      fail(`the daemon did not answer within ${START_TIMEOUT_MS / 1_000} s`);
    });
    child.on('error', (error) => fail(`the daemon could not be started: ${error.message}`));
    child.on('exit', (code) => fail(`the daemon ended at once with code ${code ?? 'none'}`));
    child.on('message', (message) => {
      const told = childMessageSchema.safeParse(message).data;
      if (told === undefined) return;
      cancel();
      if ('ready' in told) resolve(told.ready);
      else reject(failureOf(told.failed));
    });
  });
}

export interface LaunchOptions {
  readonly home: string;
  /** Program and arguments that run the daemon in the foreground. */
  readonly command: readonly string[];
  readonly environment: Environment;
  readonly clock: Clock;
}

/** @throws PylonError as the daemon failed with, or `daemon-start-failed` */
export async function launchDaemon(options: LaunchOptions): Promise<{ pid: number; port: number }> {
  const logPath = homePaths.log(options.home);
  const log = await openLog(logPath);
  const [program = '', ...words] = options.command;
  const child = spawn(program, words, {
    detached: true,
    cwd: options.home,
    env: options.environment,
    stdio: ['ignore', log.fd, log.fd, 'ipc'],
  });
  try {
    return await untilReady(child, options.clock, logPath);
  } finally {
    await log.close();
    if (child.connected) child.disconnect();
    child.removeAllListeners();
    child.unref();
  }
}

function failureOf(failed: { code: string; reason: string; next: string; value?: string | undefined }): PylonError {
  const { code, reason, next, value } = failed;
  return new PylonError(isErrorCode(code) ? code : 'daemon-start-failed', {
    reason,
    next,
    ...(value === undefined ? {} : { value }),
  });
}
