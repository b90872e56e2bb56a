// Deletes a run with everything that only it names, and takes what it counted off the leaderboard. The run is gone in one batch; the
// counts follow in a second one, and between the two the mark is away that says they are right (leaderboard/recount.ts).
import { PylonError } from '../protocol/errors.ts';
import { foldEvent, type RunState } from '../protocol/fold.ts';
import type { RunRecord } from '../protocol/run.ts';
import type { TraceEvent } from '../protocol/trace.ts';
import { unusedBlobRows } from './blobs.ts';
import type { RunJournal } from './journal.ts';
import { changesOf } from './leaderboard/fold.ts';
import { negated } from './leaderboard/rollup.ts';
import { Gathering } from './leaderboard/rollups.ts';
import { isForeign } from './origins.ts';
import { receiptRemoval } from './receipt-rows.ts';
import {
  blobUseKey,
  deathsKey,
  inputsKey,
  originKey,
  ROLLUPS_COUNTED,
  requestKey,
  runKey,
  snapshotKey,
} from './store/keys.ts';
import { Serial } from './store/serial.ts';
import { del, EMPTY, put, type Row, type Store } from './store/store.ts';
import { summaryRemoval } from './summary.ts';
import { payloadsOf, readEventRows } from './traces.ts';

export class RunRemover {
  readonly #store: Store;
  readonly #journal: Pick<RunJournal, 'hold' | 'keep'>;
  /** Two at a time would each vouch for the counts of the other. */
  readonly #turns = new Serial();

  /** @param journal of the same store */
  constructor(store: Store, journal: Pick<RunJournal, 'hold' | 'keep'>) {
    this.#store = store;
    this.#journal = journal;
  }

  /** @throws PylonError `run-unknown` | `request-invalid` while it is being written | `store-*` */
  delete(id: string): Promise<void> {
    return this.#turns.run(() => this.#delete(id));
  }

  async #delete(id: string): Promise<void> {
    const letGo = this.#journal.hold(id);
    if (letGo === undefined)
      throw new PylonError('request-invalid', { value: id, reason: 'the run still goes on', next: 'cancel it first' });
    try {
      const store = this.#store;
      const wasCounted = store.has(ROLLUPS_COUNTED);
      const counted = new Counted(isForeign(store, id));
      await store.exclusive(async (write) => {
        const record = (await store.value(runKey(id))) as RunRecord | undefined;
        if (record === undefined) throw new PylonError('run-unknown', { value: id });
        const beside = [requestKey(id), deathsKey(id), inputsKey(id), snapshotKey(id), originKey(id)].map(del);
        const rows = [...summaryRemoval(record), ...beside, ...(await traceRemoval(store, id, counted))];
        await write([...rows, del(ROLLUPS_COUNTED)], { sync: true });
      });
      // Where it is not known what the run had counted, everything is counted anew when the store is opened next.
      if (wasCounted && counted.isKnown)
        await this.#journal.keep([put(ROLLUPS_COUNTED, EMPTY)], [], { deltas: counted.negated() });
    } finally {
      letGo();
    }
  }
}

/** What a run had added to the leaderboard, from its trace. */
class Counted {
  readonly #gathering = new Gathering();
  #state: RunState | undefined;
  readonly #countsNothing: boolean;
  isKnown = true;

  /** @param countsNothing of a run of another home */
  constructor(countsNothing: boolean) {
    this.#countsNothing = countsNothing;
  }

  observe(event: TraceEvent): void {
    if (!this.isKnown || this.#countsNothing) return;
    try {
      if (this.#state !== undefined) for (const change of changesOf(this.#state, event)) this.#gathering.add(change);
      this.#state = foldEvent(this.#state, event);
    } catch {
      this.isKnown = false; // a damaged trace can be deleted, too
    }
  }

  negated() {
    return new Map([...this.#gathering.deltas].map(([key, delta]) => [key, negated(delta)]));
  }
}

/** What removes the events of a run, and what only they name. @param observer sees each of them */
export async function traceRemoval(
  store: Store,
  runId: string,
  observer?: { observe(event: TraceEvent): void },
): Promise<Row[]> {
  const rows: Row[] = [];
  const hashes = new Set<string>();
  for await (const [key, events] of readEventRows(store, runId)) {
    rows.push(del(key));
    for (const event of events) {
      observer?.observe(event);
      for (const hash of payloadsOf(event)) hashes.add(hash);
      if (event.type === 'Predict') rows.push(...receiptRemoval(event));
    }
  }
  for (const hash of hashes) rows.push(del(blobUseKey(hash, runId)));
  rows.push(...(await unusedBlobRows(store, hashes, runId)));
  return rows;
}
