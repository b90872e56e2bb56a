// Starts the feeding daemon, tells it what to do and hears what it did. Ended by dispose.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { PylonError } from '../../protocol/errors.ts';

const DAEMON = fileURLToPath(new URL('./feeding-daemon.js', import.meta.url));
/** Filling a store with 100,000 sub-queries takes seconds; ten times that is a fault. */
const TOLD_MS_MAX = 120_000;

interface Batch {
  /** Of the last event of a batch that went into the journal. */
  readonly seq: number;
  /** When, in ms since 1970. */
  readonly at: number;
}

interface Told {
  readonly port?: number;
  readonly token?: string;
  readonly filled?: string;
  readonly live?: string;
}

export class FedDaemon implements AsyncDisposable {
  readonly batches: Batch[] = [];
  url = '';
  #token = '';
  readonly #home: string;
  readonly #child: ChildProcess;
  readonly #waiting: ((told: Told) => boolean)[] = [];

  private constructor(home: string, child: ChildProcess) {
    this.#home = home;
    this.#child = child;
    createInterface({ input: child.stdout! }).on('line', (line) => this.#hear(JSON.parse(line)));
  }

  static async start(seed: number): Promise<FedDaemon> {
    const home = await mkdtemp(join(tmpdir(), 'pylon-bench-'));
    const child = spawn(process.execPath, [DAEMON, home, String(seed)], { stdio: ['pipe', 'pipe', 'inherit'] });
    const daemon = new FedDaemon(home, child);
    const { port, token = '' } = await daemon.#untilTold(({ port }) => port !== undefined);
    daemon.url = `http://127.0.0.1:${port}`;
    daemon.#token = token;
    return daemon;
  }

  /** @returns the id of a finished run */
  async fill(queries: number): Promise<string> {
    this.#child.stdin?.write(`fill ${queries}\n`);
    return (await this.#untilTold(({ filled }) => filled !== undefined)).filled ?? '';
  }

  /** @returns the id of a run that goes on until `stop` */
  async live(open: number, perSecond: number): Promise<string> {
    this.#child.stdin?.write(`live ${open} ${perSecond}\n`);
    return (await this.#untilTold(({ live }) => live !== undefined)).live ?? '';
  }

  stop(): void {
    this.#child.stdin?.write('stop\n');
  }

  /** The hash of a one-time link, which lets a page in. */
  async link(): Promise<string> {
    const headers = { authorization: `Bearer ${this.#token}` };
    const answer = await fetch(`${this.url}/api/session/links`, { method: 'POST', headers });
    return new URL(((await answer.json()) as { url: string }).url).hash;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const ended = new Promise((resolve) => this.#child.once('close', resolve));
    this.#child.kill('SIGKILL');
    await ended;
    await rm(this.#home, { recursive: true, force: true });
  }

  #hear(told: Told & Partial<Batch>): void {
    if (told.seq !== undefined && told.at !== undefined) this.batches.push({ seq: told.seq, at: told.at });
    for (const [at, waits] of [...this.#waiting].entries()) if (waits(told)) this.#waiting.splice(at, 1);
  }

  #untilTold(is: (told: Told) => boolean): Promise<Told> {
    return new Promise((resolve, reject) => {
      const limit = setTimeout(
        () =>
          reject(new PylonError('internal', { reason: 'the daemon of the benchmark did not say what was awaited' })),
        TOLD_MS_MAX,
      );
      this.#waiting.push((told) => {
        if (!is(told)) return false;
        clearTimeout(limit);
        resolve(told);
        return true;
      });
    });
  }
}
