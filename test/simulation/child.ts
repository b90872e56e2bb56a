// A process of a simulation as its parent sees it: what it said, when it ended, and that it does not outlive the test.
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';

/** Lines of stderr kept for a fault's message. */
const STDERR_CHARS_MAX = 4_000;

export class Child<Message extends object> {
  readonly messages: Message[] = [];
  /** Resolves when it has ended, however. */
  readonly ended: Promise<void>;
  stderr = '';
  readonly #process: ChildProcess;
  readonly #listeners = new Set<() => void>();

  constructor(script: string, argv: readonly string[], environment?: Readonly<Record<string, string>>) {
    this.#process = fork(script, [...argv], {
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      execArgv: ['--enable-source-maps'],
      ...(environment === undefined ? {} : { env: { ...process.env, ...environment } }),
    });
    this.#process.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.stderr = (this.stderr + text).slice(-STDERR_CHARS_MAX);
    });
    this.#process.on('message', (message) => {
      this.messages.push(message as Message);
      this.#stir();
    });
    this.ended = once(this.#process, 'close').then(() => this.#stir());
  }

  get hasEnded(): boolean {
    return this.#process.exitCode !== null || this.#process.signalCode !== null;
  }

  get wasKilled(): boolean {
    return this.#process.signalCode === 'SIGKILL';
  }

  kill(signal: 'SIGKILL' | 'SIGTERM' = 'SIGKILL'): void {
    this.#process.kill(signal);
  }

  say(message: object | string): void {
    if (this.#process.connected) this.#process.send(message, () => undefined); // it may die meanwhile: `ended` says so
  }

  /** The first message that is one; undefined when the process ended without it. */
  async heard<Found extends Message>(isWanted: (message: Message) => message is Found): Promise<Found | undefined> {
    for (;;) {
      const found = this.messages.find(isWanted);
      if (found !== undefined || this.hasEnded) return found;
      await new Promise<void>((resolve) => this.#listeners.add(resolve));
    }
  }

  #stir(): void {
    for (const listener of this.#listeners) listener();
    this.#listeners.clear();
  }
}
