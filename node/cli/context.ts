// Everything a command touches of the process it runs in: streams, environment, signals, time. Commands
// take it as an argument, so that tests run them in their own process and many at a time.
import type { Readable, Writable } from 'node:stream';
import type { Clock, Random } from '../../conductor/ports.ts';
import { realClock } from '../clock.ts';
import type { OpenEngine } from '../engine/port.ts';
import type { Environment } from '../home.ts';
import { realRandom } from '../random.ts';

export interface Terminal extends Writable {
  readonly isTTY?: boolean;
  readonly columns?: number;
}

export interface CliContext {
  /** Arguments after `pylon`. */
  readonly argv: readonly string[];
  readonly environment: Environment;
  readonly cwd: string;
  readonly stdin: Readable & { readonly isTTY?: boolean; readonly fd?: number };
  readonly stdout: Terminal;
  readonly stderr: Terminal;
  readonly clock: Clock;
  readonly random: Random;
  /** Loaded on first use: `--help` must not pay for it. */
  readonly openEngine: OpenEngine;
  /** Calls the listener on every SIGINT and SIGTERM until the function returned is called. */
  readonly onInterrupt: (listener: () => void) => () => void;
  /** Ends the process at once: the second Ctrl-C. */
  readonly exitNow: (code: number) => void;
  /** Program and first arguments that run `pylon` again; the daemon is started with it. */
  readonly selfCommand: readonly string[];
  /** Tells the process that launched this one, when it asked to be told. */
  readonly parent?: (message: object) => void;
}

/** The real process. */
export function processContext(): CliContext {
  const parent = (message: object) => {
    process.send?.(message);
    process.disconnect?.();
  };
  return {
    argv: process.argv.slice(2),
    environment: process.env,
    cwd: process.cwd(),
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    clock: realClock(),
    random: realRandom(),
    async openEngine(options) {
      const { openEngine } = await import('../engine/engine.ts');
      return openEngine(options);
    },
    onInterrupt(listener) {
      const signals = ['SIGINT', 'SIGTERM'] as const;
      for (const signal of signals) process.on(signal, listener);
      return () => {
        for (const signal of signals) process.off(signal, listener);
      };
    },
    exitNow: (code) => process.exit(code),
    ...(process.send === undefined ? {} : { parent }),
    selfCommand: [process.execPath, ...process.execArgv, process.argv[1] ?? ''],
  };
}
