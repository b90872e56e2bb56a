// Real daemons for a benchmark: `pylon provider` as processes with homes of their own, on a relay of its own process, with a model
// that takes its time. Whatever is started here is ended by `close`.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PylonError } from '../protocol/errors.ts';

const PYLON = fileURLToPath(new URL('../../bin/pylon.js', import.meta.url));
const RELAY = fileURLToPath(new URL('./relay-process.js', import.meta.url));
const WATCHERS = fileURLToPath(new URL('./watchers-process.js', import.meta.url));
const MODEL = fileURLToPath(new URL('./delaying-model.js', import.meta.url));
/** Daemons that start at the same time: each needs a second of one core. */
const AT_A_TIME = 4;
const START_MS_MAX = 60_000;

/** The first piece of its output in which the words are. @throws PylonError `internal` when it ends or says nothing */
function said(child: ChildProcess, stream: 'stdout' | 'stderr', words: RegExp): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    const stop = () => {
      clearTimeout(limit);
      child[stream]?.off('data', hear);
      child.off('close', end);
    };
    const fail = (reason: string) => {
      stop();
      reject(new PylonError('internal', { value: text.slice(-300), reason }));
    };
    const hear = (piece: string) => {
      text += piece;
      const found = words.exec(text);
      if (found === null) return;
      stop();
      resolve(found[0]);
    };
    const end = (code: number | null) => fail(`a process of the benchmark ended with ${code}`);
    const limit = setTimeout(() => fail('a process of the benchmark did not come up'), START_MS_MAX);
    child[stream]?.setEncoding('utf8').on('data', hear);
    child.once('close', end);
  });
}

/** What a model is like: the median of its jobs (ms), the spread of the logarithm from job to job and from model to model. */
export interface ModelPace {
  readonly seed: number;
  readonly medianMs: number;
  readonly spread: number;
  readonly paceSpread: number;
  /** It finds something in a log of ours, and answers from it; otherwise nothing anywhere. */
  readonly finds?: boolean;
}

export interface DelayingModel {
  readonly url: string;
  /** From now on its jobs take so many times as long. */
  slower(times: number): void;
}

export class Daemons {
  readonly home: string = mkdtempSync(join(tmpdir(), 'pylon-bench-'));
  readonly #children: ChildProcess[] = [];

  async relay(): Promise<string> {
    return said(this.#spawn([RELAY], {}), 'stdout', /ws:\/\/127\.0\.0\.1:\d+/);
  }

  async model({ seed, medianMs, spread, paceSpread, finds }: ModelPace): Promise<DelayingModel> {
    const child = this.#spawn(
      [MODEL, ...[seed, medianMs, spread, paceSpread].map(String), finds === true ? 'finds' : ''],
      {},
    );
    const url = await said(child, 'stdout', /http:\/\/127\.0\.0\.1:\d+\/v1/);
    return { url, slower: (times) => child.stdin?.write(String(times)) };
  }

  /** Free of charge, so that no wallet takes part in what is measured. */
  async providers(count: number, relayUrl: string, modelUrl: string): Promise<void> {
    let next = 0;
    const lane = async () => {
      for (let index = next++; index < count; index = next++) {
        const free = ['--price-base-msat', '0', '--price-msat-per-1k-chars', '0'];
        const argv = ['provider', '--relay', relayUrl, '--backend', 'openai', '--model', `model-${index}`, ...free];
        const child = this.#spawn([PYLON, ...argv], {
          OPENAI_BASE_URL: modelUrl,
          PYLON_HOME: join(this.home, `p${index}`),
        });
        await said(child, 'stderr', /Ctrl-C stops it/);
      }
    };
    await Promise.all(Array.from({ length: AT_A_TIME }, lane));
  }

  /** `pylon start`: its home and process, where its API is, and what lets one use it. */
  async daemon(
    environment: Record<string, string> = {},
  ): Promise<{ readonly port: number; readonly token: string; readonly home: string; readonly pid: number }> {
    const home = join(this.home, 'daemon');
    const argv = ['start', '--foreground', '--port', '0'];
    // By its file, as npx does, so that the flags in its first line count.
    const child = this.#spawn(argv, { ...environment, HOME: home, PYLON_HOME: home }, PYLON);
    const url = await said(child, 'stderr', /http:\/\/127\.0\.0\.1:\d+/);
    const token = readFileSync(join(home, 'token'), 'utf8').trim();
    return { port: Number(new URL(url).port), token, home, pid: child.pid ?? 0 };
  }

  /** So many browsers in a process of their own. What it is told follows that run; it says `over` when all were told so. */
  async watchers(count: number, port: number, token: string): Promise<{ watch(runId: string): Promise<string> }> {
    const child = this.#spawn([WATCHERS, String(count), String(port), token], {});
    await said(child, 'stdout', /ready/);
    return {
      watch: (runId) => {
        child.stdin?.write(`${runId}\n`);
        return said(child, 'stdout', /over.*/);
      },
    };
  }

  /** Ends what was started here, last first. */
  async close(): Promise<void> {
    for (const child of this.#children.reverse()) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      const ended = new Promise((resolve) => child.once('close', resolve));
      child.kill('SIGKILL');
      await ended;
    }
    rmSync(this.home, { recursive: true, force: true });
  }

  #spawn(argv: readonly string[], environment: Record<string, string>, command = process.execPath): ChildProcess {
    const kept = Object.entries(process.env).filter(([name]) => !/^(PYLON_|OPENAI_|OLLAMA_|NODE_)/.test(name));
    const env = { ...Object.fromEntries(kept), HOME: this.home, ...environment };
    const child = spawn(command, argv, { env, stdio: ['pipe', 'pipe', 'pipe'] });
    child.stderr.resume();
    child.stdout.resume();
    this.#children.push(child);
    return child;
  }
}
