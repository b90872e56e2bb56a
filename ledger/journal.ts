// The only way to write while a run goes on. Commits of all runs are gathered for a moment and written as one
// atomic batch: events, book operations, run summaries, index rows, rollups, canaries and blobs. A promise resolves when its events are in
// the store; listeners have heard of them by then. Fits the conductor's port `Journal`.
import { PylonError, toPylonError } from '../protocol/errors.ts';
import type { RunState } from '../protocol/fold.ts';
import type { TraceEvent } from '../protocol/trace.ts';
import type { Book, Operation } from './book/book.ts';
import { Canaries } from './dse/canaries.ts';
import { Hours } from './leaderboard/hours.ts';
import { recountRollups } from './leaderboard/recount.ts';
import { type Deltas, Rollups } from './leaderboard/rollups.ts';
import { Reputations } from './reputation.ts';
import { eventKey, inputsKey, requestKey, runKey } from './store/keys.ts';
import { put, type Row, type Store } from './store/store.ts';
import { encodeValue } from './store/values.ts';
import { Group } from './writing/group.ts';
import { type EventListener, Listeners } from './writing/listeners.ts';
import { goesOn, type LiveRuns, RunStates } from './writing/live-runs.ts';

/** A batch leaves when it holds this many events, this many bytes of blobs, or this much time has passed. */
const GROUP_EVENTS = 100;
const GROUP_BLOB_BYTES = 1_048_576;
const GROUP_DELAY_MS = 10;
/**
 * Turns of the microtask queue between two writes. Those who waited go on in them, and what they ask next is written together;
 * without them the first would be written alone, and the others would wait for two syncs.
 */
const TURNS_BETWEEN = 16;
/** Blobs that wait for a slow disk; past it they are counted and not kept, the trace still has their hash. */
const BLOB_BYTES_WAITING_MAX = 67_108_864;

/** What the journal needs of a clock. */
export interface Timer {
  /** Calls back once after at least `delayMs`; the function returned cancels it. */
  after(delayMs: number, callback: () => void): () => void;
}

/** What goes with rows that somebody else made. */
export interface Beside {
  /** What the events in them change of the rollups. */
  readonly deltas?: Deltas;
  /** The events in them that listeners hear of. */
  readonly told?: readonly TraceEvent[];
}

export class RunJournal implements LiveRuns {
  readonly #store: Store;
  readonly #timer: Timer;
  readonly #book: Book;
  readonly #runs = new RunStates();
  readonly #rollups: Rollups;
  /** How far providers may be believed, as far as it was committed. */
  readonly reputations: Reputations;
  /** Those that run, as far as they were committed. */
  readonly canaries: Canaries;
  /** What providers did, as far as it is stored. */
  readonly hours: Hours;
  readonly #listeners = new Listeners();
  /** Runs that somebody writes with `keep`. */
  readonly #held = new Set<string>();
  #group: Group;
  #cancelTimer: (() => void) | undefined;
  #writing: Group | undefined;
  /** Runs that were going on when a write failed: a trace with a gap is worth nothing, so they stay failed. */
  readonly #broken = new Map<string, PylonError>();
  #closed = false;
  #blobsDropped = 0;

  /** @param book of the same store */
  constructor(store: Store, timer: Timer, book: Book) {
    this.#store = store;
    this.#timer = timer;
    this.#book = book;
    this.#rollups = new Rollups(store);
    this.reputations = new Reputations(store);
    this.canaries = new Canaries(store);
    this.hours = new Hours(store);
    this.#group = new Group(book, this.#rollups, this.reputations, this.canaries);
  }

  /** Payloads not kept because the disk could not follow. */
  get blobsDropped(): number {
    return this.#blobsDropped;
  }

  state(runId: string): RunState | undefined {
    return this.#runs.state(runId);
  }

  /**
   * The run goes on where it was interrupted: RunResume MUST be committed for it next.
   * @throws PylonError `run-not-resumable` while it goes on, or when its trace is not any more what `state` was read from
   */
  takeUp(state: RunState): void {
    if (this.#runs.isWritten(state.id) || this.#held.has(state.id)) throw goesOn(state.id);
    if (this.#store.has(eventKey(state.id, state.next_seq)))
      throw new PylonError('run-not-resumable', {
        value: state.id,
        reason: 'something was added to the run while it was read',
        next: 'resume it again',
      });
    this.#runs.takeUp(state);
  }

  /** Keeps how a run is asked for, with the commit of its RunInit, until nothing can resume it. */
  keepRequest(runId: string, request: unknown): void {
    this.#group.addBeside(put(requestKey(runId), encodeValue(request)));
  }

  /** Keeps where the inputs of a run are, with the commit of its RunInit, as long as the run is there. */
  keepInputs(runId: string, locations: readonly string[]): void {
    this.#group.addBeside(put(inputsKey(runId), encodeValue(locations)));
  }

  /**
   * Whoever holds a run writes it with `keep`, and nobody goes on with it meanwhile.
   * @returns what lets go of it; undefined where somebody holds or writes it already
   */
  hold(runId: string): (() => void) | undefined {
    if (this.#runs.isWritten(runId) || this.#held.has(runId)) return undefined;
    this.#held.add(runId);
    return () => void this.#held.delete(runId);
  }

  subscribe(listener: EventListener): () => void {
    return this.#listeners.subscribe(listener);
  }

  /**
   * Appends the next events of one run. RunInit, the end of a run and money survive a power cut once this
   * resolves, everything else a kill. A failed write fails everyone who waits, and every later commit of the runs that
   * were going on then; a new run tries again.
   * @param operation made by the book just now: it is stored with the events or not at all
   * @throws PylonError `store-failed` | `trace-invalid` (a gap, a repetition, after the end) | `run-conflict`
   */
  commit(events: readonly TraceEvent[], operation?: Operation): Promise<void> {
    try {
      if (operation !== undefined) this.#book.handOver(operation);
      this.#accept(events);
    } catch (thrown) {
      if (operation !== undefined) this.#book.fail(toPylonError(thrown), [operation]); // it was made, and will not be stored
      return Promise.reject(thrown);
    }
    if (operation !== undefined) this.#group.addOperation(operation);
    return this.#due();
  }

  /**
   * Makes a book operation durable that no run tells of. It is synced, and waits only for the write under way.
   * @throws PylonError `store-failed`
   */
  post(operation: Operation): Promise<void> {
    return this.keep([], [operation]);
  }

  /**
   * Stores rows of a run that nobody writes any more, with the operations that end its budget, synced and in their turn.
   * @throws PylonError `store-failed`
   */
  keep(rows: readonly Row[], operations: readonly Operation[], { deltas, told }: Beside = {}): Promise<void> {
    try {
      if (this.#closed) throw closedStore();
      for (const operation of operations) this.#book.handOver(operation);
    } catch (thrown) {
      this.#book.fail(toPylonError(thrown), operations);
      return Promise.reject(thrown);
    }
    if (rows.length > 0) this.#group.addRows(rows);
    if (deltas !== undefined) this.#rollups.addAll(deltas);
    if (told !== undefined) this.#group.addTold(told);
    for (const operation of operations) this.#group.addOperation(operation);
    return this.#due();
  }

  #due(): Promise<void> {
    const { stored } = this.#group;
    if (this.#isDue()) this.#flush();
    else this.#cancelTimer ??= this.#timer.after(GROUP_DELAY_MS, () => this.#timeIsUp());
    return stored;
  }

  /**
   * Counts the leaderboard's rows anew where that is due. Nothing may be committed meanwhile.
   * @throws PylonError `store-*`
   */
  async recount(): Promise<void> {
    if (!(await recountRollups(this.#store))) return;
    this.#rollups.forget();
    this.hours.forget();
  }

  /**
   * Keeps a payload under its sha256 (hex), with the next commit.
   * @param always also when the disk is slow: a receipt is small, and nothing else tells what it tells
   */
  keepBlob(hash: string, bytes: Uint8Array, always = false): void {
    if (!always && this.#group.blobBytes + bytes.byteLength > BLOB_BYTES_WAITING_MAX) {
      this.#blobsDropped++;
      return;
    }
    this.#group.addBlob(hash, bytes);
  }

  /** Resolves when everything committed so far is stored. @throws PylonError `store-failed` */
  async flush(): Promise<void> {
    const group = this.#group;
    if (group.isEmpty) return this.#writing?.stored;
    group.urgent = true;
    this.#flush();
    return group.stored;
  }

  /** Stores what waits and takes nothing more. Safe to call twice. @throws PylonError `store-failed` */
  async close(): Promise<void> {
    this.#closed = true;
    await this.flush();
  }

  #accept(events: readonly TraceEvent[]): void {
    const [first] = events;
    const failure = this.#broken.get(first?.run_id ?? '');
    if (failure !== undefined) throw failure;
    if (this.#closed) throw closedStore();
    if (
      first?.type === 'RunInit' &&
      this.#runs.state(first.run_id) === undefined &&
      this.#store.has(runKey(first.run_id))
    )
      throw new PylonError('run-conflict', { value: first.run_id });
    const state = this.#runs.accept(events, this.#rollups, this.reputations);
    for (const event of events) this.canaries.see(event);
    this.#group.add(events, state);
  }

  #isDue(): boolean {
    const { urgent, events, blobBytes } = this.#group;
    return urgent || events.length >= GROUP_EVENTS || blobBytes >= GROUP_BLOB_BYTES;
  }

  #timeIsUp(): void {
    this.#cancelTimer = undefined;
    this.#group.urgent = true;
    this.#flush();
  }

  /** Begins the next write, unless one is under way: what comes meanwhile goes with the next one. */
  #flush(): void {
    if (this.#writing !== undefined || this.#group.isEmpty) return;
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    const group = this.#group;
    this.#group = new Group(this.#book, this.#rollups, this.reputations, this.canaries);
    this.#writing = group;
    void this.#write(group);
  }

  async #write(group: Group): Promise<void> {
    try {
      await this.#store.write(group.rows(), { sync: group.sync });
      this.#book.stored(group.operations);
      this.hours.changed(this.#rollups.stored());
      this.reputations.stored();
      for (const runId of group.ended) this.#runs.forget(runId);
      this.#listeners.tell(group.events);
      group.resolve();
      for (let turn = 0; turn < TURNS_BETWEEN; turn++) await null;
    } catch (thrown) {
      this.#fail(toPylonError(thrown), group);
    }
    this.#writing = undefined;
    if (this.#isDue()) this.#flush();
  }

  #fail(failure: PylonError, group: Group): void {
    for (const runId of this.#runs.ids()) this.#broken.set(runId, failure);
    this.#runs.clear();
    this.#rollups.forget();
    this.reputations.forget();
    this.canaries.forget();
    this.#book.fail(failure, [...group.operations, ...this.#group.operations]);
    group.reject(failure);
    if (!this.#group.isAwaited) return;
    this.#group.reject(failure);
    this.#group = new Group(this.#book, this.#rollups, this.reputations, this.canaries);
  }
}

function closedStore(): PylonError {
  return new PylonError('store-failed', { reason: 'the store is closed' });
}
