// What is written next, as one batch: rows and blobs of whole commits, so that a crash never leaves a part
// of one behind, and the promise that all of them wait on.
import type { RunState } from '../../protocol/fold.ts';
import { toRunRecord } from '../../protocol/fold.ts';
import type { TraceEvent } from '../../protocol/trace.ts';
import { blobKey, blobUseKey, eventKey } from '../store/keys.ts';
import { EMPTY, put, type Row } from '../store/store.ts';
import { encodeValue } from '../store/values.ts';
import { summaryRows } from '../summary.ts';
import { endsRun } from './live-runs.ts';

/** The event itself, and the row that ties a blob to its run. */
export function pushEventRows(rows: Row[], event: TraceEvent): void {
  rows.push(put(eventKey(event.run_id, event.seq), encodeValue(event)));
  if (event.type === 'SubQueryReturn' && event.output_hash !== undefined)
    rows.push(put(blobUseKey(event.output_hash, event.run_id), EMPTY));
}

/** RunInit, the end of a run, and money: what must survive a power cut. */
function mustSync(event: TraceEvent): boolean {
  return (
    event.type === 'RunInit' || endsRun(event) || event.type.startsWith('Budget') || event.type.startsWith('Payout')
  );
}

export class Group {
  readonly rows: Row[] = [];
  readonly events: TraceEvent[] = [];
  readonly ended: string[] = [];
  /** Settles with the write. */
  readonly stored: Promise<void>;
  sync = false;
  /** Somebody waits for the beginning or the end of a run: no reason to gather more. */
  urgent = false;
  blobBytes = 0;
  settle: { resolve: () => void; reject: (reason: unknown) => void };
  readonly #blobs = new Set<string>();

  constructor() {
    const { promise, resolve, reject } = deferred();
    this.stored = promise;
    this.settle = { resolve, reject };
  }

  get isEmpty(): boolean {
    return this.rows.length === 0;
  }

  /** @param state the run's state after these events */
  add(events: readonly TraceEvent[], state: RunState): void {
    for (const event of events) {
      pushEventRows(this.rows, event);
      this.events.push(event);
      if (mustSync(event)) this.sync = true;
    }
    const begins = events[0]?.type === 'RunInit';
    const ends = state.status !== 'running';
    if (!begins && !ends) return;
    this.rows.push(...summaryRows(toRunRecord(state), begins ? undefined : 'running'));
    if (ends) this.ended.push(state.id);
    this.urgent = true;
  }

  addBlob(hash: string, bytes: Uint8Array): void {
    if (this.#blobs.has(hash)) return;
    this.#blobs.add(hash);
    this.blobBytes += bytes.byteLength;
    this.rows.push(put(blobKey(hash), bytes));
  }
}

function deferred(): { promise: Promise<void>; resolve: () => void; reject: (reason: unknown) => void } {
  let resolve: () => void = () => undefined;
  let reject: (reason: unknown) => void = () => undefined;
  const promise = new Promise<void>((onStored, onFailed) => {
    resolve = onStored;
    reject = onFailed;
  });
  return { promise, resolve, reject };
}
