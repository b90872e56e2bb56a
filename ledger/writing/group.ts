// What is written next, as one batch: events, book operations, summaries, rollups and blobs of whole commits, so that a crash
// never leaves a part of one behind, and the promise that all of them wait on.
import { type RunState, toRunRecord } from '../../protocol/fold.ts';
import { endsRun, isInterruption } from '../../protocol/run-end.ts';
import type { TraceEvent } from '../../protocol/trace.ts';
import type { Book, Operation } from '../book/book.ts';
import type { Canaries } from '../dse/canaries.ts';
import type { Rollups } from '../leaderboard/rollups.ts';
import type { Reputations } from '../reputation.ts';
import { snapshotRows } from '../snapshots.ts';
import { blobKey, deathsKey, requestKey, statusKey } from '../store/keys.ts';
import { del, put, type Row } from '../store/store.ts';
import { summaryRows } from '../summary.ts';
import { eventRows } from '../traces.ts';

/** The beginning and the end of a run, money and receipts: what must survive a power cut. */
function mustSync(event: TraceEvent): boolean {
  const { type } = event;
  if (type === 'Predict') return event.receipt_hash !== undefined;
  return beginsRun(event) || endsRun(event) || type.startsWith('Budget') || type.startsWith('Payout');
}

function beginsRun({ type }: TraceEvent): boolean {
  return type === 'RunInit' || type === 'RunResume';
}

/** The rows of a run that begins, goes on after an interruption, or ends. */
function turningRows(state: RunState, first: TraceEvent | undefined): Row[] {
  const rows: Row[] = [];
  if (first?.type === 'RunResume')
    for (const status of ['failed', 'partial']) rows.push(del(statusKey(status, state.id)));
  const wasRunning = first === undefined || !beginsRun(first);
  const { experiment } = state;
  rows.push(...summaryRows(toRunRecord(state), wasRunning ? { status: 'running', experiment } : undefined));
  const isOver = state.status !== 'running';
  if (isOver) rows.push(del(deathsKey(state.id)), ...snapshotRows(state));
  if (isOver && !isInterruption(state.error)) rows.push(del(requestKey(state.id)));
  return rows;
}

export class Group {
  /** In the order they were committed. */
  readonly events: TraceEvent[] = [];
  /** Runs that end in this group. */
  readonly ended: string[] = [];
  /** Settles with the write. */
  readonly stored: Promise<void>;
  sync = false;
  /** Made by the book, in order. */
  readonly operations: Operation[] = [];
  /** Somebody waits for money, or for the beginning or the end of a run: no reason to gather more. */
  urgent = false;
  blobBytes = 0;
  readonly resolve: () => void;
  readonly reject: (reason: unknown) => void;
  readonly #rows: Row[] = [];
  readonly #beside: Row[] = [];
  readonly #byRun = new Map<string, TraceEvent[]>();
  readonly #blobs = new Map<string, Uint8Array>();
  readonly #book: Book;
  readonly #rollups: Rollups;
  readonly #reputations: Reputations;
  readonly #canaries: Canaries;

  /** @param rollups with `reputations` and `canaries` gather what the events of this group change; it is taken when it is written */
  constructor(book: Book, rollups: Rollups, reputations: Reputations, canaries: Canaries) {
    this.#book = book;
    this.#rollups = rollups;
    this.#reputations = reputations;
    this.#canaries = canaries;
    let resolve: () => void = () => undefined;
    let reject: (reason: unknown) => void = () => undefined;
    this.stored = new Promise<void>((onStored, onFailed) => {
      resolve = onStored;
      reject = onFailed;
    });
    this.resolve = resolve;
    this.reject = reject;
  }

  get isEmpty(): boolean {
    return !this.isAwaited && this.#blobs.size === 0;
  }

  /** Somebody holds its promise. */
  get isAwaited(): boolean {
    return this.events.length > 0 || this.#rows.length > 0 || this.operations.length > 0;
  }

  /** @param state the run's state after these events */
  add(events: readonly TraceEvent[], state: RunState): void {
    const own = this.#byRun.get(state.id) ?? [];
    for (const event of events) {
      own.push(event);
      this.events.push(event);
      if (mustSync(event)) this.sync = true;
    }
    this.#byRun.set(state.id, own);
    const [first] = events;
    const ends = state.status !== 'running';
    if (!ends && (first === undefined || !beginsRun(first))) return;
    this.#rows.push(...turningRows(state, first));
    if (ends) this.ended.push(state.id);
    this.urgent = true;
  }

  /** Rows that somebody made for a run that is over. */
  addRows(rows: readonly Row[]): void {
    this.#rows.push(...rows);
    this.sync = true;
    this.urgent = true;
  }

  /** Events of a run that somebody else writes, told when this is stored; their rows are among those added. */
  addTold(events: readonly TraceEvent[]): void {
    for (const event of events) this.events.push(event);
  }

  /** A row that goes with what is written next, and alone is no reason to write. */
  addBeside(row: Row): void {
    this.#beside.push(row);
  }

  addOperation(operation: Operation): void {
    this.operations.push(operation);
    this.sync = true;
    this.urgent = true;
  }

  addBlob(hash: string, bytes: Uint8Array): void {
    if (this.#blobs.has(hash)) return;
    this.#blobs.set(hash, bytes);
    this.blobBytes += bytes.byteLength;
  }

  /** Everything, as one batch. Call it once. @throws PylonError `store-corrupt` */
  rows(): Row[] {
    const rows = [...this.#byRun.values()].flatMap(eventRows);
    for (const [hash, bytes] of this.#blobs) rows.push(put(blobKey(hash), bytes));
    return [
      ...rows,
      ...this.#beside,
      ...this.#rows,
      ...this.#rollups.take(),
      ...this.#reputations.take(),
      ...this.#canaries.take(),
      ...this.#book.rowsOf(this.operations),
    ];
  }
}
