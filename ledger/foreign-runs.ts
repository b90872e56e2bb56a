// Takes runs that another home sends, piece by piece: what fits behind what has come, within the room that its key has. A run is its
// sender's alone; one that is ours, or somebody else's, is refused. What was cut off goes on where the store says.
import { PylonError } from '../protocol/errors.ts';
import { sha256Hex } from '../protocol/event.ts';
import { ARTIFACT_BYTES_MAX } from '../protocol/limits.ts';
import {
  CHAIN_BEGIN,
  chainNext,
  SYNC_REQUEST_BYTES,
  SYNC_RUN_BYTES_MAX,
  type SyncHeader,
  type SyncStanding,
} from '../protocol/sync.ts';
import type { TraceEvent } from '../protocol/trace.ts';
import type { RunJournal } from './journal.ts';
import { bytesByKey, type Origin, originRow, ownedElsewhere, readOrigin } from './origins.ts';
import { blobKey, blobUseKey, runKey } from './store/keys.ts';
import { Serial } from './store/serial.ts';
import { put, type Row, type Store } from './store/store.ts';
import { type EventTaker, goesOnHere } from './take-events.ts';

/** What one request brings. */
export interface Delivery extends SyncHeader {
  /** Each one parsed by `parseEvent`. */
  readonly events: readonly TraceEvent[];
  readonly payloads: readonly Uint8Array[];
  /** Of the events and payloads as they came. */
  readonly bytes: number;
}

export class ForeignRuns {
  readonly #store: Store;
  readonly #journal: RunJournal;
  readonly #taker: EventTaker;
  readonly #turns = new Serial();
  #bytesByKey: Map<string, number> | undefined;

  /** @param journal with `taker` of the same store */
  constructor(store: Store, journal: RunJournal, taker: EventTaker) {
    this.#store = store;
    this.#journal = journal;
    this.#taker = taker;
  }

  /** A run was deleted: the room it took is counted anew. */
  forget(): void {
    this.#bytesByKey = undefined;
  }

  /**
   * Events that do not begin where the run stands are left, and the answer tells where it does: a request that was answered into a
   * broken line is so no fault. Durable once this resolves.
   * @param key of the sender, hex @param quotaBytes what all of its runs may take
   * @throws PylonError `run-conflict` (not this sender's, or parted from what has come) | `trace-invalid` (a gap, nonsense) |
   * `sync-full` | `store-*`; nothing of the delivery is stored then
   */
  take(key: string, delivery: Delivery, quotaBytes: number): Promise<SyncStanding> {
    return this.#turns.run(() => this.#take(key, delivery, quotaBytes));
  }

  async #take(key: string, delivery: Delivery, quotaBytes: number): Promise<SyncStanding> {
    let origin = await this.#originOf(key, delivery.run);
    if (delivery.events.length > 0 && delivery.from_seq <= origin.next_seq)
      origin = await this.#takeEvents(origin, delivery, quotaBytes);
    else if (delivery.events.length > 0)
      throw new PylonError('trace-invalid', {
        value: `seq ${delivery.from_seq}`,
        reason: `the trace of ${delivery.run} has a gap, seq ${origin.next_seq} is missing`,
      });
    if (delivery.payloads.length > 0) origin = await this.#takePayloads(origin, delivery, quotaBytes);
    return {
      run: delivery.run,
      next_seq: origin.next_seq,
      chain: origin.chain,
      complete: this.#store.has(runKey(delivery.run)),
      lacks: delivery.offers.filter((hash) => this.#isLacking(delivery.run, hash)),
    };
  }

  /** How far the run has come. @throws PylonError `run-conflict` where it is not this sender's */
  async #originOf(key: string, runId: string): Promise<Origin> {
    const origin = await readOrigin(this.#store, runId);
    if (origin?.key === key) return origin;
    if (origin !== undefined || this.#store.has(runKey(runId)) || (await this.#taker.nextSeq(runId)) > 0)
      throw ownedElsewhere(runId);
    return { key, next_seq: 0, chain: CHAIN_BEGIN, bytes: 0 };
  }

  async #takeEvents(origin: Origin, delivery: Delivery, quotaBytes: number): Promise<Origin> {
    const { run, from_seq, prefix, events } = delivery;
    if (from_seq < origin.next_seq) return origin;
    if (prefix !== origin.chain)
      throw new PylonError('run-conflict', {
        value: run,
        reason: `what has come of this run is not what was sent before, up to seq ${from_seq}`,
        next: 'sync it with the rules it was first synced with, or delete it there',
      });
    let { chain } = origin;
    for (const event of events) {
      if (event.run_id !== run)
        throw new PylonError('trace-invalid', { value: event.run_id, reason: 'an event is of another run' });
      chain = chainNext(chain, event);
    }
    const bytes = await this.#charged(origin, run, delivery.bytes, quotaBytes);
    const after = { ...origin, next_seq: from_seq + events.length, chain, bytes };
    await this.#taker.takeForeign(events, after);
    this.#charge(origin, after);
    return after;
  }

  async #takePayloads(origin: Origin, { run, payloads, bytes: came }: Delivery, quotaBytes: number): Promise<Origin> {
    const release = this.#journal.hold(run);
    if (release === undefined) throw goesOnHere(run);
    try {
      const rows: Row[] = [];
      for (const bytes of payloads) {
        const hash = sha256Hex(bytes);
        if (bytes.byteLength > ARTIFACT_BYTES_MAX || !this.#store.has(blobUseKey(hash, run)))
          throw new PylonError('trace-invalid', {
            value: hash,
            reason: 'a payload is too large, or the trace does not name it',
          });
        if (this.#isLacking(run, hash)) rows.push(put(blobKey(hash), bytes));
      }
      if (rows.length === 0) return origin;
      const after = { ...origin, bytes: await this.#charged(origin, run, came, quotaBytes) };
      await this.#journal.keep([...rows, originRow(run, after)], []);
      this.#charge(origin, after);
      return after;
    } finally {
      release();
    }
  }

  #isLacking(runId: string, hash: string): boolean {
    return this.#store.has(blobUseKey(hash, runId)) && !this.#store.has(blobKey(hash));
  }

  /** What the run is charged for with so much more. @throws PylonError `sync-full` */
  async #charged({ key, bytes }: Origin, runId: string, more: number, quotaBytes: number): Promise<number> {
    const charge = more + SYNC_REQUEST_BYTES;
    this.#bytesByKey ??= await bytesByKey(this.#store);
    const ofKey = (this.#bytesByKey.get(key) ?? 0) + charge;
    const isRun = bytes + charge > SYNC_RUN_BYTES_MAX;
    if (!isRun && ofKey <= quotaBytes) return bytes + charge;
    throw new PylonError('sync-full', {
      value: isRun ? runId : key,
      reason: isRun
        ? `a run may take ${SYNC_RUN_BYTES_MAX} bytes`
        : `the runs of this key may take ${quotaBytes} bytes`,
    });
  }

  #charge({ key, bytes: before }: Origin, { bytes }: Origin): void {
    const all = this.#bytesByKey?.get(key) ?? 0;
    this.#bytesByKey?.set(key, all + bytes - before);
  }
}
