// Runs `pylon …` inside the test's own process, with streams that remember and an engine of the test's choice.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import type { Clock } from '../../conductor/ports.ts';
import type { CliContext, Terminal } from '../../node/cli/context.ts';
import { main } from '../../node/cli/main.ts';
import { realClock } from '../../node/clock.ts';
import type { Engine, EngineOptions, OpenEngine } from '../../node/engine/port.ts';
import { realRandom } from '../../node/random.ts';
import { FakeEngine, type FakeEngineScript } from './fake-engine.ts';

/** A folder that is gone when the test is. */
export function temporaryFolder(t: { teardown(work: () => void): void }): string {
  const folder = mkdtempSync(join(tmpdir(), 'pylon-test-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export class MemoryTerminal extends Writable implements Terminal {
  text = '';
  readonly isTTY: boolean;
  readonly columns = 100;

  constructor(isTTY = false) {
    super();
    this.isTTY = isTTY;
  }

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk.toString();
    this.emit('written');
    done();
  }
}

export interface CliOptions {
  readonly home: string;
  readonly cwd?: string;
  readonly environment?: Record<string, string>;
  readonly stdin?: string;
  readonly terminal?: boolean;
  readonly script?: FakeEngineScript;
  readonly openEngine?: OpenEngine;
  readonly clock?: Clock;
}

export interface CliRun {
  readonly code: Promise<number>;
  readonly stdout: MemoryTerminal;
  readonly stderr: MemoryTerminal;
  /** Engines that were opened in this process, with what they were opened with. */
  readonly engines: { engine: Engine; options: EngineOptions }[];
  readonly exits: number[];
  /** As Ctrl-C does. */
  interrupt(): void;
}

/** Begins one command. */
export function startCli(argv: readonly string[], options: CliOptions): CliRun {
  const stdout = new MemoryTerminal();
  const stderr = new MemoryTerminal(options.terminal);
  const engines: CliRun['engines'] = [];
  const listeners = new Set<() => void>();
  const exits: number[] = [];
  const stdin = Object.assign(Readable.from(options.stdin === undefined ? [] : [Buffer.from(options.stdin)]), {
    isTTY: options.stdin === undefined,
  });
  const context: CliContext = {
    argv,
    environment: { PYLON_HOME: options.home, ...options.environment },
    cwd: options.cwd ?? options.home,
    stdin,
    stdout,
    stderr,
    clock: options.clock ?? realClock(),
    random: realRandom(),
    async openEngine(engineOptions) {
      const open = options.openEngine ?? (async () => new FakeEngine(options.script));
      const engine = await open(engineOptions);
      engines.push({ engine, options: engineOptions });
      return engine;
    },
    onInterrupt(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    exitNow: (code) => exits.push(code),
    selfCommand: [process.execPath],
  };
  const interrupt = () => {
    for (const listener of [...listeners]) listener();
  };
  return { code: main(context), stdout, stderr, engines, exits, interrupt };
}

/** Runs one command to its end. */
export async function runCli(argv: readonly string[], options: CliOptions) {
  const run = startCli(argv, options);
  const code = await run.code;
  return { code, stdout: run.stdout.text, stderr: run.stderr.text, engines: run.engines, exits: run.exits };
}
