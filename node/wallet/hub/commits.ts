// The hub's only way to write. An operation is synchronous code on a draft: it changes all of its rows or, when it throws,
// none. What comes while a write is under way goes together with the next one, and nobody hears of anything, not even
// by reading, before it is on disk.
import { PylonError, toPylonError } from '../../../protocol/errors.ts';
import { Draft } from './draft.ts';
import type { Key } from './keys.ts';
import type { Rows } from './rows.ts';

/** Operations that are written together, and the promise that all of them wait on. */
interface Group {
  readonly changes: Map<string, unknown>;
  readonly stored: Promise<void>;
  readonly resolve: () => void;
  readonly reject: (reason: unknown) => void;
}

function newGroup(): Group {
  const { promise, resolve, reject } = withResolvers();
  return { changes: new Map(), stored: promise, resolve, reject };
}

function withResolvers() {
  let resolve!: () => void;
  let reject!: (reason: unknown) => void;
  const promise = new Promise<void>((onStored, onFailed) => {
    resolve = onStored;
    reject = onFailed;
  });
  return { promise, resolve, reject };
}

export class Commits {
  readonly #rows: Rows;
  readonly #nowMs: () => number;
  #gathering = newGroup();
  #writing: Group | undefined;
  /** A write failed; reads are worth nothing until the rows were recovered. */
  #isBroken = false;
  #recovering: Promise<void> | undefined;
  #isClosed = false;
  /** Somebody reads the rows as a whole; operations wait until then. */
  #quiet: Promise<unknown> | undefined;
  #latestOrder: number;

  /** @param latestOrder the highest number that was ever given out */
  constructor(rows: Rows, nowMs: () => number, latestOrder = 0) {
    this.#rows = rows;
    this.#nowMs = nowMs;
    this.#latestOrder = latestOrder;
  }

  /** The value under a key, what is still being written included. */
  get<Value>(key: Key<Value>): Value | undefined {
    for (const group of [this.#gathering, this.#writing])
      if (group?.changes.has(key)) return group.changes.get(key) as Value | undefined;
    return this.#rows.value(key) as Value | undefined;
  }

  /** A number above all before it, also of earlier processes: microseconds, or the next one where the clock stands still. */
  order(): number {
    this.#latestOrder = Math.max(this.#latestOrder + 1, this.#nowMs() * 1_000);
    return this.#latestOrder;
  }

  /**
   * Runs one operation. Resolves when what it changed, and what it saw, is on disk.
   * @throws whatever the operation throws, and then nothing was changed; PylonError `store-failed`, and then it may come to
   * light later that it was
   */
  async run<Result>(operation: (draft: Draft) => Result): Promise<Result> {
    while (this.#quiet !== undefined) await this.#quiet;
    if (this.#isClosed) throw new PylonError('store-failed', { reason: 'the hub is closed' });
    if (this.#isBroken) await this.#recover();
    const draft = new Draft(this);
    const result = operation(draft);
    for (const [key, value] of draft.changes) this.#gathering.changes.set(key, value);
    await this.#whatIsUnderWay();
    return result;
  }

  /** Resolves when all before is on disk. @throws PylonError `store-failed` */
  async settled(): Promise<void> {
    if (this.#isBroken) await this.#recover();
    await this.#whatIsUnderWay();
  }

  /** Runs a task that reads rows while nobody writes any. @throws PylonError `store-failed`, and what the task throws */
  async quietly<Result>(task: () => Promise<Result>): Promise<Result> {
    while (this.#quiet !== undefined) await this.#quiet;
    const result = this.settled().then(task);
    const over = result.then(whoeverAskedHears, whoeverAskedHears);
    this.#quiet = over;
    await over;
    this.#quiet = undefined;
    return result;
  }

  /** Takes no more operations and waits for those under way. They hear of failures themselves. */
  async close(): Promise<void> {
    this.#isClosed = true;
    while (this.#writing !== undefined) await this.#writing.stored.catch(whoeverAskedHears);
  }

  #whatIsUnderWay(): Promise<void> | undefined {
    if (this.#gathering.changes.size === 0) return this.#writing?.stored;
    const { stored } = this.#gathering;
    if (this.#writing === undefined) void this.#write();
    return stored;
  }

  async #write(): Promise<void> {
    const group = this.#gathering;
    this.#gathering = newGroup();
    this.#writing = group;
    try {
      await this.#rows.write(group.changes);
    } catch (thrown) {
      this.#fail(group, toPylonError(thrown));
      return;
    }
    this.#writing = undefined;
    group.resolve();
    if (this.#gathering.changes.size > 0) void this.#write();
  }

  /** What was gathered meanwhile may rest on what failed: it fails too. */
  #fail(group: Group, failure: PylonError): void {
    const next = this.#gathering;
    this.#isBroken = true;
    this.#writing = undefined;
    this.#gathering = newGroup();
    group.reject(failure);
    if (next.changes.size > 0) next.reject(failure);
  }

  async #recover(): Promise<void> {
    this.#recovering ??= this.#rows.recover().then(
      () => {
        this.#isBroken = false;
        this.#recovering = undefined;
      },
      (thrown) => {
        this.#recovering = undefined;
        throw thrown;
      },
    );
    await this.#recovering;
  }
}

function whoeverAskedHears(): void {}
