// What a power cut leaves of a store: everything that was synced, and of the rest of LevelDB's logs any part, torn or with
// garbage behind it. Tables, manifest and CURRENT are whole: LevelDB syncs those before it relies on them.
import { cpSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { blobKey } from '../../../ledger/store/keys.ts';
import { put, type Store } from '../../../ledger/store/store.ts';
import type { Dice } from './random-operation.ts';

const LOG = /^\d+\.log$/;
const GARBAGE_BYTES_MAX = 4_096;
const UNSYNCED_BYTES = 300_000;

/** Names and sizes, of all but the logs, which only grow. */
function listing(folder: string): string {
  return readdirSync(folder)
    .map((name) => `${name} ${LOG.test(name) ? '' : statSync(join(folder, name)).size}`)
    .join('\n');
}

/** False when LevelDB tidied up meanwhile: then the copy holds files of two moments. */
function copyOfOneMoment(from: string, to: string): boolean {
  try {
    const before = listing(from);
    cpSync(from, to, { recursive: true });
    return listing(from) === before;
  } catch (thrown) {
    if (thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT') return false;
    throw thrown;
  }
}

/** The unsynced part as it may look afterwards: cut anywhere, then nothing, noise, or zeros where data should be. */
function torn(bytes: Buffer, synced: number, dice: Dice): Buffer {
  const kept = synced + dice(bytes.length - synced + 1);
  const noise = () => Buffer.from(Array.from({ length: dice(GARBAGE_BYTES_MAX) }, () => dice(256)));
  const tails = [() => Buffer.alloc(0), noise, () => Buffer.alloc(bytes.length - kept)];
  return Buffer.concat([bytes.subarray(0, kept), tails[dice(tails.length)]?.() ?? Buffer.alloc(0)]);
}

export class PowerCut {
  #folder = '';
  #write: Store['write'] = () => Promise.resolve();
  /** Log file → bytes of it that were synced. */
  readonly #synced = new Map<string, number>();
  #written = 0;
  #turn: Promise<unknown> = Promise.resolve();
  /** Unsynced bytes that were there when the power was cut, in all cuts. */
  bytesAtRisk = 0;
  /** Cuts in which also an older log, of a table not yet written, had an unsynced end. */
  olderLogs = 0;

  /** To be called with a store before anything is written to it. */
  readonly into = (store: Store): void => {
    this.#folder = store.folder;
    this.#write = store.write.bind(store);
    store.write = (rows, options) =>
      this.#next(async () => {
        await this.#write(rows, options);
        if (options.sync) this.#note();
      });
  };

  /** Payloads that nobody waits for, unsynced, until LevelDB begins a new log; the old one is not synced then. */
  newLog(): Promise<void> {
    return this.#next(async () => {
      const [current] = logsIn(this.#folder);
      while (logsIn(this.#folder)[0] === current) await this.#unsynced();
    });
  }

  /** Copies the store as a cut at this moment would leave it. `now` is called at that moment. */
  async copyTo(folder: string, dice: Dice, now: () => void): Promise<void> {
    await this.#next(async () => {
      for (let left = dice(3); left > 0; left--) await this.#unsynced();
      now();
      while (!copyOfOneMoment(this.#folder, folder)) rmSync(folder, { recursive: true, force: true });
    });
    for (const [at, name] of logsIn(folder).entries()) {
      const path = join(folder, name);
      const bytes = readFileSync(path);
      const synced = Math.min(this.#synced.get(name) ?? 0, bytes.length);
      this.bytesAtRisk += bytes.length - synced;
      if (at > 0 && synced < bytes.length) this.olderLogs++;
      writeFileSync(path, torn(bytes, synced, dice));
    }
  }

  async #unsynced(): Promise<void> {
    const key = blobKey(`unsynced ${this.#written++ % 4}`);
    await this.#write([put(key, Buffer.alloc(UNSYNCED_BYTES, this.#written))], { sync: false });
  }

  /** One thing after the other, so that what is noted belongs to the write before it. */
  #next<Result>(task: () => Promise<Result>): Promise<Result> {
    const result = this.#turn.then(task);
    this.#turn = result.catch(() => 'its caller hears of it');
    return result;
  }

  #note(): void {
    const [current] = logsIn(this.#folder);
    if (current !== undefined) this.#synced.set(current, statSync(join(this.#folder, current)).size);
  }
}

/** Newest first. */
function logsIn(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => LOG.test(name))
    .sort()
    .reverse();
}
