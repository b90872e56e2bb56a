// A provider's job records on disk (LevelDB): a batch at a time, each as soon as the one before it is written, so
// that many jobs share a write and a single job does not wait. An accepted job that is answered before its turn
// comes is written once.
import { type BatchOperation, Level } from 'level';
import { PylonError } from '../../protocol/errors.ts';
import { type NostrEvent, parseEvent, type VerifiedEvent, verifyEvent } from '../../protocol/event.ts';
import type { JobRecords, JobState } from './job-records.ts';

type Database = Level<string, string>;
type Operation = BatchOperation<Database, string, string>;

/** What is to be written under a key: text is made only when its turn comes, for most requests are answered before. */
type Pending = { readonly voidAt: number; readonly event: NostrEvent | undefined } | 'published' | 'gone';

/**
 * `q!` request accepted, `a!` its answer, `p!` the answer is at a relay. Values of the first two are `<void at> <event>`, the
 * event as JSON or empty for a cancelled job; the time stands in front so that a start reads no bodies.
 */
const REQUEST = 'q!';
const ANSWER = 'a!';
const PUBLISHED = 'p!';
/**
 * Turns of the event loop before a batch is written. They pass in microseconds when there is nothing to do, and bring some
 * five jobs together when there is much: measured, a job costs 35 µs of CPU when written alone and 12 µs in fives.
 */
const GATHERING_TURNS = 5;
/** Twice LevelDB's default: what is void after some minutes is merged half as often. */
const WRITE_BUFFER_BYTES = 8 * 1024 * 1024;
/** Above every key with one of these prefixes: ids are hex. */
const END = '~';

export class LevelJobRecords implements JobRecords {
  readonly #database: Database;
  readonly #log: (line: string) => void;
  readonly #index = new Map<string, { state: JobState; voidAt: number }>();
  #pending = new Map<string, Pending>();
  #beingWritten: ReadonlyMap<string, Pending> = new Map();
  #writing: Promise<void> | undefined;
  #next: Promise<void> | undefined;

  private constructor(database: Database, log: (line: string) => void) {
    this.#database = database;
    this.#log = log;
  }

  /**
   * @param folder of its own; made when absent
   * @throws PylonError `store-locked` when another provider holds it, `store-corrupt` | `home-unwritable`
   */
  static async open(folder: string, log: (line: string) => void = () => undefined): Promise<LevelJobRecords> {
    // What is sealed does not compress: trying to costs CPU and saves nothing.
    const options = { valueEncoding: 'utf8', compression: false, writeBufferSize: WRITE_BUFFER_BYTES } as const;
    const database: Database = new Level(folder, options);
    try {
      await database.open();
    } catch (cause) {
      throw openingError(folder, cause);
    }
    const records = new LevelJobRecords(database, log);
    await records.#load();
    return records;
  }

  get size(): number {
    return this.#index.size;
  }

  state(requestId: string): JobState | undefined {
    return this.#index.get(requestId)?.state;
  }

  accept(request: VerifiedEvent, voidAt: number): void {
    this.#index.set(request.id, { state: 'accepted', voidAt });
    this.#pending.set(REQUEST + request.id, { voidAt, event: request });
    this.#write().catch((thrown) => this.#log(`job ${request.id} is not on disk: ${String(thrown)}`));
  }

  answer(requestId: string, answer: VerifiedEvent | undefined, voidAt: number): Promise<void> {
    this.#index.set(requestId, { state: 'answered', voidAt });
    // A request that is still waiting to be written never need be.
    if (!this.#pending.delete(REQUEST + requestId)) this.#pending.set(REQUEST + requestId, 'gone');
    this.#pending.set(ANSWER + requestId, { voidAt, event: answer });
    return this.#write();
  }

  published(requestId: string): void {
    // Goes with the next batch: losing it costs one repeated publish, which a relay takes as a duplicate.
    this.#pending.set(PUBLISHED + requestId, 'published');
  }

  async answerOf(requestId: string): Promise<NostrEvent | undefined> {
    const pending = this.#pending.get(ANSWER + requestId) ?? this.#beingWritten.get(ANSWER + requestId);
    if (pending !== undefined) return typeof pending === 'object' ? pending.event : undefined;
    const text = await this.#database.get(ANSWER + requestId);
    return text === undefined ? undefined : this.#eventIn(ANSWER + requestId, text);
  }

  async left(): Promise<{ requests: NostrEvent[]; answers: NostrEvent[] }> {
    await this.#write();
    const requests: NostrEvent[] = [];
    for await (const [key, text] of this.#database.iterator({ gt: REQUEST, lt: REQUEST + END })) {
      const event = this.#eventIn(key, text);
      if (event !== undefined) requests.push(event);
    }
    const published = new Set<string>();
    for await (const key of this.#database.keys({ gt: PUBLISHED, lt: PUBLISHED + END })) published.add(key.slice(2));
    const answers: NostrEvent[] = [];
    for await (const [key, text] of this.#database.iterator({ gt: ANSWER, lt: ANSWER + END })) {
      const event = published.has(key.slice(2)) ? undefined : this.#eventIn(key, text);
      if (event !== undefined) answers.push(event);
    }
    return { requests, answers };
  }

  prune(nowSeconds: number): void {
    for (const [requestId, { voidAt }] of this.#index) {
      if (voidAt > nowSeconds) continue;
      this.#index.delete(requestId);
      for (const prefix of [REQUEST, ANSWER, PUBLISHED]) this.#pending.set(prefix + requestId, 'gone');
    }
    this.#write().catch((thrown) => this.#log(`old job records were not removed: ${String(thrown)}`));
  }

  async close(): Promise<void> {
    try {
      await this.#write();
    } finally {
      await this.#database.close();
    }
  }

  /** Builds the index. A row without a time is dropped: nothing could ever remove it. */
  async #load(): Promise<void> {
    const states = [
      [REQUEST, 'accepted'],
      [ANSWER, 'answered'],
    ] as const;
    for (const [prefix, state] of states) {
      for await (const [key, text] of this.#database.iterator({ gt: prefix, lt: prefix + END })) {
        const voidAt = Number(text.slice(0, Math.max(0, text.indexOf(' '))) || Number.NaN);
        if (Number.isSafeInteger(voidAt)) this.#index.set(key.slice(prefix.length), { state, voidAt });
        else this.#pending.set(key, 'gone');
      }
    }
  }

  /** The event of a row, verified: a damaged file must not make us run or publish what nobody signed. */
  #eventIn(key: string, text: string): NostrEvent | undefined {
    const json = text.slice(text.indexOf(' ') + 1);
    if (json === '') return undefined;
    try {
      const event = verifyEvent(parseEvent(JSON.parse(json)));
      if (event === undefined) throw new PylonError('event-invalid', { reason: 'the signature does not hold' });
      return event;
    } catch (thrown) {
      this.#log(`job record ${key} cannot be read: ${String(thrown)}`);
      return undefined;
    }
  }

  /** Settles when everything up to now is written. One batch is under way at a time; the next gathers meanwhile. */
  #write(): Promise<void> {
    if (this.#pending.size === 0) return this.#writing ?? Promise.resolve();
    this.#next ??= this.#writeNext(this.#writing);
    return this.#next;
  }

  async #writeNext(previous: Promise<void> | undefined): Promise<void> {
    await previous?.catch(() => undefined); // told to those who waited for it
    for (let turn = 0; turn < GATHERING_TURNS; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    const pending = this.#pending;
    this.#pending = new Map();
    this.#beingWritten = pending;
    this.#writing = this.#next;
    this.#next = undefined;
    try {
      await this.#database.batch([...pending].map(([key, what]) => operation(key, what)));
    } catch (cause) {
      for (const [key, what] of pending) if (!this.#pending.has(key)) this.#pending.set(key, what);
      throw new PylonError('store-failed', { cause });
    } finally {
      if (this.#next === undefined) this.#writing = undefined;
    }
  }
}

function operation(key: string, what: Pending): Operation {
  if (what === 'gone') return { type: 'del', key };
  if (what === 'published') return { type: 'put', key, value: '' };
  const { voidAt, event } = what;
  return { type: 'put', key, value: `${voidAt} ${event === undefined ? '' : JSON.stringify(event)}` };
}

function openingError(folder: string, cause: unknown): PylonError {
  const code = (cause as { cause?: { code?: string } }).cause?.code;
  if (code === 'LEVEL_LOCKED')
    return new PylonError('store-locked', { value: folder, reason: 'another provider holds the job records', cause });
  if (code === 'LEVEL_CORRUPTION')
    return new PylonError('store-corrupt', { value: folder, next: 'move the folder away', cause });
  return new PylonError('home-unwritable', { value: folder, reason: 'the job records cannot be opened', cause });
}
