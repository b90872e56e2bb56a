// The real command as a process of its own: bin/pylon.js with a home of its own, no settings of the user, loopback
// only. Whatever a test starts is gone when the test is over.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { type RunRecord, runRecordSchema } from '../../protocol/run.ts';
import type { TemporaryTest } from './temporary-folder.ts';

/** The checkout: tests are run from it. */
export const CHECKOUT = resolve('.');
export const PYLON = resolve(CHECKOUT, 'bin/pylon.js');
/** Only a hang takes this long; nothing waits for it on purpose. */
const HANG_MS = 60_000;

export interface CommandOptions {
  /** PYLON_HOME and HOME. */
  readonly home: string;
  readonly cwd?: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** Piped into it; without it standard input is /dev/null. */
  readonly stdin?: string | Buffer;
  /** Program and arguments that run the command, e.g. in a network of its own. */
  readonly launcher?: readonly string[];
  /** Until it is taken for hanging; a daemon that serves a whole suite lives longer than a command. */
  readonly hangMs?: number;
}

export interface Finished {
  /** Null when a signal ended it. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** No variable of the user's that Pylon reads; no model of this machine either, unless a test names one. */
export function commandEnvironment({
  home,
  environment,
}: Pick<CommandOptions, 'home' | 'environment'>): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !/^(PYLON_|OPENAI_|OLLAMA_|NODE_|TAP_)/.test(name));
  return {
    ...Object.fromEntries(kept),
    PYLON_HOME: home,
    HOME: home,
    PYLON_BACKEND: 'extractive',
    ...environment,
  };
}

/** One `pylon …` that runs. */
export class Command {
  stdout = '';
  stderr = '';
  readonly ended: Promise<Finished>;
  readonly #child: ChildProcess;
  readonly #onText = new Set<() => void>();

  constructor(argv: readonly string[], options: CommandOptions) {
    const [program = PYLON, ...first] = [...(options.launcher ?? []), PYLON];
    this.#child = spawn(program, [...first, ...argv], {
      cwd: options.cwd ?? CHECKOUT,
      env: commandEnvironment(options),
      stdio: [options.stdin === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    });
    this.#child.stdin?.on('error', () => undefined); // it ended before it had read everything
    this.#child.stdin?.end(options.stdin);
    this.#child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.stdout += text;
      for (const hear of this.#onText) hear();
    });
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.stderr += text;
      for (const hear of this.#onText) hear();
    });
    const hang = setTimeout(() => this.kill('SIGKILL'), options.hangMs ?? HANG_MS);
    this.ended = once(this.#child, 'close').then(([code]) => {
      clearTimeout(hang);
      for (const hear of this.#onText) hear();
      return { code: code as number | null, stdout: this.stdout, stderr: this.stderr };
    });
  }

  get hasEnded(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** The first match in what the stream said so far or will say. Rejects when the command ends without it. */
  said(stream: 'stdout' | 'stderr', pattern: RegExp): Promise<RegExpExecArray> {
    return new Promise((settle, reject) => {
      const look = () => {
        const match = pattern.exec(this[stream]);
        if (match === null && !this.hasEnded) return;
        this.#onText.delete(look);
        if (match !== null) settle(match);
        else reject(new Error(`the command ended without saying ${pattern}; stderr: ${this.stderr.slice(-2_000)}`));
      };
      this.#onText.add(look);
      look();
    });
  }
}

/** Starts `pylon …`; it is killed when the test is over. */
export function startPylon(t: TemporaryTest, argv: readonly string[], options: CommandOptions): Command {
  const command = new Command(argv, options);
  t.teardown(async () => {
    command.kill('SIGKILL');
    await command.ended;
  });
  return command;
}

/** Runs `pylon …` to its end. */
export function pylon(t: TemporaryTest, argv: readonly string[], options: CommandOptions): Promise<Finished> {
  return startPylon(t, argv, options).ended;
}

/** What `--json` printed: one record and nothing else. */
export function recordOf({ stdout }: Pick<Finished, 'stdout'>): RunRecord {
  return runRecordSchema.parse(JSON.parse(stdout));
}
